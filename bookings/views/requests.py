"""The requests page: everything that waits for an answer as one queue, answered key by key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from bookings.contact import contact_ways
from bookings.days import read_day
from bookings.enums import Status
from bookings.forms import DeclineForm
from bookings.models import Booking
from bookings.references import canonical
from bookings.selectors.inbox import ONLY, TABS, Inbox, QueueRow, inbox_of, other_times
from bookings.services import decline as decline_booking
from bookings.services import mark_contacted, may_confirm, propose, say_yes
from bookings.views.meanwhile import refusal, told_since, version_seen
from bookings.views.undoing import say_all_done
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.models import Membership
from garages.rendering import wants_part
from garages.setup import Setup, load_setup

PANELS: Final = ("yes", "propose", "contact", "decline")
Act = Callable[[Setup, Membership], list[Booking]]


@staff(Role.RECEPTIONIST)
@require_GET
def requests(request: StaffRequest, garage: str) -> HttpResponse:
    """The page; `row` is the booking to read, `panel` the answer being given."""
    return _page(request, load_setup(request.garage), selected=request.GET.get("row", ""))


@staff(Role.RECEPTIONIST)
@require_POST
def yes(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """Confirm, or accept at the time asked for or another one (`starts_at`)."""
    booking = _found(reference)
    starts_at = _moment(request.POST.get("starts_at", ""))
    version, seen = version_seen(request.POST) or 0, request.POST.get("seen", "").split(",")

    def act(setup: Setup, by: Membership) -> list[Booking]:
        return [say_yes(booking, version=version, seen=seen, setup=setup, by=by, starts_at=starts_at)]

    return _answer(request, booking, act, _("Confirmed."))


@staff(Role.RECEPTIONIST)
@require_POST
def another_time(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """Offer the customer another time."""
    booking = _found(reference)
    starts_at = _moment(request.POST.get("starts_at", ""))
    version = version_seen(request.POST) or 0
    if starts_at is None:
        messages.error(request, _("Choose a time."))
        return _page(request, load_setup(request.garage), selected=booking.reference, panel="propose", status=422)

    def act(setup: Setup, by: Membership) -> list[Booking]:
        return propose(booking, version=version, starts_at=starts_at, setup=setup, by=by)

    return _answer(request, booking, act, _("Another time is proposed."), panel="propose")


@staff(Role.RECEPTIONIST)
@require_POST
def decline(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    booking = _found(reference)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        setup = load_setup(request.garage)
        return _page(request, setup, selected=booking.reference, panel="decline", form=form, status=422)

    def act(setup: Setup, by: Membership) -> list[Booking]:
        return [decline_booking(booking, reason=form.cleaned_data["reason"], by=by, version=version_seen(request.POST))]

    return _answer(request, booking, act, _("Declined."), panel="decline")


@staff(Role.RECEPTIONIST)
@require_POST
def contacted(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """Somebody talked to the customer, or (`contacted` is "no") nobody did after all. The row stays selected."""
    booking = _found(reference)
    contacted = request.POST.get("contacted") != "no"

    def act(setup: Setup, by: Membership) -> list[Booking]:
        return [mark_contacted(booking, contacted=contacted, by=by, version=version_seen(request.POST))]

    done = _("Marked as contacted.") if contacted else _("Not contacted yet.")
    return _answer(request, booking, act, done, stay=True)


@transaction.non_atomic_requests
@staff(Role.RECEPTIONIST)
@require_POST
def confirm_all(request: StaffRequest, garage: str) -> HttpResponse:
    """Say yes to the rows sent as "reference:version", each in a transaction of its own and only where every check is
    still fine. What could not be is said row by row."""
    confirmed: list[Booking] = []
    for sent in request.POST.getlist("row"):
        reference, _colon, version = sent.partition(":")
        with transaction.atomic():
            booking = _find(reference)
            if booking is None:
                continue
            setup, there = load_setup(request.garage), _number(version)
            try:
                done = say_yes(booking, version=there, seen=(), setup=setup, by=_by(request))
            except DomainError as error:
                refused = refusal(error, booking, there, request.garage)
                messages.error(request, _("%(name)s: %(done)s") % {"name": booking.customer.name, "done": refused})
            else:
                confirmed.append(done)
    if confirmed:
        said = ngettext("%(count)d booking confirmed.", "%(count)d bookings confirmed.", len(confirmed))
        say_all_done(request, confirmed, said % {"count": len(confirmed)})
    with transaction.atomic():
        return _page(request, load_setup(request.garage))


def _answer(
    request: StaffRequest, booking: Booking, act: Act, done: str, *, panel: str = "", stay: bool = False
) -> HttpResponse:
    """Do it, say it, and go on to the next row; refused, the row stays with the reason and its checks as they are."""
    setup = load_setup(request.garage)
    try:
        changed = act(setup, _by(request))
    except DomainError as error:
        refused = refusal(error, booking, version_seen(request.POST), request.garage)
        messages.error(request, _("%(name)s: %(done)s") % {"name": booking.customer.name, "done": refused})
        return _page(request, setup, selected=booking.reference, panel=panel, status=422)
    was_done = (changed[0].pk, changed[0].version) == (booking.pk, booking.version)
    if was_done:  # somebody took this step before: it is theirs
        done = told_since(booking, version_seen(request.POST), request.garage) or done
    said = _("%(name)s: %(done)s") % {"name": booking.customer.name, "done": done}
    if was_done:
        messages.success(request, said)
    else:
        say_all_done(request, changed, said)
    return _page(request, setup, selected=booking.reference if stay else request.POST.get("next", ""))


def _page(
    request: StaffRequest,
    setup: Setup,
    *,
    selected: str = "",
    panel: str = "",
    form: DeclineForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The queue with one row open. After an act without HTMX: the address that shows the same."""
    state = _state(request)
    opened = bool(selected)
    if request.method == "POST" and not wants_part(request) and status == 200:
        where = state | ({"row": selected} if selected else {})
        return redirect(f"{reverse('bookings:requests', args=[request.garage.slug])}?{urlencode(where)}")
    inbox = inbox_of(
        setup,
        tab=state.get("tab", "open"),
        only=state.get("only", ""),
        with_expired="expired" in state,
        selected=selected,
    )
    context = {
        "inbox": inbox,
        "tiles": inbox.tiles,
        "garage": request.garage,
        "may_confirm": may_confirm(_by(request)),
        "opened": opened,
        "state": urlencode(state),
        "state_items": list(state.items()),
        **_pane(request, inbox, setup, panel or request.GET.get("panel", ""), form),
    }
    template = "bookings/requests.html" + ("#inbox" if wants_part(request) else "")
    answer = render(request, template, context, status=status)
    answer.headers["Vary"] = "HX-Request"
    if request.method == "POST" and inbox.selected:
        where = state | {"row": inbox.selected.booking.reference}
        answer.headers["HX-Replace-Url"] = (
            f"{reverse('bookings:requests', args=[request.garage.slug])}?{urlencode(where)}"
        )
    return answer


