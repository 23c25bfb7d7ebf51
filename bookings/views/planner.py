"""The planner: a day or a week of bays or technicians, the wall's screen and the day's sheet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bookings.days import read_day
from bookings.enums import Status
from bookings.planner import Asked, Lanes, plan_day, plan_week
from bookings.selectors.further import further_times_in
from bookings.selectors.planner import MOST_BOOKINGS, bookings_in, waiting_for_a_place, waiting_list
from bookings.slots import Range, day_range
from garages import formats
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import render_page
from garages.setup import Setup, TechnicianInfo, setup_of

# What the legend explains.
_LEGEND: Final = (
    ("request", gettext_lazy("Request")),
    ("pending", Status.PENDING.label),
    ("confirmed", Status.CONFIRMED.label),
    ("in_service", Status.IN_SERVICE.label),
    ("completed", gettext_lazy("Done")),
)
# What a dropped card sends; see bookings.move_forms.PlaceForm.
_PLACE_FIELDS: Final = ("reference", "part", "version", "lanes", "lane", "starts_at", "minutes")


@staff(Role.TECHNICIAN)
@require_GET
def planner(request: StaffRequest, garage: str) -> HttpResponse:
    """The page; for HTMX only the picture. Technicians see their own lane and move nothing (ROLE-8)."""
    setup = setup_of(request)
    return render_page(request, "bookings/planner.html", picture(request, setup, request.GET), part="planner")


def picture(request: StaffRequest, setup: Setup, address: QueryDict) -> dict[str, Any]:
    """What templates/bookings/planner.html draws for an address: four queries for a day, two for a week."""
    asked = _asked(request, setup, address)
    is_week = address.get("range") == "week"
    context = {
        "garage": request.garage,
        "asked": asked,
        "setup": setup,
        "is_week": is_week,
        "today": request.garage.today(),
        "may_close": request.membership.at_least(Role.MANAGER),
        "may_move": request.membership.at_least(Role.RECEPTIONIST),
        "lends": bool(setup.courtesy_cars),
        "statuses": _LEGEND,
        "place_fields": _PLACE_FIELDS,
    }
    return context | (_week(setup, asked) if is_week else _day(setup, asked))


def _day(setup: Setup, asked: Asked) -> dict[str, Any]:
    now = timezone.now()
    window = day_range(asked.day, setup.garage.zone)
    bookings = bookings_in(window)
    left_before = window.start if asked.day == setup.garage.today() else None
    waiting = waiting_for_a_place(now=now, left_before=left_before)
    return {
        "plan": plan_day(setup, asked, bookings, waiting, now=now, parts=list(further_times_in(window))),
        "previous": asked.day - timedelta(days=1),
        "next": asked.day + timedelta(days=1),
        "waiting_list": waiting_list(setup.garage.today()),
        "is_cut": len(bookings) == MOST_BOOKINGS,
    }


def _week(setup: Setup, asked: Asked) -> dict[str, Any]:
    zone = setup.garage.zone
    first = _first_of_week(setup, asked.day)
    days = [first + timedelta(days=number) for number in range(7)]
    window = Range(day_range(days[0], zone).start, day_range(days[-1], zone).end)
    bookings = bookings_in(window)
    return {
        "plan": plan_week(setup, asked, days, bookings, now=timezone.now(), parts=list(further_times_in(window))),
        "previous": asked.day - timedelta(weeks=1),
        "next": asked.day + timedelta(weeks=1),
        "is_cut": len(bookings) == MOST_BOOKINGS,
    }


def _first_of_week(setup: Setup, day: date) -> date:
    """Monday, or the day weeks begin with where the garage stands."""
    return day - timedelta(days=(day.weekday() - formats.locale_of(setup.garage).first_week_day) % 7)


def _asked(request: StaffRequest, setup: Setup, address: QueryDict) -> Asked:
    """The picture an address asks for; what cannot be read is as if it were not there."""
    day = read_day(address.get("day", "")) or request.garage.today()
    if not request.membership.at_least(Role.RECEPTIONIST):
        return Asked(day, Lanes.TECHNICIANS, _own(request, setup) or _NOBODY)
    lanes = Lanes.TECHNICIANS if address.get("lanes") == Lanes.TECHNICIANS else Lanes.BAYS
    wanted = address.get("technician", "")
    only = next((one for one in setup.technicians if one.public_id == wanted), None)
    return Asked(day, lanes, only, with_expired=bool(address.get("expired")))


# A technician's log-in that belongs to no technician sees no lane.
_NOBODY = TechnicianInfo(0, "", "")


def _own(request: StaffRequest, setup: Setup) -> TechnicianInfo | None:
    technician = getattr(request.membership, "technician", None)
    return next((one for one in setup.technicians if technician is not None and one.pk == technician.pk), None)
