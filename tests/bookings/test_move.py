"""Moving a booking in time, to a bay, to a technician; making it longer; overbooking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.dispatch import Signal

from bookings.enums import Status
from bookings.errors import BookingError, ChangedMeanwhile, NotOpen, SlotTaken
from bookings.models import Booking
from bookings.services import UNASSIGNED, cancel, confirm, move_booking, start_service
from bookings.signals import Change, booking_changed
from garages.models import Bay, Closure, Garage, Membership, Technician
from garages.setup import load_setup
from tests.factories.bookings import at, make_booking, next_open_day


def _move(booking: Booking, by: Membership, **changes: Any) -> Booking:
    changes.setdefault("version", booking.version)
    return move_booking(booking, setup=load_setup(by.garage), by=by, **changes)


@pytest.fixture
def news() -> Any:
    heard: list[Change] = []

    def listen(sender: type[Booking], change: Change, **_kwargs: Any) -> None:
        heard.append(change)

    signal: Signal = booking_changed
    signal.connect(listen)
    yield heard
    signal.disconnect(listen)


def test_move_takes_the_whole_job_along(inside: Garage, receptionist: Membership, news: list[Change]) -> None:
    booking = make_booking(inside, "10:00", services=["Full service"])
    moved = _move(booking, receptionist, starts_at=at(inside, "14:00"))
    assert (moved.starts_at, moved.ends_at, moved.ready_at) == (
        at(inside, "14:00"),
        at(inside, "16:00"),
        at(inside, "16:00"),
    )
    assert (moved.version, moved.bay_id) == (booking.version + 1, booking.bay_id)
    assert news == [Change.CREATED, Change.MOVED]


def test_move_to_a_bay_takes_that_bay_or_none(inside: Garage, receptionist: Membership) -> None:
    booking = make_booking(inside, "10:00")
    mot = Bay.objects.get(name="MOT bay")
    assert _move(booking, receptionist, bay=mot).bay == mot

    other = make_booking(inside, "10:00", phone="07700 900124")
    with pytest.raises(SlotTaken, match="MOT bay"):
        _move(other, receptionist, bay=mot)
    other.refresh_from_db()
    assert (other.version, other.bay) == (1, Bay.objects.get(name="Bay 1"))


def test_move_to_a_bay_that_does_not_fit_is_refused(inside: Garage, receptionist: Membership) -> None:
    booking = make_booking(inside, services=["MOT test"])
    with pytest.raises(BookingError, match="not equipped"):
        _move(booking, receptionist, bay=Bay.objects.get(name="Bay 1"))


def test_lengthening_holds_the_bay_longer(inside: Garage, receptionist: Membership) -> None:
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    booking = make_booking(inside, "10:00")
    make_booking(inside, "12:00", phone="07700 900124")
    longer = _move(booking, receptionist, ends_at=at(inside, "12:00"))
    assert (longer.starts_at, longer.ends_at) == (at(inside, "10:00"), at(inside, "12:00"))
    with pytest.raises(SlotTaken):
        _move(longer, receptionist, ends_at=at(inside, "12:30"))
    with pytest.raises(BookingError, match="after the start"):
        _move(longer, receptionist, ends_at=at(inside, "10:00"))


def test_work_that_has_begun_gets_longer_but_does_not_start_again(inside: Garage, receptionist: Membership) -> None:
    booking = start_service(confirm(make_booking(inside), by=receptionist), by=receptionist)
    with pytest.raises(BookingError, match="begun"):
        _move(booking, receptionist, starts_at=at(inside, "14:00"))
    assert _move(booking, receptionist, ends_at=at(inside, "12:00")).ends_at == at(inside, "12:00")


def test_assigning_and_unassigning(inside: Garage, receptionist: Membership, news: list[Change]) -> None:
    sam = Technician.objects.get()
    booking = _move(make_booking(inside), receptionist, technician=sam)
    assert booking.technician == sam
    other = make_booking(inside, phone="07700 900124")
    with pytest.raises(SlotTaken, match="technician"):
        _move(other, receptionist, technician=sam)
    other.refresh_from_db()
    booking = _move(booking, receptionist, technician=UNASSIGNED)
    assert booking.technician is None
    assert _move(other, receptionist, technician=sam).technician == sam
    assert news == [Change.CREATED, Change.EDITED, Change.CREATED, Change.EDITED, Change.EDITED]


def test_moving_to_where_it_is_changes_nothing(inside: Garage, receptionist: Membership, news: list[Change]) -> None:
    booking = make_booking(inside)
    assert _move(booking, receptionist, starts_at=booking.starts_at, bay=booking.bay).version == booking.version
    assert news == [Change.CREATED]


def test_move_is_refused_where_the_garage_is_closed_and_for_old_versions(
    inside: Garage, receptionist: Membership
) -> None:
    booking = make_booking(inside)
    day = next_open_day(inside, after=7)
    Closure.objects.create(starts_on=day, ends_on=day, reason="Stocktaking")
    with pytest.raises(NotOpen, match="Stocktaking"):
        _move(booking, receptionist, starts_at=at(inside, "10:00", day=day))
    with pytest.raises(ChangedMeanwhile):
        _move(booking, receptionist, version=7, starts_at=at(inside, "11:00"))
    with pytest.raises(BookingError, match="over"):
        _move(cancel(booking, reason="x", by=receptionist), receptionist, starts_at=at(inside, "11:00"))


def test_request_moves_without_taking_anything(inside: Garage, receptionist: Membership) -> None:
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    asked = make_booking(inside, "10:00")
    Booking.objects.filter(pk=asked.pk).update(status=Status.REQUESTED)
    make_booking(inside, "14:00", phone="07700 900124")
    assert _move(asked, receptionist, starts_at=at(inside, "14:00")).starts_at == at(inside, "14:00")


def test_overbooking_needs_the_right_and_leaves_a_mark(
    inside: Garage, receptionist: Membership, manager: Membership
) -> None:
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    sam = Technician.objects.get()
    _move(make_booking(inside, "14:00"), receptionist, technician=sam)
    booking = make_booking(inside, "10:00", phone="07700 900124")
    to = at(inside, "14:00")
    with pytest.raises(BookingError, match="may not overbook"):
        _move(booking, receptionist, starts_at=to, overbook_reason="Only a bulb")
    booking = _move(booking, manager, starts_at=to, technician=sam, overbook_reason="Only a bulb")
    assert (booking.starts_at, booking.technician, booking.overbook_reason) == (to, sam, "Only a bulb")

    receptionist.garage.receptionists_overbook = True
    booking = _move(booking, receptionist, starts_at=to + timedelta(minutes=5), overbook_reason="Still only a bulb")
    assert booking.overbook_reason == "Still only a bulb"
    assert _move(booking, receptionist, starts_at=at(inside, "16:00"), overbook_reason="x").overbook_reason == ""
