"""What every staff page shows around its content: menu, tabs, garages, and how much waits for somebody.

All of it is lazy: a fragment or an error page that draws no shell asks the database nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from bookings.enums import OrderState, Status
from bookings.selectors import open_counts
from garage_desk.live.line import line_for
from garages.access import StaffRequest
from garages.enums import Role
from garages.homes import home_of
from garages.models import Garage, Membership
from garages.tenancy.context import current_garage_id
from notifications.enums import State
from notifications.selectors import failed_count


@dataclass(frozen=True)
class Entry:
    """A place in the menu. It is the current one on the pages of `owns`: view names, or whole apps ("customers:")."""

    label: str | Promise
    view: str
    icon: str
    owns: tuple[str, ...]
    short: str | Promise = ""
    counts: Status | OrderState | State | None = None

    def owns_page(self, view_name: str) -> bool:
        return any(
            view_name == owned or (owned.endswith((":", "-")) and view_name.startswith(owned)) for owned in self.owns
        )


DESK: Final = Entry(
    _("Reception desk"),
    "bookings:desk",
    "layout-columns",
    ("bookings:desk", "bookings:calendar"),
    short=_("Desk"),
    counts=Status.PENDING,
)
REQUESTS: Final = Entry(
    _("Requests"),
    "bookings:requests",
    "hand-stop",
    ("bookings:requests", "bookings:request-", "bookings:requests-"),
    counts=Status.REQUESTED,
)
PLANNER: Final = Entry(
    _("Planner"),
    "bookings:planner",
    "calendar-week",
    (
        "bookings:planner",
        "bookings:move",
        "bookings:wall",
        "bookings:sheet",
        "bookings:tags",
        "bookings:affected",
        "bookings:courtesy",
    ),
)
BOOKINGS: Final = Entry(_("Bookings"), "bookings:list", "list-details", ("bookings:",))
ORDERS: Final = Entry(
    _("Orders"), "bookings:orders", "shopping-bag", ("bookings:orders", "bookings:order-"), counts=OrderState.RECEIVED
)
WAITING: Final = Entry(_("Waiting list"), "bookings:waiting", "hourglass", ("bookings:waiting",))
MESSAGES: Final = Entry(
    _("Messages"),
    "notifications:messages",
    "message",
    ("notifications:messages", "notifications:message", "notifications:of-"),
    counts=State.FAILED,
)
CUSTOMERS: Final = Entry(_("Customers"), "customers:list", "users", ("customers:", "fleet:"))
COMPANIES: Final = Entry(_("Companies"), "bookings:companies", "building", ("bookings:companies",))
INVOICES: Final = Entry(_("Invoices"), "billing:invoices", "receipt", ("billing:",))
DUE: Final = Entry(_("Due soon"), "notifications:due", "certificate", ("notifications:due",))
CLOSING: Final = Entry(_("Close the day"), "bookings:closing", "door", ("bookings:closing",))
HANDOVER: Final = Entry(_("Handover"), "bookings:handover", "history", ("bookings:handover",))
MY_DAY: Final = Entry(_("My day"), "bookings:my-day", "clipboard-list", ("bookings:",))
DASHBOARD: Final = Entry(_("Dashboard"), "reports:dashboard", "chart-bar", ("reports:",))
TEAM: Final = Entry(_("Team"), "garages:team", "id-badge-2", ("garages:team", "garages:team-"))
SETTINGS: Final = Entry(
    _("Settings"), "garages:settings", "settings", ("garages:", "notifications:settings", "notifications:settings-")
)

FRONT_DESK: Final = (
    _("Front desk"),
    (
        DESK,
        PLANNER,
        REQUESTS,
        BOOKINGS,
        ORDERS,
        WAITING,
        CUSTOMERS,
        COMPANIES,
        INVOICES,
        DUE,
        MESSAGES,
        HANDOVER,
        CLOSING,
    ),
)
MANAGE: Final = (_("Manage"), (DASHBOARD, TEAM, SETTINGS))
WORKSHOP: Final = (_("Workshop"), (MY_DAY, PLANNER))

# Counts that have no status of their own, or another name of it, in static/css/status.css.
_COLOURS: Final[dict[object, str]] = {Status.REQUESTED: "request", OrderState.RECEIVED: Status.PENDING}

Group = tuple[str | Promise, tuple[Entry, ...]]
MENUS: Final[dict[Role, tuple[Group, ...]]] = {
    Role.TECHNICIAN: (WORKSHOP,),
    Role.RECEPTIONIST: (FRONT_DESK,),
    Role.MANAGER: (FRONT_DESK, MANAGE),
    Role.OWNER: (FRONT_DESK, MANAGE),
}
# The phone's bar has room for three places beside New and More.
TABS: Final[dict[Role, tuple[Entry, ...]]] = {
    Role.TECHNICIAN: (MY_DAY, PLANNER),
    Role.RECEPTIONIST: (DESK, PLANNER, REQUESTS),
    Role.MANAGER: (DESK, PLANNER, REQUESTS),
    Role.OWNER: (DESK, PLANNER, REQUESTS),
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The shell's variables, on a garage's pages only; templates/shell.html says what they are."""
    garage: Garage | None = getattr(request, "garage", None)
    membership: Membership | None = getattr(request, "membership", None)
    # After an error the transaction is over and row-level security shows nothing: better no shell than a wrong one.
    if garage is None or membership is None or current_garage_id() != garage.pk or not connection.in_atomic_block:
        return {}
    waiting = _once(lambda: _waiting(request, garage))
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "garage": garage,
        "membership": membership,
        "my_garages": SimpleLazyObject(lambda: _garages(cast("StaffRequest", request).memberships, garage)),
        "nav": SimpleLazyObject(lambda: _menu(membership, here, waiting)),
        "tabs": SimpleLazyObject(lambda: _items(TABS[Role(membership.role)], garage, here, waiting, short=True)),
        "live": SimpleLazyObject(lambda: line_for(cast("StaffRequest", request))),
        "failed": SimpleLazyObject(lambda: _failed(membership, waiting)),
        "quick_url": f"{reverse('bookings:desk', args=[garage.slug])}#new"
        if membership.at_least(Role.RECEPTIONIST)
        else "",
    }


