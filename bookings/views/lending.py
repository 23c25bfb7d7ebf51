"""The courtesy cars' diary (P-8): a page, and a part of the booking form."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bookings.days import read_day
from bookings.selectors.lending import diary, week_from
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import wants_part
from garages.setup import setup_of


@staff(Role.RECEPTIONIST)
@require_GET
def courtesy(request: StaffRequest, garage: str) -> HttpResponse:
    """A week of the courtesy cars from `day` on; in the form (`date`) one of them can be picked, and `courtesy_car` is
    the one that is."""
    first = read_day(request.GET.get("date") or request.GET.get("day", "")) or request.garage.today()
    setup = setup_of(request)
    days = week_from(first)
    context = {
        "garage": request.garage,
        "cars": diary(setup, days),
        "days": days,
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7),
        "today": request.garage.today(),
        "picked": _picked(request),
        "picks": wants_part(request),
    }
    template = "bookings/_courtesy.html" if wants_part(request) else "bookings/courtesy.html"
    return render(request, template, context)


def _picked(request: StaffRequest) -> str:
    try:
        return str(uuid.UUID(request.GET.get("courtesy_car", "")))
    except ValueError:
        return ""
