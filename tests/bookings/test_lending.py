"""Courtesy cars by name: lent through the ledger, seen in a diary, picked in the booking form (P-8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from bookings.enums import DropOff, Status
from bookings.errors import NotOpen
from bookings.models import Booking
from bookings.services import accept, cancel, move_booking
from garages.models import CourtesyCar, Garage, Membership
from garages.setup import load_setup
from tests.factories.bookings import at, make_booking, next_open_day, service_named


@pytest.fixture
def cars(inside: Garage) -> list[CourtesyCar]:
    return [CourtesyCar.objects.create(name=name, position=place) for place, name in enumerate(("Corsa", "Fiesta"))]


def _lent(garage: Garage, phone: str, wall: str = "10:00", **fields: object) -> Booking:
    return make_booking(garage, wall, phone=phone, drop_off=DropOff.COURTESY, **fields)


def test_each_gets_the_first_that_is_free(inside: Garage, manager: Membership, cars: list[CourtesyCar]) -> None:
    first, second = _lent(inside, "07700 900123"), _lent(inside, "07700 900124")
    assert [first.courtesy_car, second.courtesy_car] == cars
    with pytest.raises(NotOpen, match="courtesy cars are lent"):
        _lent(inside, "07700 900125", "14:00")
    cancel(first, reason="Ill", by=manager)
    assert _lent(inside, "07700 900125", "14:00").courtesy_car == cars[0]


def test_the_car_wished_for_is_kept_when_it_is_free(
    inside: Garage, manager: Membership, cars: list[CourtesyCar]
) -> None:
    setup = load_setup(inside)
    booking = _lent(inside, "07700 900123", courtesy_car=setup.courtesy_cars[1])
    assert booking.courtesy_car == cars[1]
    tomorrow = next_open_day(inside) + timedelta(days=1)
    other = _lent(inside, "07700 900124", day=tomorrow, courtesy_car=setup.courtesy_cars[1])
    start = at(inside, "14:00", day=tomorrow)
    moved = move_booking(booking, version=booking.version, setup=setup, by=manager, starts_at=start)
    assert (moved.courtesy_car, other.courtesy_car) == (cars[0], cars[1])


def test_the_database_lends_no_car_twice(inside: Garage, cars: list[CourtesyCar]) -> None:
    first, second = _lent(inside, "07700 900123"), _lent(inside, "07700 900124")
    with pytest.raises(IntegrityError, match="bookings_courtesy_car_taken"), transaction.atomic():
        Booking.objects.filter(pk=second.pk).update(courtesy_car=first.courtesy_car)


def test_the_diary_names_who_has_a_car(desk_client: Client, inside: Garage, cars: list[CourtesyCar]) -> None:
    _lent(inside, "07700 900123")
    day = next_open_day(inside).isoformat()
    page = desk_client.get(f"/g/here/planner/courtesy-cars/?day={day}").content.decode()
    assert ("Corsa" in page, "Ada Byron" in page, 'type="radio"' in page) == (True, True, False)
    asked = f"/g/here/planner/courtesy-cars/?date={day}&courtesy_car={cars[1].public_id}"
    part = desk_client.get(asked, headers={"HX-Request": "true"}).content.decode()
    assert part.count('type="radio"') == 3
    assert f'value="{cars[1].public_id}" checked' in part


def test_a_request_holds_its_time_where_the_garage_says_so(inside: Garage, manager: Membership) -> None:
    inside.requests_hold = True
    inside.save()
    wish = make_booking(inside, services=["MOT test"])
    Booking.objects.filter(pk=wish.pk).update(status=Status.REQUESTED)
    with pytest.raises(Exception, match="taken"):
        make_booking(inside, services=["MOT test"], phone="07700 900124")
    wish.refresh_from_db()
    moved = move_booking(
        wish, version=wish.version, setup=load_setup(inside), by=manager, starts_at=at(inside, "14:00")
    )
    assert (moved.status, moved.bay_id) == (Status.REQUESTED, wish.bay_id)
    make_booking(inside, services=["MOT test"], phone="07700 900124")
    assert accept(moved, by=manager).bay_id == wish.bay_id
    inside.requests_hold = False
    inside.save()
    assert service_named(load_setup(inside), "MOT test").bay_kind == "mot"
