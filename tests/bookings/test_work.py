"""Work spans: who worked on what from when to when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings.enums import Awaiting, PauseReason
from bookings.errors import BookingError
from bookings.models import Booking, WorkSpan
from bookings.services import cancel, complete, confirm, pause, reopen, resume, start_service
from garages.models import Garage, Membership, Technician
from tests.factories.bookings import make_booking


@pytest.fixture
def sam(inside: Garage) -> Technician:
    return Technician.objects.get(name="Sam Okoro")


def _started(garage: Garage, sam: Technician | None, by: Membership, wall: str = "10:00") -> Booking:
    booking = make_booking(garage, wall)
    Booking.objects.filter(pk=booking.pk).update(technician=sam)
    return start_service(confirm(booking, by=by), by=by)


def _spans(booking: Booking) -> list[tuple[bool, str, str]]:
    """Whether each span of the booking goes on, and why it was paused."""
    spans = WorkSpan.objects.filter(booking=booking)
    return [(span.ended_at is None, span.paused_for, span.pause_note) for span in spans]


def test_work_is_timed_from_start_over_pauses_to_completion(
    inside: Garage, sam: Technician, manager: Membership
) -> None:
    booking = _started(inside, sam, manager)
    assert _spans(booking) == [(True, "", "")]
    booking = pause(booking, why=PauseReason.PARTS, note=" Pads on order ", by=manager)
    assert (_spans(booking), booking.awaiting) == ([(False, "parts", "Pads on order")], Awaiting.PARTS)
    booking = resume(booking, by=manager)
    assert (_spans(booking)[1:], booking.awaiting) == ([(True, "", "")], "")
    booking = complete(booking, by=manager)
    assert _spans(booking) == [(False, "parts", "Pads on order"), (False, "", "")]


@pytest.mark.parametrize("again", [PauseReason.OTHER, PauseReason.AUTHORISATION])
def test_pausing_twice_keeps_the_first_reason(
    inside: Garage, sam: Technician, manager: Membership, again: PauseReason
) -> None:
    booking = pause(_started(inside, sam, manager), why=PauseReason.OTHER, note="Lunch", by=manager)
    version = booking.version
    booking = pause(booking, why=again, by=manager)
    assert (_spans(booking), booking.version) == ([(False, "other", "Lunch")], version)


def test_starting_another_car_stops_the_clock_on_the_first(
    inside: Garage, sam: Technician, manager: Membership
) -> None:
    first = _started(inside, sam, manager)
    second = _started(inside, sam, manager, "12:00")
    assert (_spans(first), _spans(second)) == ([(False, "", "")], [(True, "", "")])
    resume(first, by=manager)
    assert [span[0] for span in _spans(first) + _spans(second)] == [False, True, False]


def test_clock_stops_however_the_work_ends(inside: Garage, sam: Technician, manager: Membership) -> None:
    booking = cancel(_started(inside, sam, manager), reason="Sold", by=manager)
    assert _spans(booking) == [(False, "", "")]
    booking = complete(_started(inside, sam, manager, "12:00"), by=manager)
    assert _spans(reopen(booking, by=manager)) == [(False, "", "")]


def test_nothing_is_timed_while_nobody_does_the_job(inside: Garage, manager: Membership) -> None:
    booking = _started(inside, None, manager)
    assert _spans(booking) == []
    with pytest.raises(BookingError, match="Nobody does this job yet"):
        resume(booking, by=manager)


def test_only_work_that_goes_on_is_paused(inside: Garage, manager: Membership) -> None:
    with pytest.raises(BookingError, match="is not going on"):
        pause(make_booking(inside, "10:00"), why=PauseReason.PARTS, by=manager)


def test_database_allows_one_running_clock_a_technician(inside: Garage, sam: Technician, manager: Membership) -> None:
    booking = _started(inside, sam, manager)
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        WorkSpan.objects.create(booking=booking, technician=sam, started_at=timezone.now() - timedelta(hours=1))
