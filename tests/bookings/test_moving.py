"""Moving bookings by hand in the planner, and by the form."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from bookings.enums import Status
from bookings.models import Booking
from garages.models import Bay, Garage, Technician
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import at, make_booking, next_open_day


@pytest.fixture
def booking(garage: Garage) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        return make_booking(garage, "10:00")


def _lane(garage: Garage, name: str, model: Any = Bay) -> str:
    with tenant(garage.pk), transaction.atomic():
        return str(model.objects.get(name=name).public_id)


def _drop(client: Client, booking: Booking, start: datetime, lane: str, /, **fields: Any) -> Any:
    """Drop the card, as the planner's script does."""
    day = start.astimezone(booking.garage.zone).date().isoformat()
    dropped = {
        "reference": booking.reference,
        "version": booking.version,
        "lanes": "bays",
        "lane": lane,
        "starts_at": start.isoformat().replace("+00:00", "Z"),
        "minutes": 30,
    }
    return client.post(
        "/g/here/planner/place/",
        dropped | fields,
        headers={
            "HX-Request": "true",
            "HX-Target": "planner",
            "HX-Current-URL": f"http://testserver/g/here/planner/?day={day}",
        },
    )


def _now(booking: Booking) -> Booking:
    with tenant(booking.garage_id), transaction.atomic():
        return Booking.objects.select_related("bay", "technician").get(pk=booking.pk)


def test_card_dropped_is_moved_and_drawn_there(garage: Garage, desk_client: Client, booking: Booking) -> None:
    answer = _drop(desk_client, booking, at(garage, "14:15"), _lane(garage, "Bay 1"), minutes=45)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert html.count('id="planner"') == 1
    assert "--s:6.25;--d:0.75" in html
    assert "Ada Byron: " in html
    moved = _now(booking)
    assert (moved.starts_at, moved.ends_at) == (at(garage, "14:15"), at(garage, "15:00"))
    assert moved.version > booking.version


def test_card_dropped_on_a_technician_is_theirs(garage: Garage, desk_client: Client, booking: Booking) -> None:
    lane = _lane(garage, "Sam Okoro", Technician)
    answer = _drop(desk_client, booking, booking.starts_at, lane, lanes="technicians")
    assert answer.status_code == 200
    moved = _now(booking)
    assert moved.technician is not None
    assert (moved.technician.name, moved.starts_at) == ("Sam Okoro", booking.starts_at)


@pytest.mark.parametrize(
    ("wall", "lane", "why"),
    [("17:50", "Bay 1", "opening hours"), ("12:00", "Bay 1", "taken"), ("10:00", "MOT bay", "")],
)
def test_card_refused_stays_and_says_why(
    garage: Garage, desk_client: Client, booking: Booking, wall: str, lane: str, why: str
) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "12:00", phone="07700 900777", first_name="Priya", last_name="Nair")
        make_booking(garage, "10:00", phone="07700 900777", services=["MOT test"])
    answer = _drop(desk_client, booking, at(garage, wall), _lane(garage, lane))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Ada Byron stays where it was" in html
    assert why in html
    assert (_now(booking).starts_at, _now(booking).version) == (booking.starts_at, booking.version)


def test_second_of_two_people_is_refused(garage: Garage, desk_client: Client, booking: Booking) -> None:
    lane = _lane(garage, "Bay 1")
    assert _drop(desk_client, booking, at(garage, "14:00"), lane).status_code == 200
    answer = _drop(desk_client, booking, at(garage, "16:00"), lane)
    assert answer.status_code == 422
    assert "Look again, then decide" in answer.content.decode()
    assert _now(booking).starts_at == at(garage, "14:00")


def test_request_dropped_is_accepted_there(garage: Garage, desk_client: Client, booking: Booking) -> None:
    with tenant(garage.pk), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(status=Status.REQUESTED, bay=None)
    answer = _drop(desk_client, booking, at(garage, "15:00"), _lane(garage, "Bay 1"))
    assert answer.status_code == 200
    moved = _now(booking)
    assert moved.bay is not None
    assert (moved.status, moved.starts_at, moved.bay.name) == (Status.CONFIRMED, at(garage, "15:00"), "Bay 1")


