"""What the planner reads: the bookings of a stretch of days, and those that wait for a place in it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Case, IntegerField, Q, Value, When

from bookings.enums import HOLDS_CAPACITY, Status
from bookings.models import Booking, BookingQuerySet, WaitingEntry
from bookings.selectors.rows import with_row_parts
from bookings.slots import Range

# A page shows at most so many; more than a workshop can do.
MOST_BOOKINGS: Final = 1000
MOST_WAITING: Final = 40
# What is over was not longer than this: how far back the index on starts is read.
_LONGEST: Final = timedelta(days=14)


def bookings_in(window: Range) -> list[Booking]:
    """What takes or took time in the window, and the requests for it, in order of time: one query.

    Cancelled and declined bookings are left out; whether a request has expired is for the caller to judge.
    """
    holding = Q(status__in=HOLDS_CAPACITY, held_until__gt=window.start, held_from__lt=window.end)
    over = Q(
        status__in=(Status.COMPLETED, Status.NO_SHOW),
        starts_at__gte=window.start - _LONGEST,
        starts_at__lt=window.end,
        ends_at__gt=window.start,
    )
    asked_for = Q(status=Status.REQUESTED, starts_at__gte=window.start, starts_at__lt=window.end)
    return list(_rows(Booking.objects.filter(holding | over | asked_for))[:MOST_BOOKINGS])


def waiting_for_a_place(*, now: datetime, left_before: datetime | None) -> list[Booking]:
    """Requests that have not expired, soonest first; with `left_before` before them the vehicles still in the
    workshop whose time was over by then. One query."""
    wanted = Q(status=Status.REQUESTED, starts_at__gte=now)
    if left_before is not None:
        wanted |= Q(status=Status.IN_SERVICE, held_until__lte=left_before)
    requests_last = Case(When(status=Status.REQUESTED, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = _rows(Booking.objects.filter(wanted)).order_by(requests_last, "starts_at", "pk")
    return list(rows[:MOST_WAITING])


def waiting_list(today: date) -> list[WaitingEntry]:
    """Who would come if a time became free, in the order they would be asked: one query."""
    waiting = WaitingEntry.objects.in_line(today)
    return list(waiting.select_related("customer")[:MOST_WAITING])


def _rows(bookings: BookingQuerySet) -> BookingQuerySet:
    return with_row_parts(bookings).order_by("starts_at", "pk")