def _pane(request: StaffRequest, inbox: Inbox, setup: Setup, panel: str, form: DeclineForm | None) -> dict[str, Any]:
    """What the reading pane shows of the selected row."""
    row = inbox.selected
    if row is None or row.booking.status not in (Status.PENDING, Status.REQUESTED):
        return {"row": row, "panel": ""}
    panel = _possible_panel(panel, row, request)
    pane: dict[str, Any] = {"row": row, "panel": panel}
    if panel == "propose" or (panel == "yes" and row.booking.status == Status.REQUESTED):
        pane["day"] = read_day(request.GET.get("day", ""))
        offers = other_times(row.booking, setup, day=pane["day"])
        pane["offers"] = [(offer, setup.bay_names.get(offer.bays[0], "")) for offer in offers]
        pane["today"] = request.garage.today()
    elif panel == "contact":
        pane["ways"] = contact_ways(row.booking, request.garage)
    elif panel == "decline":
        pane["form"] = form or DeclineForm()
    return pane


def _possible_panel(panel: str, row: QueueRow, request: StaffRequest) -> str:
    """An expired request, and a role that may not confirm, have no yes to say."""
    may_say_yes = may_confirm(_by(request)) and not row.booking.is_expired
    if panel in PANELS and (panel != "yes" or may_say_yes):
        return panel
    return "yes" if may_say_yes else "contact"


def _state(request: StaffRequest) -> dict[str, str]:
    """What of the queue is shown: all of it stands in the address."""
    asked = request.GET
    state = {}
    if asked.get("tab") in TABS[1:]:
        state["tab"] = asked["tab"]
    if asked.get("only") in ONLY:
        state["only"] = asked["only"]
    if asked.get("expired"):
        state["expired"] = "on"
    return state


def _find(reference: str) -> Booking | None:
    return Booking.objects.select_related("customer").filter(reference=canonical(reference)).first()


def _found(reference: str) -> Booking:
    booking = _find(reference)
    if booking is None:
        raise Http404
    return booking


def _by(request: StaffRequest) -> Membership:
    request.membership.garage = request.garage
    return request.membership


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _moment(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None
