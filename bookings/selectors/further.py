"""Further times of bookings, as pages show them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bookings.enums import HOLDS_CAPACITY, Status
from bookings.models import Allocation
from bookings.slots import Range


def further_times_in(window: Range, *, or_else: Q | None = None) -> QuerySet[Allocation]:
    """What is done or was done within the window, in order of time, with booking, customer and car: one query."""
    which = Q(starts_at__lt=window.end, ends_at__gt=window.start)
    found = Allocation.objects.filter(which | or_else if or_else else which)
    found = found.filter(booking__status__in=(*HOLDS_CAPACITY, Status.COMPLETED))
    return found.select_related(
        "technician", "bay", "booking__customer", "booking__vehicle", "booking__bay", "booking__technician"
    ).order_by("starts_at", "pk")
