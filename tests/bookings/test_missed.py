"""Bookings nobody came for and nobody touched become no-shows where the garage wants that (P-6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from bookings.enums import Status
from bookings.models import Booking
from bookings.services import reopen
from bookings.services.missed import miss_untouched
from bookings.tasks import miss_untouched_in
from garages.models import Garage, Membership
from tests.factories.bookings import at, make_booking


@pytest.fixture
def due(inside: Garage) -> dict[str, Booking]:
    """The next open day's bookings, each standing otherwise."""
    facts: dict[str, dict[str, Any]] = {
        "untouched": {"status": Status.CONFIRMED},
        "here": {"status": Status.CONFIRMED, "arrived_at": timezone.now()},
        "unanswered": {"status": Status.PENDING},
        "done": {"status": Status.COMPLETED},
    }
    made = {}
    for hour, (name, changes) in enumerate(facts.items(), 9):
        made[name] = make_booking(inside, f"{hour:02}:00", phone=f"07700 90012{hour % 10}")
        Booking.objects.filter(pk=made[name].pk).update(**changes)
    return made


@pytest.mark.parametrize(
    ("days", "later", "missed"), [(None, 9, []), (0, 0, []), (0, 1, ["untouched"]), (2, 2, []), (2, 3, ["untouched"])]
)
def test_only_the_untouched_are_missed_when_their_days_are_over(
    inside: Garage, due: dict[str, Booking], days: int | None, later: int, missed: list[str]
) -> None:
    inside.no_show_after_days = days
    inside.save()
    with time_machine.travel(at(inside, "20:00") + timedelta(days=later), tick=True):
        marked = {booking.pk for booking in miss_untouched(inside)}
        assert marked == {due[name].pk for name in missed}
        assert miss_untouched(inside) == []
    stands = dict(Booking.objects.values_list("pk", "status"))
    assert stands[due["untouched"].pk] == (Status.NO_SHOW if missed else Status.CONFIRMED)


def test_the_clock_does_it_and_the_booking_can_be_reopened(
    inside: Garage, due: dict[str, Booking], manager: Membership
) -> None:
    inside.no_show_after_days = 0
    inside.save()
    with time_machine.travel(at(inside, "20:00") + timedelta(days=1), tick=True):
        miss_untouched_in(inside.pk)
        missed = Booking.objects.get(pk=due["untouched"].pk)
        assert (missed.status, missed.version) == (Status.NO_SHOW, due["untouched"].version + 1)
        assert reopen(missed, by=manager).status == Status.PENDING
