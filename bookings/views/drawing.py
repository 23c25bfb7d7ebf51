"""The desk's page and its booking form, drawn with what was typed and chosen so far."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django_htmx.http import reswap, retarget

from bookings.draft import Draft, read_draft
from bookings.enums import DeskPath
from bookings.forms import BookingForm
from bookings.queue import entries_of
from bookings.selectors import DeskView
from bookings.views.form_context import form_context
from bookings.views.state import list_context, view_asked_for
from customers.enums import Kind
from garages.access import StaffRequest
from garages.models import Membership
from garages.rendering import wants_part
from garages.setup import Setup, setup_of

# Where Tab goes on to in a form that was begun with something new: to what is still missing (static/js/tab-route.js).
LEADS_TO: Final = {"name": "id_phone", "phone": "id_registration", "registration": "id_service_0"}
# What stands in templates/bookings/_job.html.
_OF_THE_JOB: Final = frozenset({"vehicle_type", "service", "date", "time", "overbook_at", "overbook_reason"})


def drawn_again(request: StaffRequest, typed: QueryDict, *, status: int = 200, **more: Any) -> HttpResponse:
    """The form with what was typed and chosen so far; its part for HTMX, else the page."""
    setup = setup_of(request)
    typed = with_queue(typed, setup, request.membership)
    draft, values = read_draft(typed, setup, changed=typed.get("changed", ""), beside=request.garage.today())
    unbound = BookingForm(initial=values, setup=setup)
    focus = typed.get("focus", "")
    if draft.customer is not None and not focus:
        focus = "registration" if draft.kind == Kind.BUSINESS and draft.vehicle is None else "service"
    more["autofocus"] = {focus: True}
    more["leads_to"] = LEADS_TO if typed.get("changed") == "fresh" else {}
    return drawn(request, setup, unbound, draft, status=status, **more)


def drawn(
    request: StaffRequest, setup: Setup, form: BookingForm, draft: Draft, *, status: int = 200, **more: Any
) -> HttpResponse:
    """This form; its part for HTMX, else the page with it."""
    if wants_part(request):
        context = form_context(request, setup, form, draft)
        return render(request, "bookings/desk.html#booking-form", context | more, status=status)
    view = view_asked_for(request, request.GET)
    return render(request, "bookings/desk.html", page_context(request, view, setup, form, draft) | more, status=status)


def refused(request: StaffRequest, setup: Setup, form: BookingForm, draft: Draft) -> HttpResponse:
    """What was sent, and why it was not booked. Where only the work or its time is at fault, and nothing else was when
    the form was drawn last, only that part of it."""
    if not wants_part(request) or "redraw" in request.POST or not form.errors.keys() <= _OF_THE_JOB:
        return drawn(request, setup, form, draft, status=422)
    answer = render(request, "bookings/_refused.html", form_context(request, setup, form, draft), status=422)
    return reswap(retarget(answer, "#form-job"), "outerHTML")


def with_queue(typed: QueryDict, setup: Setup, member: Membership) -> QueryDict:
    """What was typed, for a company; where none is named, the one this person queued vehicles for last, with the work
    and the start that were wished for them."""
    names_one = typed.get("customer") or typed.get("company_name", "").strip()
    if typed.get("kind") != Kind.BUSINESS or names_one or "reset" in typed:
        return typed
    entries = entries_of(member)
    if not entries:
        return typed
    known = {service.pk: service.public_id for service in setup.services}
    common = next((one.services for one in entries if not one.is_exception), [])
    asked = typed.copy()
    asked.update({"customer": str(entries[0].customer.public_id), "changed": "customer", "path": DeskPath.PROFILE})
    asked.setlist("service", [known[key] for key in common if key in known])
    if entries[0].starts_from:
        start = entries[0].starts_from.astimezone(setup.garage.zone)
        asked["date"], asked["time"] = start.date().isoformat(), f"{start:%H:%M}"
    return asked


def desk_context(request: StaffRequest, view: DeskView) -> dict[str, Any]:
    """The desk's list; the sidebar need not count again what it counted."""
    if view.waiting is not None:
        request.open_counts = view.waiting  # type: ignore[attr-defined]
    return list_context(request, view)


def page_context(
    request: StaffRequest, view: DeskView, setup: Setup, form: BookingForm, draft: Draft
) -> dict[str, Any]:
    return {
        **desk_context(request, view),
        **form_context(request, setup, form, draft),
        "day": draft.beside,
    }