def _once(count: Callable[[], dict[str, int]]) -> Callable[[], dict[str, int]]:
    """Sidebar and tab bar show the same numbers: they are counted for the first of them."""
    known: list[dict[str, int]] = []

    def counted() -> dict[str, int]:
        if not known:
            known.append(count())
        return known[0]

    return counted


def _waiting(request: HttpRequest, garage: Garage) -> dict[str, int]:
    counts: dict[str, int] | None = getattr(request, "open_counts", None)
    return {**(open_counts(garage) if counts is None else counts), State.FAILED: failed_count()}


def _failed(membership: Membership, waiting: Callable[[], dict[str, int]]) -> int:
    """Messages that wait for somebody to mend them; none for those who have no page of messages."""
    return waiting()[State.FAILED] if membership.at_least(Role.RECEPTIONIST) else 0


def _menu(membership: Membership, here: str, waiting: Callable[[], dict[str, int]]) -> list[dict[str, Any]]:
    return [
        {"title": title, "items": _items(entries, membership.garage, here, waiting)}
        for title, entries in MENUS[Role(membership.role)]
    ]


def _items(
    entries: Iterable[Entry],
    garage: Garage,
    here: str,
    waiting: Callable[[], dict[str, int]],
    *,
    short: bool = False,
) -> list[dict[str, Any]]:
    entries = list(entries)
    named = (entry for entry in entries if here in entry.owns)
    current = next(named, None) or next((entry for entry in entries if entry.owns_page(here)), None)
    return [
        {
            "label": (short and entry.short) or entry.label,
            "url": reverse(entry.view, args=[garage.slug]),
            "icon": entry.icon,
            "count": waiting().get(entry.counts, 0) if entry.counts else 0,
            "count_status": _COLOURS.get(entry.counts, entry.counts),
            "current": entry is current,
        }
        for entry in entries
    ]


def _garages(memberships: Iterable[Membership], garage: Garage) -> list[dict[str, Any]]:
    return [
        {
            "name": membership.garage.name,
            "place": membership.garage.town,
            "url": home_of(membership),
            "current": membership.garage_id == garage.pk,
        }
        for membership in sorted(memberships, key=lambda member: member.garage.name)
    ]
