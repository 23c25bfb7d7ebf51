"""Marks: what a booking shows at a glance, set at check-in and on its page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from bookings.enums import Awaiting, DropOff
from bookings.errors import NotOpen
from bookings.marks import marks_of
from bookings.models import Booking
from bookings.services import cancel, complete, confirm, mark, start_service
from garages.enums import Role
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import at, make_booking
from tests.factories.garages import make_member


@pytest.fixture
def booking(garage: Garage) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        return make_booking(garage, "10:00")


def _post(client: Client, booking: Booking, verb: str, **fields: Any) -> Any:
    return client.post(f"/g/here/bookings/{booking.reference}/{verb}/", fields)


def _now(booking: Booking) -> Booking:
    with tenant(booking.garage_id):
        return Booking.objects.get(pk=booking.pk)


def test_marks_name_what_is_set_and_nothing_else(inside: Garage, receptionist: Membership) -> None:
    booking = make_booking(inside, "10:00")
    assert marks_of(booking, inside) == []
    everything = {
        "drop_off": DropOff.WAIT,
        "key_tag": "7",
        "parking": "B2",
        "awaiting": Awaiting.PARTS,
        "overnight": True,
        "collect_at": at(inside, "17:30"),
    }
    booking = mark(booking, version=booking.version, marks=everything, by=receptionist)
    texts = [found.text for found in marks_of(booking, inside)]
    assert texts[0:3] == ["Waiting for parts", "Customer waits here", "Stays overnight"]
    assert texts[3].startswith("Collected ")
    assert texts[4:] == ["Key tag 7", "Parked at B2"]
    booking = cancel(booking, reason="Sold", by=receptionist)
    assert [found.text for found in marks_of(booking, inside)] == ["Key tag 7", "Parked at B2"]


def test_marks_are_changed_on_the_page_and_told_in_the_history(booking: Booking, desk_client: Client) -> None:
    answer = _post(
        desk_client, booking, "marks", version=1, key_tag="7", drop_off="courtesy", collect_at="2026-12-01T17:30"
    )
    assert answer.status_code == 302
    changed = _now(booking)
    assert (changed.key_tag, changed.drop_off, changed.version) == ("7", DropOff.COURTESY, 2)
    assert changed.collect_at == datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
    page = desk_client.get(f"/g/here/bookings/{booking.reference}/").content.decode()
    assert "Key tag: <ins>7</ins>" in page
    assert "<del>Drops off</del> → <ins>Courtesy car</ins>" in page


def test_marks_typed_on_an_older_version_are_refused_and_kept(booking: Booking, desk_client: Client) -> None:
    _post(desk_client, booking, "confirm")
    answer = _post(desk_client, booking, "marks", version=1, key_tag="7", drop_off="drop")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Look again, then decide" in page
    assert 'value="7"' in page
    assert 'name="version" value="2"' in page
    assert _now(booking).key_tag == ""


def test_marks_that_cannot_be_read_are_refused(booking: Booking, desk_client: Client) -> None:
    answer = _post(desk_client, booking, "marks", version=1, drop_off="drop", collect_at="tomorrow")
    assert answer.status_code == 422
    assert "Enter a valid date/time." in answer.content.decode()


def test_arrival_checks_in_and_notes_in_one_act(booking: Booking, desk_client: Client) -> None:
    assert "Key tag" in desk_client.get(f"/g/here/bookings/{booking.reference}/arrival/").content.decode()
    assert _post(desk_client, booking, "arrival", key_tag="12", parking="", drop_off="wait").status_code == 302
    arrived = _now(booking)
    assert arrived.arrived_at is not None
    assert (arrived.key_tag, arrived.drop_off, arrived.version) == ("12", DropOff.WAIT, 2)


def test_plain_check_in_leaves_the_marks(booking: Booking, receptionist: Membership, desk_client: Client) -> None:
    with tenant(booking.garage_id), transaction.atomic():
        mark(booking, version=1, marks={"key_tag": "3"}, by=receptionist)
    _post(desk_client, booking, "check-in")
    assert _now(booking).key_tag == "3"


def test_technicians_do_not_change_marks(booking: Booking, technician: Membership) -> None:
    client = logged_in(technician.user)
    assert _post(client, booking, "marks", version=1, drop_off="wait").status_code == 403
    assert "Save" not in client.get(f"/g/here/bookings/{booking.reference}/").content.decode()


def test_all_bookings_can_be_filtered_by_mark(garage: Garage, desk_client: Client, receptionist: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        waits = make_booking(garage, "10:00", drop_off=DropOff.WAIT)
        key = confirm(make_booking(garage, "11:00"), by=make_member(garage, Role.MANAGER))
        mark(key, version=key.version, marks={"key_tag": "3"}, by=receptionist)
    for wanted, shown in [("wait", waits), ("keys", key)]:
        page = desk_client.get(f"/g/here/bookings/?mark={wanted}").content.decode()
        assert [row.reference for row in (waits, key) if row.reference in page] == [shown.reference]
    assert "No booking fits" in desk_client.get("/g/here/bookings/?mark=overnight").content.decode()


def test_the_ledger_can_be_filtered_by_how_the_day_went(
    garage: Garage, desk_client: Client, receptionist: Membership
) -> None:
    with tenant(garage.pk), transaction.atomic():
        by = make_member(garage, Role.MANAGER)
        done = make_booking(garage, "08:00")
        mark(complete(start_service(confirm(done, by=by), by=by), by=by), version=4, marks={"key_tag": "3"}, by=by)
        held_up = start_service(confirm(make_booking(garage, "10:00"), by=by), by=by)
        mark(held_up, version=held_up.version, marks={"awaiting": "parts"}, by=by)
        carried = start_service(confirm(make_booking(garage, "12:00"), by=by), by=by)
        walk_in = make_booking(garage, "16:00")
        Booking.objects.filter(pk=walk_in.pk).update(created_at=walk_in.starts_at - timedelta(minutes=20))
        began = garage.now() - timedelta(days=1)
        over = began + timedelta(minutes=30)
        yesterday = {"starts_at": began, "held_from": began, "ends_at": over, "ready_at": over, "held_until": over}
        Booking.objects.filter(pk=carried.pk).update(**yesterday, created_at=began - timedelta(days=1))
    every = (done, held_up, carried, walk_in)
    for wanted, shown in [("collect", done), ("held-up", held_up), ("carried", carried), ("walk-in", walk_in)]:
        page = desk_client.get(f"/g/here/bookings/?mark={wanted}").content.decode()
        assert [row.reference for row in every if row.reference in page] == [shown.reference], wanted


def test_more_waiting_customers_than_seats_are_refused_whatever_way_they_are_put_there(
    inside: Garage, receptionist: Membership
) -> None:
    inside.waiters_a_day = 1
    inside.save()
    make_booking(inside, "10:00", drop_off=DropOff.WAIT)
    second = make_booking(inside, "14:00", phone="07700 900124")
    with pytest.raises(NotOpen, match="wait here") as refused:
        mark(second, version=second.version, marks={"drop_off": DropOff.WAIT}, by=receptionist)
    assert refused.value.field == "drop_off"
    assert Booking.objects.get(pk=second.pk).drop_off == DropOff.DROP
    assert mark(second, version=second.version, marks={"key_tag": "7"}, by=receptionist).key_tag == "7"
