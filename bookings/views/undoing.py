"""The confirmation line with its Undo button, and what the button does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from bookings.models import Booking
from bookings.selectors.history import title_of
from bookings.services import undo as undoing
from bookings.views.finding import booking_or_404
from bookings.views.meanwhile import whole_number
from garages.access import StaffRequest, staff
from garages.addresses import page
from garages.enums import Role
from garages.errors import DomainError
from garages.notices import say_undoable
from garages.rendering import wants_part

# Pages that draw their bookings again when they hear of a change; others are loaded anew.
LISTENING: Final = frozenset({"bookings:desk", "bookings:planner", "bookings:requests", "bookings:orders"})


def say_done(request: StaffRequest, booking: Booking, text: str, *, links: Sequence[tuple[str, str]] = ()) -> None:
    """Say that the act which made the booking's present version is done, and offer to undo it."""
    say_all_done(request, [booking], text, links=links)


def say_all_done(
    request: StaffRequest, bookings: list[Booking], text: str, *, links: Sequence[tuple[str, str]] = ()
) -> None:
    """The same for one act on several bookings: they are undone together. `links` lead on, as (address, words)."""
    say_undoable(
        request,
        text,
        address=page("bookings:undo", request.garage.slug),
        steps=[step_of(booking) for booking in bookings],
        seconds=settings.UNDO_SECONDS,
        links=links,
    )


def step_of(booking: Booking) -> str:
    """What an Undo button sends: the booking and the version its act made."""
    return f"{booking.reference}.{booking.version}"


@staff(Role.TECHNICIAN)
@require_POST
def undo(request: StaffRequest, garage: str) -> HttpResponse:
    """Take back one act. With several bookings in it all are undone, or none."""
    request.membership.garage = request.garage
    asked = [_asked(step) for step in request.POST.getlist("step")]
    if not asked:
        raise BadRequest
    try:
        with transaction.atomic():
            done = [
                undoing.undo(booking_or_404(request, reference), version=version, by=request.membership)
                for reference, version in asked
            ]
    except DomainError as error:
        done = []
        messages.error(request, str(error))
    else:
        messages.success(request, _said(done))
    queued = ["queue-again"] if any(one.is_queued for one in done) else []
    return answer_undone(request, [reference for reference, _version in asked], *queued)


def _asked(step: str) -> tuple[str, int]:
    """The booking and the version of a step, as `step_of` writes it."""
    reference, _dot, number = step.partition(".")
    version = whole_number(number)
    if version is None:
        raise BadRequest
    return reference, version


def _said(done: list[undoing.Undone]) -> str:
    if done[0].is_queued:
        said = ngettext(
            "%(number)s booking is undone: the vehicle is in the queue again.",
            "%(number)s bookings are undone: the vehicles are in the queue again.",
            len(done),
        )
        return said % {"number": len(done)}
    if len(done) > 1:
        return _("Undone for %(number)s bookings.") % {"number": len(done)}
    booking, kind, _is_queued = done[0]
    if kind == "created":
        return _("%(name)s: the booking is undone, the customer stays.") % {"name": booking.customer.name}
    return _("%(name)s: “%(act)s” undone.") % {"name": booking.customer.name, "act": title_of(kind)}


def answer_undone(request: StaffRequest, references: list[str], *events: str) -> HttpResponse:
    """What an Undo button is answered with: where the page listens, only the news (and `events`, for its
    scripts); else the page again, which then says it."""
    if not wants_part(request):
        if len(references) == 1:
            return redirect("bookings:detail", garage=request.garage.slug, reference=references[0])
        return redirect("bookings:desk", garage=request.garage.slug)
    if _page_shown(request) not in LISTENING:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    answer = render(request, "components/messages_oob.html")
    answer.headers["HX-Trigger"] = ", ".join(["desk-changed", *events])
    return answer


def _page_shown(request: StaffRequest) -> str:
    try:
        return resolve(urlsplit(request.htmx.current_url_abs_path or "").path).view_name
    except Resolver404:
        return ""
