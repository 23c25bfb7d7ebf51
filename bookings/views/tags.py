"""Tags for the keys: printed, cut out, and tied to them."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bookings.days import read_day
from bookings.enums import HOLDS_CAPACITY
from bookings.models import Booking
from bookings.selectors.planner import bookings_in
from bookings.slots import day_range
from bookings.views.batches import batch_named
from garages.access import StaffRequest, staff
from garages.enums import Role


@staff(Role.RECEPTIONIST)
@require_GET
def tags(request: StaffRequest, garage: str) -> HttpResponse:
    """A tag for each car of a batch, or of those that come on a day and are not done."""
    done = batch_named(request.GET.get("batch", ""))
    day = read_day(request.GET.get("day", "")) or request.garage.today()
    if done is not None:
        found: list[Booking] = [row.booking for row in done.rows if row.booking is not None]
    else:
        found = bookings_in(day_range(day, request.garage.zone))
    context = {
        "batch": done.batch if done else None,
        "day": day,
        "previous": day - timedelta(days=1),
        "next": day + timedelta(days=1),
        "rows": [booking for booking in found if booking.status in HOLDS_CAPACITY],
        "garage": request.garage,
    }
    return render(request, "bookings/tags.html", context)
