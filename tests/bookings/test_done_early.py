"""A further time that is done before its planned end: what it took is free from then on, and is asked for again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings.enums import Status
from bookings.errors import BookingError, SlotTaken
from bookings.models import Allocation, Booking
from bookings.planner import cards
from bookings.services import begin_part, cancel, complete, complete_part, confirm, move_booking, reopen, start_service
from bookings.services.allocations import add_time, change_time
from bookings.services.undo import undo
from bookings.slots import Range
from garages.models import Bay, Garage, Membership, Technician
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.bookings.acts import act, fresh
from tests.factories.bookings import at, make_booking

_HOUR: Final = timedelta(hours=1)


@pytest.fixture
def kim(garage: Garage) -> Technician:
    with tenant(garage.pk), transaction.atomic():
        return Technician.objects.create(name="Kim Osei", position=2)


def _add(booking: Booking, by: Membership, who: Technician, wall: str, **facts: Any) -> Allocation:
    booking.refresh_from_db()
    facts |= {"setup": load_setup(by.garage), "by": by, "technician": who, "starts_at": at(by.garage, wall)}
    return add_time(booking, version=booking.version, work=_HOUR, **facts)


def _helped(garage: Garage, by: Membership, kim: Technician) -> tuple[Booking, Allocation]:
    """Work goes on at nine; Kim helps from ten to eleven, in the MOT bay."""
    booking = start_service(confirm(make_booking(garage, "09:00"), by=by), by=by)
    return booking, _add(booking, by, kim, "10:00", bay=Bay.objects.get(name="MOT bay"))


def test_technician_and_bay_are_free_once_it_is_done(inside: Garage, manager: Membership, kim: Technician) -> None:
    booking, part = _helped(inside, manager, kim)
    other = make_booking(inside, "13:00", phone="07700 900124")
    wanted: dict[str, Any] = {"starts_at": at(inside, "10:00"), "bay": Bay.objects.get(name="MOT bay")}
    facts: dict[str, Any] = {"setup": load_setup(inside), "by": manager}
    with pytest.raises(SlotTaken, match="MOT bay"):
        move_booking(other, version=1, **wanted, **facts)
    complete_part(booking, part=part, by=manager)
    moved = move_booking(other, version=1, technician=kim, **wanted, **facts)
    assert (moved.bay, moved.technician, moved.overbook_reason) == (wanted["bay"], kim, "")
    booking.refresh_from_db()
    assert (booking.status, booking.ready_at) == (Status.IN_SERVICE, at(inside, "11:00"))  # what was promised stays


def test_what_is_done_stays_as_it_is(inside: Garage, manager: Membership, kim: Technician) -> None:
    booking, part = _helped(inside, manager, kim)
    complete_part(booking, part=part, by=manager)
    facts: dict[str, Any] = {"setup": load_setup(inside), "by": manager, "work": _HOUR, "bay": part.bay}
    booking.refresh_from_db()
    facts |= {"version": booking.version, "technician": kim}
    with pytest.raises(BookingError, match="This part is done"):
        change_time(part, starts_at=at(inside, "14:00"), note="", **facts)
    assert change_time(part, starts_at=part.starts_at, note="Brakes", **facts).holds is False


def test_the_end_of_its_booking_and_a_new_beginning_leave_it_free(
    inside: Garage, manager: Membership, kim: Technician
) -> None:
    """Somebody else has Kim by then: the part is done, so its booking asks for nothing of hers."""
    booking, part = _helped(inside, manager, kim)
    complete_part(booking, part=part, by=manager)
    _add(make_booking(inside, "16:00", phone="07700 900124"), manager, kim, "10:00")
    for end in (lambda: complete(booking, by=manager), lambda: cancel(booking, reason="Sold", by=manager)):
        end()
        back = reopen(booking, by=manager)
        assert back.holds_capacity
        part.refresh_from_db()
        assert part.holds is False
    moved = move_booking(
        back, version=back.version, setup=load_setup(inside), by=manager, starts_at=at(inside, "09:30")
    )
    part.refresh_from_db()
    assert (moved.ready_at, part.starts_at) == (moved.ends_at, at(inside, "10:00"))


def test_the_database_lets_nothing_hold_that_is_done(inside: Garage, manager: Membership, kim: Technician) -> None:
    booking, part = _helped(inside, manager, kim)
    complete_part(booking, part=part, by=manager)
    with pytest.raises(IntegrityError, match="done_is_free"), transaction.atomic():
        Allocation.objects.filter(pk=part.pk).update(holds=True)


def test_the_planner_draws_it_until_it_was_done(inside: Garage, manager: Membership, kim: Technician) -> None:
    _booking, part = _helped(inside, manager, kim)
    part.done_at, part.holds = part.starts_at + _HOUR / 2, False
    assert cards.time_of(part, timezone.now()) == Range(part.starts_at, part.done_at)
    assert cards.held_by([part]) == []


# --- Undone ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def done(garage: Garage, manager: Membership, kim: Technician) -> tuple[Booking, Allocation]:
    """The same, each act in a transaction of its own."""
    with tenant(garage.pk), transaction.atomic():
        booking, part = _helped(garage, manager, kim)
    act(booking, begin_part, part=part, by=manager)
    act(booking, complete_part, part=part, by=manager)
    return booking, part


def _undo(booking: Booking, by: Membership) -> None:
    act(booking, undo, version=fresh(booking).version, by=by)


def _state(part: Allocation) -> tuple[bool, bool]:
    """Whether it is done, and whether it takes anything."""
    with tenant(part.garage.pk), transaction.atomic():
        part.refresh_from_db()
    return part.done_at is not None, part.holds


@pytest.mark.django_db(transaction=True)
def test_undo_takes_it_back_and_may_be_undone(manager: Membership, done: tuple[Booking, Allocation]) -> None:
    booking, part = done
    states = [_state(part)]
    for _time in range(2):
        _undo(booking, manager)
        states.append(_state(part))
    assert states == [(True, False), (False, True), (True, False)]


@pytest.mark.django_db(transaction=True)
def test_undo_is_refused_once_somebody_else_has_the_technician(
    garage: Garage, manager: Membership, kim: Technician, done: tuple[Booking, Allocation]
) -> None:
    booking, part = done
    with tenant(garage.pk), transaction.atomic():
        taker = _add(make_booking(garage, "16:00", phone="07700 900124"), manager, kim, "10:30")
    with pytest.raises(SlotTaken, match="Kim Osei is not there or has another job"):
        _undo(booking, manager)
    assert (_state(part), _state(taker)) == ((True, False), (False, True))
    with tenant(garage.pk), transaction.atomic():
        assert not booking.work_spans.filter(ended_at=None).exists()
