"""Bookings nobody came for and nobody touched become no-shows, where the garage wants that (P-6)."""

from __future__ import annotations

from datetime import timedelta

from bookings.enums import Status
from bookings.models import Booking
from bookings.services.status import mark_no_show
from bookings.slots import day_range
from garages.models import Garage


def miss_untouched(garage: Garage) -> list[Booking]:
    """Mark the confirmed bookings whose customer has not come so many days after the day they were due. Pending ones
    wait for an answer of ours: they stay."""
    days = garage.no_show_after_days
    if days is None:
        return []
    due_before = day_range(garage.today() - timedelta(days=days), garage.zone).start
    untouched = Booking.objects.filter(status=Status.CONFIRMED, arrived_at=None, ends_at__lt=due_before)
    return [mark_no_show(booking, by=None) for booking in untouched.order_by("starts_at", "pk")]
