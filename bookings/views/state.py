"""The state of the desk's list: all of it stands in the page's address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

from bookings.days import read_day
from bookings.filters import page_of
from bookings.selectors import DeskView, desk_view
from bookings.selectors.desk import FILTERS, ROWS_CHOICES
from bookings.services import may_confirm
from garages.access import StaffRequest
from garages.addresses import page
from garages.models import Membership
from garages.words import words_of

STATE: Final = frozenset({"day", "status", "q", "page", "new"})


def view_asked_for(request: StaffRequest, asked: QueryDict, *, queue_of: Membership | None = None) -> DeskView:
    """The desk's list as an address asks for it; what cannot be read is as if it were not there. `queue_of` is whose
    queue is counted along."""
    garage = request.garage
    status = asked.get("status", "")
    return desk_view(
        garage,
        day=read_day(asked.get("day", "")) or garage.today(),
        status=status if status in FILTERS else "",
        query=words_of(asked),
        page=page_of(asked),
        size=request.user.rows_per_page if request.user.rows_per_page in ROWS_CHOICES else 25,
        pinned=words_of(asked, "new")[:8].upper(),
        queue_of=queue_of,
    )


def list_context(request: StaffRequest, view: DeskView) -> dict[str, Any]:
    """What templates/bookings/_list.html draws."""
    today = request.garage.today()
    return {
        "view": view,
        "garage": request.garage,
        "may_confirm": may_confirm(request.membership),
        "may_cancel": True,
        "all_address": _address(request, view),
        "filters": [
            (status, status.label, view.counts.get(status, 0), _address(request, view, status=status))
            for status in FILTERS
        ],
        "all_count": sum(view.counts.values()),
        "rows_choices": ROWS_CHOICES,
        "today": today,
        "is_today": view.day == today,
        "previous_day": view.day - timedelta(days=1),
        "next_day": view.day + timedelta(days=1),
        "new_references": [reference.upper() for reference in request.GET.getlist("new")],
    }


def _address(request: StaffRequest, view: DeskView, *, status: str = "") -> str:
    """The desk with another filter, from its first page on."""
    state = {"q": view.query, "status": status}
    if view.day != request.garage.today():
        state["day"] = view.day.isoformat()
    query = urlencode({name: value for name, value in state.items() if value})
    return page("bookings:desk", request.garage.slug) + (f"?{query}" if query else "")
