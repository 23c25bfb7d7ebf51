"""Further times of bookings, as pages show them."""

from __future__ import annotations

from django.db.models import QuerySet

from bookings.enums import HOLDS_CAPACITY, Status
from bookings.models import Allocation
from bookings.slots import Range


def further_times_in(window: Range) -> QuerySet[Allocation]:
    """What is done or was done within the window, in order of time, with booking, customer and car: one query."""
    found = Allocation.objects.filter(starts_at__lt=window.end, ends_at__gt=window.start)
    found = found.filter(booking__status__in=(*HOLDS_CAPACITY, Status.COMPLETED))
    return found.select_related(
        "technician", "bay", "booking__customer", "booking__vehicle", "booking__bay", "booking__technician"
    ).order_by("starts_at", "pk")
