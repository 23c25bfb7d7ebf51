"""Taking more than there is: a right, with a reason, marked on the booking, wherever capacity is consumed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from bookings.enums import Status
from bookings.errors import BookingError
from bookings.models import Booking
from bookings.services import confirm
from garages.models import Bay, BayOutage, Garage, Membership
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import at, make_booking, service_named

REASON = {"overbook_reason": "The owner asked"}


@pytest.fixture
def manager_client(manager: Membership) -> Client:
    client = Client()
    client.force_login(manager.user, backend="garages.accounts.PeopleBackend")
    return client


def _full(garage: Garage) -> None:
    """Both bays are taken from ten on."""
    with tenant(garage.pk), transaction.atomic():
        for phone in ("07700 900123", "07700 900124"):
            make_booking(garage, "10:00", phone=phone)


def _typed(garage: Garage, **more: str) -> dict[str, Any]:
    with tenant(garage.pk), transaction.atomic():
        service = service_named(load_setup(garage), "Brake check")
    start = at(garage, "10:00").astimezone(garage.zone)
    form = {"kind": "individual", "first_name": "Grace Hopper", "phone": "07700 900125", "service": service.public_id}
    return form | {"date": start.date().isoformat(), "overbook_at": f"{start:%Y-%m-%dT%H:%M}"} | more


def _there(garage: Garage, name: str) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        return Booking.objects.select_related("bay").get(customer__last_name=name)


def test_the_desk_overbooks_with_a_reason(garage: Garage, manager_client: Client) -> None:
    _full(garage)
    page = manager_client.post("/g/here/desk/create/", _typed(garage)).content.decode()
    assert "the reason is marked on the booking." in page
    manager_client.post("/g/here/desk/create/", _typed(garage, **REASON))
    booking = _there(garage, "Hopper")
    assert (booking.starts_at, booking.overbook_reason) == (at(garage, "10:00"), "The owner asked")


def test_what_finds_room_is_not_marked(garage: Garage, manager_client: Client) -> None:
    manager_client.post("/g/here/desk/create/", _typed(garage, **REASON))
    assert _there(garage, "Hopper").overbook_reason == ""


def test_without_the_right_nothing_is_overbooked(garage: Garage, desk_client: Client) -> None:
    _full(garage)
    assert "Overbook" not in desk_client.get("/g/here/desk/").content.decode()
    answer = desk_client.post("/g/here/desk/create/", _typed(garage, **REASON))
    assert (answer.status_code, "Your role may not overbook" in answer.content.decode()) == (422, True)


def test_an_edit_overbooks_and_keeps_its_reason(garage: Garage, manager_client: Client) -> None:
    _full(garage)
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "14:00", phone="07700 900126", last_name="Lovelace")
    address = f"/g/here/bookings/{booking.reference}/edit/"
    form = _typed(garage, **REASON) | {"version": "1"}
    assert manager_client.post(address, form).status_code == 302
    edited = _there(garage, "Lovelace")
    assert (edited.starts_at, edited.overbook_reason) == (at(garage, "10:00"), "The owner asked")
    start = at(garage, "10:00").astimezone(garage.zone)
    with tenant(garage.pk), transaction.atomic():
        other = service_named(load_setup(garage), "Full service").public_id
    stays = {"version": "2", "service": other, "date": f"{start:%Y-%m-%d}", "time": "10:00"}
    assert manager_client.post(address, stays).status_code == 302
    assert _there(garage, "Lovelace").overbook_reason == "The owner asked"


def test_confirming_what_lost_its_bay_asks_those_who_may(garage: Garage, manager_client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "10:00", last_name="Lovelace")
        for bay in Bay.objects.all():
            until = booking.ends_at + timedelta(hours=1)
            BayOutage.objects.create(bay=bay, starts_at=booking.starts_at, ends_at=until, reason="Lift")
    place = f"/g/here/bookings/{booking.reference}"
    assert manager_client.post(f"{place}/confirm/").headers["Location"] == f"{place}/overbook/"
    assert "Move" in manager_client.get(f"{place}/overbook/").content.decode()
    manager_client.post(f"{place}/overbook/", {"reason": "Outside, on the ramp"})
    confirmed = _there(garage, "Lovelace")
    assert (confirmed.status, confirmed.overbook_reason) == (Status.CONFIRMED, "Outside, on the ramp")


def test_a_receptionist_may_not_confirm_overbooked(inside: Garage, receptionist: Membership) -> None:
    booking = make_booking(inside, "10:00")
    with pytest.raises(BookingError, match="may not overbook"):
        confirm(booking, by=receptionist, overbook_reason="Please")
