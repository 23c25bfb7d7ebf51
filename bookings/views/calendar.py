"""What can be had: a month for one piece of work, and one day's starts."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from bookings.availability import Day, Job, days, drop_off_before, month
from bookings.search import words_of
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import wants_part
from garages.setup import ServiceInfo, Setup, load_setup


@staff(Role.RECEPTIONIST)
@require_GET
def calendar(request: StaffRequest, garage: str) -> HttpResponse:
    """A month of days, each with its first start or with the reason why there is none and what is possible instead."""
    setup = load_setup(request.garage)
    services = _services(request, setup)
    first = (_date(request, "month") or request.garage.today()).replace(day=1)
    known = month(setup, first, Job.of(services)) if services else []
    context = {
        "setup": setup,
        "garage": request.garage,
        "services": services,
        "chosen": [service.public_id for service in services],
        "first": first,
        "weeks": _weeks(known, first),
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=31)).replace(day=1),
        "today": request.garage.today(),
    }
    part = "#month" if wants_part(request) else ""
    return render(request, f"bookings/calendar.html{part}", context)


@staff(Role.RECEPTIONIST)
@require_GET
def times(request: StaffRequest, garage: str) -> HttpResponse:
    """One day's starts, or why there are none; of today and the menu's first service when nothing was chosen."""
    setup = load_setup(request.garage)
    services = _services(request, setup) or setup.services[:1]
    if not services:
        raise Http404
    day = days(setup, [_date(request, "date") or request.garage.today()], Job.of(services))[0]
    overnight = drop_off_before(setup, day.next_best) if day.next_best else None
    context = {"day": day, "overnight": overnight, "garage": request.garage, "services": services}
    return render(request, "bookings/_times.html", context)


def _services(request: StaffRequest, setup: Setup) -> list[ServiceInfo]:
    menu = setup.services_by_id
    return [menu[one] for one in dict.fromkeys(request.GET.getlist("service")) if one in menu]


def _date(request: StaffRequest, name: str) -> date | None:
    typed = words_of(request.GET, name)
    try:
        return parse_date(f"{typed}-01" if len(typed) == len("2026-11") else typed)
    except ValueError:
        return None


def _weeks(known: list[Day], first: date) -> list[list[Day | None]]:
    """Rows of seven from Monday on; None pads the ends."""
    cells: list[Day | None] = [*([None] * first.weekday()), *known]
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)] if known else []
