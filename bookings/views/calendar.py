"""What can be had: a month for one piece of work, and one day's starts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bookings.availability import Day, days, month
from bookings.coming import clock_from, day_and_clock_from
from bookings.days import read_day
from bookings.enums import DropOff
from bookings.hours import drop_off_before
from bookings.jobs import Job
from bookings.slots import Offer
from garages import formats
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import wants_part
from garages.setup import ServiceInfo, Setup, setup_of
from garages.stencils import fill
from garages.words import words_of

_NOTE: Final = '<small class="month__note">{}</small>'


@dataclass(frozen=True)
class Start:
    """A start in words (the hour from which the car may be left, where customers choose a day), when the work is ready
    then, and where it is booked."""

    clock: str
    ready: str
    url: str


@staff(Role.RECEPTIONIST)
@require_GET
def calendar(request: StaffRequest, garage: str) -> HttpResponse:
    """A month of days, each with its first start or with the reason why there is none and what is possible instead;
    for the menu's first service when nothing was chosen."""
    setup = setup_of(request)
    services = _services(request, setup) or setup.services[:1]
    first = (_date(request, "month") or request.garage.today()).replace(day=1)
    known = month(setup, first, Job.of(services)) if services else []
    context = {
        "setup": setup,
        "garage": request.garage,
        "services": services,
        "chosen": [service.public_id for service in services],
        "first": first,
        "weeks": _weeks(_cells(known, setup, services), first),
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=31)).replace(day=1),
    }
    part = "#month" if wants_part(request) else ""
    return render(request, f"bookings/calendar.html{part}", context)


@staff(Role.RECEPTIONIST)
@require_GET
def times(request: StaffRequest, garage: str) -> HttpResponse:
    """One day's starts, or why there are none; of today and the menu's first service when nothing was chosen."""
    setup = setup_of(request)
    services = _services(request, setup) or setup.services[:1]
    if not services:
        raise Http404
    day = days(setup, [_date(request, "date") or request.garage.today()], Job.of(services))[0]
    overnight = drop_off_before(setup, day.next_best) if day.next_best else None
    starts = _starts(day.offers, setup, services)
    context = {"day": day, "starts": starts, "overnight": overnight, "garage": request.garage}
    return render(request, "bookings/_times.html", context)


def _cells(known: Sequence[Day], setup: Setup, services: Sequence[ServiceInfo]) -> list[SafeString]:
    """Every day drawn, with its first start, or why there is none and what is possible instead."""
    garage, today = setup.garage, setup.garage.today()
    locale = formats.locale_of(garage)
    firsts = iter(_starts([day.offers[0] for day in known if day.offers], setup, services))
    cells = []
    for day in known:
        texts = {
            "name": formats.day(day.date, locale),
            "refusal": str(day.refusal.text) if day.refusal else "",
            "instead": day_and_clock_from(day.next_best.start, DropOff.DROP, garage, locale, setup=setup)
            if day.next_best and day.date >= today
            else "",
            "notes": format_html_join(" ", _NOTE, ((note,) for note in day.notes)) if day.notes else "",
            **(asdict(next(firsts)) if day.offers else {}),
        }
        is_over = day.refusal is not None and day.date < today
        cells.append(fill("bookings/_month_day.html", texts, is_today=day.date == today, is_over=is_over))
    return cells


def _starts(offers: Iterable[Offer], setup: Setup, services: Sequence[ServiceInfo]) -> list[Start]:
    """Put into words here, not by the template: there are dozens on a page."""
    garage, locale = setup.garage, formats.locale_of(setup.garage)
    chosen = urlencode([("service", service.public_id) for service in services])
    desk, ready = reverse("bookings:desk", args=[garage.slug]), _("ready %(time)s")
    starts = []
    for offer in offers:
        start, end = offer.start.astimezone(garage.zone), offer.end.astimezone(garage.zone)
        same_day = start.date() == end.date()
        when = formats.clock(end.time(), locale) if same_day else formats.moment(end, locale)
        url = f"{desk}?date={start:%Y-%m-%d}&time={start:%H:%M}&{chosen}#new"
        clock = clock_from(offer.start, DropOff.DROP, garage, locale, offered=True, setup=setup)
        starts.append(Start(clock, ready % {"time": when}, url))
    return starts


def _services(request: StaffRequest, setup: Setup) -> list[ServiceInfo]:
    menu = setup.services_by_id
    return [menu[one] for one in dict.fromkeys(request.GET.getlist("service")) if one in menu]


def _date(request: StaffRequest, name: str) -> date | None:
    typed = words_of(request.GET, name)
    return read_day(f"{typed}-01" if len(typed) == len("2026-11") else typed)


def _weeks(known: Sequence[SafeString], first: date) -> list[list[SafeString]]:
    """Rows of seven from Monday on; empty cells pad the ends."""
    nothing = SafeString("<td></td>")
    cells = [*([nothing] * first.weekday()), *known]
    cells += [nothing] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)] if known else []
