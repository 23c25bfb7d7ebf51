"""The customer's own page of a booking, `/b/<token>/`: what it shows, and what can be done there. Looking changes
nothing, for mail scanners open every link; what acts is a form with a short-lived signature (`bookings.links`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from bookings.enums import Status
from bookings.ical import as_text, visit_event
from bookings.models import Booking
from bookings.notice import Step, refusal
from bookings.services.by_customer import (
    assure_by_customer,
    cancel_by_customer,
    may_assure,
    may_choose_time,
    may_take_back,
    undo_by_customer,
)
from bookings.views.visiting import Visit, visit_page
from bookings.visit import city_in_doubt, left, ready, standing_of, story_of, until_when

# What the page says after an act; the address names it.
DONE: Final[dict[str, Promise]] = {
    "kept": gettext_lazy("Thank you. We expect you."),
    "cancelled": gettext_lazy("Done: your booking is cancelled."),
    "moved": gettext_lazy("Done: your booking has a new time."),
    "undone": gettext_lazy("Done: it is as it was before."),
}


# Nothing will be ready by then any more.
_OVER: Final = (Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW, Status.DECLINED, "expired")


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "class": "textarea"}),
    )


@visit_page("GET")
def page(request: HttpRequest, visit: Visit) -> HttpResponse:
    return visit.render(request, "bookings/visit/page.html", page_context(visit, request.GET.get("done", "")))


@visit_page("GET")
def calendar(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The visit for the customer's own calendar, as long as it is to come."""
    if not may_choose_time(visit.booking):
        raise Http404
    text = as_text(visit_event(visit.booking, visit.garage), "PUBLISH")
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


@visit_page("GET", "POST")
def cancel(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A page that asks, and why; then done."""
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act(version: int) -> Booking:
            reason = form.cleaned_data["reason"]
            return cancel_by_customer(visit.booking, garage=visit.garage, version=version, reason=reason)

        return done_or_told(request, visit, "cancel", act, "cancelled")
    if (why := refusal(visit.booking, Step.CANCEL, visit.garage)) is not None:
        return told(request, visit, why, status=409)
    return visit.render(request, "bookings/visit/cancel.html", {"form": form}, status=422 if form.errors else 200)


@visit_page("GET", "POST")
def keep(request: HttpRequest, visit: Visit) -> HttpResponse:
    """ "I will be there". Whoever opens the address itself is led to the page."""
    if request.method != "POST":
        return redirect(visit.address("page"))
    return done_or_told(
        request, visit, "keep", lambda version: assure_by_customer(visit.booking, version=version), "kept"
    )


@visit_page("GET", "POST")
def undo(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take back what was done on this page a moment ago. Whoever opens the address itself is led to the page."""
    if request.method != "POST":
        return redirect(visit.address("page"))
    return done_or_told(
        request, visit, "undo", lambda version: undo_by_customer(visit.booking, version=version), "undone"
    )


def done_or_told(
    request: HttpRequest, visit: Visit, name: str, act: Callable[[int], Booking], done: str
) -> HttpResponse:
    """Do it once and show the booking as it is then; refused, show it with the reason."""
    why = visit.attempt(request, name, act)
    return redirect(visit.address("page", done=done)) if why is None else told(request, visit, why, status=409)


def told(request: HttpRequest, visit: Visit, why: str, *, status: int) -> HttpResponse:
    """The page, with why something was not done."""
    visit = visit.anew()
    context = page_context(visit) | {"problem": why}
    return visit.render(request, "bookings/visit/page.html", context, status=status)


def page_context(visit: Visit, done: str = "") -> dict[str, Any]:
    booking, garage = visit.booking, visit.garage
    lines = list(booking.lines.all())
    refusals = {step: refusal(booking, step, garage) for step in Step}
    may_move = may_choose_time(booking)
    return {
        "standing": standing_of(booking),
        "lines": lines,
        "total": sum(line.price for line in lines),
        "over": _OVER,
        "left": left(booking),
        "ready": ready(booking, garage),
        "city": city_in_doubt(booking, garage),
        "done": DONE.get(done, ""),
        "story": story_of(booking),
        "may_cancel": refusals[Step.CANCEL] is None,
        "may_note": may_move,
        "may_move": may_move and refusals[Step.MOVE] is None,
        "may_assure": may_assure(booking),
        "may_take_back": may_take_back(booking),
        "call_us": _call_us(booking, refusals, may_move=may_move),
        "until": until_when(booking, garage, may_move=may_move),
    }


def _call_us(booking: Booking, refusals: dict[Step, str | None], *, may_move: bool) -> str:
    """Said where something could be done but for the notice the garage asks for."""
    late = refusals[Step.CANCEL] or (refusals[Step.MOVE] if may_move else None)
    return late if late and booking.arrived_at is None and may_move else ""
