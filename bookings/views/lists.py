"""Lists beside the desk: all bookings ever, those of one customer or vehicle."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bookings.enums import OPEN
from bookings.filters import BookingFilter
from bookings.models import Booking, BookingQuerySet
from bookings.selectors import Page, Row, read_rows
from bookings.selectors.rows import matching
from customers.models import Customer
from fleet.models import Vehicle
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import render_page

PAST_SHOWN = 50


@staff(Role.RECEPTIONIST)
@require_GET
def all_bookings(request: StaffRequest, garage: str) -> HttpResponse:
    """Every booking in every status, newest first, filtered by what the address says. `new` names those that stand out;
    the page the first of them is on is shown."""
    wanted = BookingFilter(request.GET, garage=request.garage)
    found = matching(wanted.apply(Booking.objects.all()), wanted.query)
    total = found.count()
    size = request.user.rows_per_page
    new = request.GET.getlist("new")
    number = wanted.page if "page" in request.GET else 1 + _place_of(new[:1], found) // size
    number = max(1, min(number, -(-total // size)))
    rows = read_rows(found.order_by("-starts_at", "-pk")[(number - 1) * size : number * size])
    context: dict[str, Any] = {"filter": wanted, "page": Page(rows, number, size, total), "new_references": new}
    return render_page(request, "bookings/list.html", context, part="all-bookings")


@staff(Role.RECEPTIONIST)
@require_GET
def of_customer(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.all(), public_id=public_id)
    groups = _open_and_past(Booking.objects.filter(customer=customer))
    context = {"title": customer.name, "groups": groups, "customer": customer, "shown": PAST_SHOWN}
    return render_page(request, "bookings/past.html", context, part="past-bookings")


@staff(Role.RECEPTIONIST)
@require_GET
def of_vehicle(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    vehicle = get_object_or_404(Vehicle.objects.all(), public_id=public_id)
    groups = _open_and_past(Booking.objects.filter(vehicle=vehicle))
    context = {"title": str(vehicle), "groups": groups, "vehicle": vehicle, "shown": PAST_SHOWN}
    return render_page(request, "bookings/past.html", context, part="past-bookings")


def _place_of(references: list[str], found: BookingQuerySet) -> int:
    """How many of the bookings found are listed before this one; none before one that is not among them."""
    booking = found.filter(reference__in=references).first() if references else None
    if booking is None:
        return 0
    same_start = Q(starts_at=booking.starts_at, pk__gt=booking.pk)
    return found.filter(Q(starts_at__gt=booking.starts_at) | same_start).count()


def _open_and_past(bookings: BookingQuerySet) -> list[tuple[str, list[Row]]]:
    """What is to come, the nearest first, and what is over, the latest first: each with its heading, none empty."""
    to_come = read_rows(bookings.filter(status__in=OPEN).order_by("starts_at", "pk")[:PAST_SHOWN])
    over = read_rows(bookings.exclude(status__in=OPEN).order_by("-starts_at", "-pk")[:PAST_SHOWN])
    return [(heading, rows) for heading, rows in ((_("Open"), to_come), (_("Past"), over)) if rows]
