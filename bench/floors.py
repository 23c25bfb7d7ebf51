"""The floors: what Django itself costs here, log-in, sessions, middleware and transaction included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from bookings.models import Booking, BookingLine
from bookings.references import new_reference
from bookings.services.capacity import lock_capacity
from garages.access import signed_in
from garages.models import Garage
from garages.rows import insert
from garages.tenancy.context import tenant

ROWS: Final = 25
_LONG: Final = timedelta(minutes=1)
_FROM: Final = datetime(2100, 1, 1, tzinfo=UTC)  # where nobody books: each gets a minute of its own
_FILLER = "<!-- as long as the desk's page -->\n"


@signed_in
def one_query(request: HttpRequest, slug: str) -> HttpResponse:
    """F1: who is logged in, and one query."""
    return HttpResponse(_garage(request, slug).name)


@signed_in
def rows(request: HttpRequest, slug: str) -> HttpResponse:
    """F2: the latest 25 bookings with their joins, and `?bytes=` of text altogether."""
    garage = _garage(request, slug)
    with tenant(garage.pk):
        bookings = (
            Booking.objects.select_related("customer", "vehicle", "vehicle_type", "bay")
            .prefetch_related("lines")
            .order_by("-starts_at", "-pk")[:ROWS]
        )
        page = render(request, "bench/floor.html", {"garage": garage, "bookings": bookings})
    missing = int(request.GET.get("bytes", "0")) - len(page.content)
    page.content += _FILLER.encode() * max(missing // len(_FILLER), 0)
    return page


@signed_in
@require_POST
def one_booking(request: HttpRequest, slug: str) -> HttpResponse:
    """F3: F1, and a booking with its line saved as the desk saves them, under the garage's lock, with constraints and
    history. No form, no look at what is free, no message, no page."""
    garage = _garage(request, slug)
    asked = {name: int(request.POST[name]) for name in ("customer", "bay", "service", "minute")}
    starts_at = _FROM + asked["minute"] * _LONG
    ends_at = starts_at + _LONG
    with tenant(garage.pk):
        lock_capacity(garage)
        booking = Booking(
            garage=garage,
            reference=new_reference(),
            customer_id=asked["customer"],
            bay_id=asked["bay"],
            starts_at=starts_at,
            ends_at=ends_at,
            ready_at=ends_at,
            held_from=starts_at,
            held_until=ends_at,
        )
        insert([booking])
        insert([BookingLine(garage=garage, booking=booking, service_id=asked["service"], minutes=1, price=0)])
    return HttpResponse(booking.reference)


def _garage(request: HttpRequest, slug: str) -> Garage:
    return get_object_or_404(Garage, slug=slug, memberships__user=request.user)
