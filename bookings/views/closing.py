"""The closing assistant: the day's loose ends on one page, one key each."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from bookings.enums import Status
from bookings.selectors.closing import Loose, LooseEnd, loose_ends
from bookings.services import may_confirm
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import wants_part

TITLES: Final[dict[Loose, Promise]] = {
    Loose.UNFINISHED: _("Not finished"),
    Loose.NOT_ARRIVED: _("Not arrived"),
    Loose.UNANSWERED: _("Not answered"),
    Loose.KEYS: _("Keys on the board"),
}


@staff(Role.RECEPTIONIST)
@require_GET
def closing(request: StaffRequest, garage: str) -> HttpResponse:
    """The page; for HTMX only the list, with what was just done. `at` is the row to select."""
    ends = loose_ends(request.garage)
    at = request.GET.get("at", "")
    confirms = may_confirm(request.membership)
    rows = [
        {"end": end, "booking": end.booking, "title": TITLES[end.kind], "acts": _acts(end, confirms=confirms)}
        for end in ends
    ]
    context = {
        "rows": rows,
        "at": min(int(at) if at.isdecimal() and len(at) < 5 else 0, max(0, len(rows) - 1)),
        "today": request.garage.today(),
    }
    template = "bookings/_closing_changed.html" if wants_part(request) else "bookings/closing.html"
    return render(request, template, context)


def _acts(end: LooseEnd, *, confirms: bool) -> set[str]:
    """The names of the buttons of one row."""
    status, kind = end.booking.status, end.kind
    possible = {
        "complete": status == Status.IN_SERVICE,
        "no_show": kind == Loose.NOT_ARRIVED,
        "carry_over": kind in (Loose.UNFINISHED, Loose.NOT_ARRIVED),
        "confirm": kind == Loose.UNANSWERED and status == Status.PENDING and confirms,
        "accept": kind == Loose.UNANSWERED and status == Status.REQUESTED and confirms,
        "decline": kind == Loose.UNANSWERED,
        "cancel": kind in (Loose.UNFINISHED, Loose.NOT_ARRIVED),
        "return_key": kind == Loose.KEYS,
    }
    return {name for name, shown in possible.items() if shown}
