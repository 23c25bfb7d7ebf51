"""One address, one button: the moves of a booking. All are POST; all answer with the row or the booking page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from bookings import notice, services
from bookings.enums import PauseReason, Status
from bookings.errors import SlotTaken
from bookings.forms import ArrivalForm, ReasonForm
from bookings.models import Booking
from bookings.selectors import read_row
from bookings.services import may_confirm
from bookings.services.capacity import may_overbook
from bookings.views.finding import booking_or_404
from bookings.views.meanwhile import refusal, told_since, version_seen
from bookings.views.state import list_context, view_asked_for
from bookings.views.undoing import say_done
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.models import Membership
from garages.rendering import wants_part
from garages.setup import load_setup

# The pages that an act may lead back to, by `then` in its form. HTMX follows and gets their changing part.
PAGES: Final = ("my-day", "closing")

Verb = Callable[..., Booking]


@staff(Role.RECEPTIONIST)
@require_POST
def confirm(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return do(request, reference, services.confirm, _("Confirmed."), asks=True)


@staff(Role.RECEPTIONIST)
@require_POST
def accept(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return do(request, reference, services.accept, _("Accepted: the time is kept."), asks=True)


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def overbook(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """Confirm or accept although the time is taken by now, with a reason; or move it after all."""
    return _with_reason(request, reference, _confirm_overbooked, _OVERBOOK)


@staff(Role.RECEPTIONIST)
@require_POST
def check_in(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return do(request, reference, services.check_in, _("Checked in."))


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def arrival(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """Check in, and note at once where key and car are (a page, or a dialog for HTMX)."""
    booking = booking_or_404(request, reference)
    form = ArrivalForm(request.POST or None, initial={name: getattr(booking, name) for name in ArrivalForm.base_fields})
    if form.is_valid():
        return do(request, reference, partial(services.check_in, marks=form.cleaned_data), _("Checked in."))
    context = {"booking": booking, "form": form, "version": _shown_version(request, booking)}
    if wants_part(request) and request.method == "GET":
        return render(request, "bookings/arrival.html#dialog", context)
    return render(request, "bookings/arrival.html", context, status=422 if form.is_bound else 200)


@staff(Role.TECHNICIAN)
@require_POST
def start(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return do(request, reference, services.start_service, _("Work has begun."))


@staff(Role.TECHNICIAN)
@require_POST
def pause(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    booking_or_404(request, reference)
    return do(request, reference, partial(services.pause, **why_paused(request)), _("Paused."), undoable=False)


@staff(Role.TECHNICIAN)
@require_POST
def resume(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return do(request, reference, services.resume, _("Work goes on."), undoable=False)


@staff(Role.TECHNICIAN)
@require_POST
def complete(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return do(request, reference, services.complete, _("Completed."))


@staff(Role.RECEPTIONIST)
@require_POST
def carry_over(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return do(request, reference, _carry_over, _("Carried over."))


@staff(Role.RECEPTIONIST)
@require_POST
def return_key(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return do(request, reference, _return_key, _("Key given back."))


@staff(Role.RECEPTIONIST)
@require_POST
def no_show(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return do(request, reference, services.mark_no_show, _("Marked as no-show."))


@staff(Role.RECEPTIONIST)
@require_POST
def reopen(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return do(request, reference, services.reopen, _("Reopened."))


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def cancel(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return _with_reason(request, reference, services.cancel, _CANCEL, step=notice.Step.CANCEL)


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def decline(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    return _with_reason(request, reference, services.decline, _DECLINE)


_CANCEL = {
    "title": gettext_lazy("Cancel this booking"),
    "hint": gettext_lazy("The bay becomes free. The booking stays in the list of all bookings."),
    "button": gettext_lazy("Cancel booking"),
    "done": gettext_lazy("Cancelled."),
}
_DECLINE = {
    "title": gettext_lazy("Decline"),
    "hint": gettext_lazy("The customer reads this reason."),
    "button": gettext_lazy("Decline"),
    "done": gettext_lazy("Declined."),
}


_OVERBOOK = {
    "title": gettext_lazy("Overbook"),
    "hint": gettext_lazy(
        "Nothing is free for it at that time any more. Move it, or say why it is confirmed all the same: the reason is"
        " marked on the booking."
    ),
    "button": gettext_lazy("Confirm overbooked"),
    "done": gettext_lazy("Confirmed, overbooked."),
    "may_move": True,
}


def _confirm_overbooked(booking: Booking, *, reason: str, by: Membership, version: int | None) -> Booking:
    verb = services.accept if booking.status == Status.REQUESTED else services.confirm
    return verb(booking, by=by, version=version, overbook_reason=reason)


def _carry_over(booking: Booking, *, by: Membership, version: int | None) -> Booking:
    seen = booking.version if version is None else version
    return services.carry_over(booking, version=seen, setup=load_setup(by.garage), by=by)


def _return_key(booking: Booking, *, by: Membership, version: int | None) -> Booking:
    seen = booking.version if version is None else version
    return services.mark(booking, version=seen, marks={"key_tag": "", "parking": ""}, by=by)


def why_paused(request: StaffRequest) -> dict[str, Any]:
    why, note = request.POST.get("why", ""), request.POST.get("note", "")[:200]
    if why not in PauseReason.values:
        raise BadRequest
    return {"why": PauseReason(why), "note": note}


def do(
    request: StaffRequest, reference: str, verb: Verb, done: str, *, undoable: bool = True, asks: bool = False
) -> HttpResponse:
    """`undoable` is False for acts whose button turns into its own inverse. Where an act `asks`, those who may overbook
    are asked whether to, when the time is taken."""
    booking = booking_or_404(request, reference)
    version = version_seen(request.POST)
    try:
        changed = verb(booking, by=_by(request), version=version)
    except DomainError as error:
        if asks and isinstance(error, SlotTaken) and may_overbook(_by(request)):
            return _elsewhere(request, reverse("bookings:overbook", args=[request.garage.slug, reference]))
        refused = refusal(error, booking, version, request.garage)
        messages.error(request, _("%(name)s: %(done)s") % {"name": booking.customer.name, "done": refused})
    else:
        _say(request, booking, changed, done, undoable=undoable)
    return _answer(request, reference)


def _with_reason(
    request: StaffRequest, reference: str, verb: Verb, words: dict[str, Any], *, step: notice.Step | None = None
) -> HttpResponse:
    """First the question why (a page, or a dialog for HTMX), then the act. `step` is what it is for the customer."""
    booking = booking_or_404(request, reference)
    form = ReasonForm(request.POST or None)
    version, shown = version_seen(request.POST), _shown_version(request, booking)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed = verb(booking, reason=form.cleaned_data["reason"], by=_by(request), version=version)
            except DomainError as error:
                refused = refusal(error, booking, version, request.garage)
                form.add_error("reason" if error.field == "reason" else None, refused)
                shown = booking.version  # whoever sends it again was told
            else:
                _say(request, booking, changed, words["done"])
                return _answer(request, reference)
    asked = request.POST if request.method == "POST" else request.GET
    then = {"then": asked.get("then", ""), "at": asked.get("at", "")}
    context = {"booking": booking, "form": form, "version": shown, **words, **then}
    if step is not None:
        context["short_notice"] = notice.short_notice(booking, step, request.garage)
    return render(request, "bookings/reason.html", context, status=status)


def _shown_version(request: StaffRequest, booking: Booking) -> int:
    """What a form is drawn for; a form that comes back for its own errors is still for the version seen first."""
    version = version_seen(request.POST)
    return booking.version if version is None else version


def _say(request: StaffRequest, seen: Booking, changed: Booking, done: str | Promise, *, undoable: bool = True) -> None:
    """Offers to undo what this request did; a step somebody took before is theirs, and is told as theirs."""
    if changed.version == seen.version:
        done = told_since(changed, version_seen(request.POST), request.garage) or done
    said = _("%(name)s: %(done)s") % {"name": seen.customer.name, "done": done}
    if changed.version == seen.version or not undoable:
        messages.success(request, said)
    else:
        say_done(request, changed, said)


def _by(request: StaffRequest) -> Membership:
    request.membership.garage = request.garage
    return request.membership


def _answer(request: StaffRequest, reference: str) -> HttpResponse:
    """The changed row for HTMX in a list, with the desk's counts when it is the desk; else the page that asked for
    itself, or the booking."""
    if request.POST.get("then") in PAGES:
        return redirect(_page_of(request))
    if not wants_part(request) or request.htmx.target != f"booking-{reference}":
        return redirect("bookings:detail", garage=request.garage.slug, reference=reference)
    context: dict[str, Any] = {"may_confirm": may_confirm(request.membership)}
    shown = urlsplit(request.htmx.current_url_abs_path or "")
    if shown.path == reverse("bookings:desk", args=[request.garage.slug]):
        context |= list_context(request, view_asked_for(request, QueryDict(shown.query)))
    return render(request, "bookings/_row_changed.html", context | {"row": read_row(reference)})


def _elsewhere(request: StaffRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if wants_part(request) else redirect(address)


def _page_of(request: StaffRequest) -> str:
    """The page the form stood on, at the place it stood."""
    page, at = reverse(f"bookings:{request.POST['then']}", args=[request.garage.slug]), request.POST.get("at", "")
    return f"{page}?at={at}" if at.isdecimal() else page