def test_who_may_not_accept_may_not_drop_a_request(garage: Garage, desk_client: Client, booking: Booking) -> None:
    garage.receptionists_confirm = False
    garage.save()
    with tenant(garage.pk), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(status=Status.REQUESTED, bay=None)
    answer = _drop(desk_client, booking, at(garage, "15:00"), _lane(garage, "Bay 1"))
    assert answer.status_code == 422
    assert (_now(booking).status, _now(booking).starts_at) == (Status.REQUESTED, booking.starts_at)


@pytest.mark.parametrize("fields", [{"starts_at": "soon"}, {"lane": "x"}, {"minutes": 0}, {"version": ""}])
def test_drop_that_cannot_be_read_changes_nothing(
    garage: Garage, desk_client: Client, booking: Booking, fields: dict[str, Any]
) -> None:
    answer = _drop(desk_client, booking, at(garage, "15:00"), _lane(garage, "Bay 1"), **fields)
    assert answer.status_code == 422
    assert _now(booking).version == booking.version


def test_drop_of_another_garages_things_is_not_found(
    garage: Garage, other_garage: Garage, desk_client: Client, booking: Booking
) -> None:
    with tenant(other_garage.pk), transaction.atomic():
        foreign = make_booking(other_garage, "10:00")
    assert _drop(desk_client, foreign, at(garage, "15:00"), _lane(garage, "Bay 1")).status_code == 404
    assert _drop(desk_client, booking, at(garage, "15:00"), _lane(other_garage, "Bay 1")).status_code == 422


def test_form_moves_without_scripts(garage: Garage, desk_client: Client, booking: Booking) -> None:
    address = f"/g/here/bookings/{booking.reference}/move/"
    html = desk_client.get(address).content.decode()
    assert 'value="10:00"' in html
    assert "Reason to overbook" not in html
    day = next_open_day(garage, after=7)
    typed = {
        "version": booking.version,
        "date": day.isoformat(),
        "time": "11:00",
        "minutes": 60,
        "bay": _lane(garage, "Bay 1"),
        "technician": _lane(garage, "Sam Okoro", Technician),
    }
    answer = desk_client.post(address, typed)
    assert answer.headers["Location"] == f"/g/here/planner/?day={day.isoformat()}"
    moved = _now(booking)
    assert moved.technician is not None
    assert (moved.starts_at, moved.duration) == (at(garage, "11:00", day=day), timedelta(hours=1))
    assert moved.technician.name == "Sam Okoro"

    stale = desk_client.post(address, typed | {"time": "12:00"})
    assert stale.status_code == 422
    assert "Look again, then decide" in stale.content.decode()


def test_form_overbooks_with_a_reason(garage: Garage, manager_client: Client, booking: Booking) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "12:00", phone="07700 900777", first_name="Priya", last_name="Nair")
    address = f"/g/here/bookings/{booking.reference}/move/"
    typed = {
        "version": booking.version,
        "date": next_open_day(garage).isoformat(),
        "time": "12:00",
        "minutes": 30,
        "bay": _lane(garage, "Bay 1"),
    }
    assert manager_client.post(address, typed).status_code == 422
    assert manager_client.post(address, typed | {"overbook_reason": "Quick look"}).status_code == 302
    assert (_now(booking).starts_at, _now(booking).overbook_reason) == (at(garage, "12:00"), "Quick look")


def test_technicians_move_nothing(garage: Garage, technician: Any, booking: Booking) -> None:
    client = logged_in(technician.user)
    assert _drop(client, booking, at(garage, "15:00"), _lane(garage, "Bay 1")).status_code == 403
    assert client.get(f"/g/here/bookings/{booking.reference}/move/").status_code == 403
