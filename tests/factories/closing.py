"""A day with loose ends. Call inside the garage's scope."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from bookings.enums import Status
from bookings.models import Booking
from bookings.selectors.closing import Loose
from garages.models import Bay, Garage
from tests.factories.bookings import make_booking


def moved_to(booking: Booking, start: datetime, **changes: Any) -> Booking:
    """The booking at another time, past ones included, with no questions asked."""
    by = start - booking.starts_at
    times = {
        name: getattr(booking, name) + by for name in ("starts_at", "ends_at", "ready_at", "held_from", "held_until")
    }
    Booking.objects.filter(pk=booking.pk).update(**(times | changes))
    return Booking.objects.get(pk=booking.pk)


def loose_day(garage: Garage) -> list[tuple[Loose, str]]:
    """Twelve loose ends, as they should be found, and two bookings that are none."""
    now = timezone.now().replace(second=0, microsecond=0)
    stories: list[tuple[Loose | None, dict[str, Any]]] = [
        *[(Loose.UNFINISHED, {"status": Status.IN_SERVICE, "started_at": now})] * 2,
        (Loose.UNFINISHED, {"status": Status.CONFIRMED, "arrived_at": now}),
        *[(Loose.NOT_ARRIVED, {"status": Status.CONFIRMED})] * 3,
        (Loose.NOT_ARRIVED, {"status": Status.PENDING}),
        *[(Loose.UNANSWERED, {"status": Status.PENDING, "ahead": True})] * 2,
        (Loose.UNANSWERED, {"status": Status.REQUESTED, "ahead": True}),
        (Loose.KEYS, {"status": Status.COMPLETED, "key_tag": "7"}),
        (Loose.KEYS, {"status": Status.NO_SHOW, "key_tag": "8"}),
        (None, {"status": Status.COMPLETED}),
        (None, {"status": Status.CONFIRMED, "ahead": True}),
    ]
    ends = []
    for number, (kind, story) in enumerate(stories):
        changes = dict(story)
        bay = Bay.objects.create(name=f"Lift {number}", position=50 + number)
        booking = make_booking(garage, "10:00", last_name=f"Byron {number}")
        start = booking.starts_at if changes.pop("ahead", False) else now - timedelta(hours=9 - number // 2)
        booking = moved_to(booking, start + timedelta(minutes=number), bay=bay, **changes)
        if kind is not None:
            ends.append((kind, booking.reference))
    return ends
