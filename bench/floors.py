"""The floors: what Django itself costs here, log-in, sessions, middleware and transaction included."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from bookings.models import Booking
from garages.access import signed_in
from garages.models import Garage
from garages.tenancy.context import tenant

ROWS = 25
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


def _garage(request: HttpRequest, slug: str) -> Garage:
    return get_object_or_404(Garage, slug=slug, memberships__user=request.user)
