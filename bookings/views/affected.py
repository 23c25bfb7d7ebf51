"""What to do with the bookings that a closure, a bay out of service or an absence hits (COMP-25)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from bookings.days import in_calendar, read_day
from bookings.enums import Status
from bookings.errors import NotOpen
from bookings.models import Booking
from bookings.selectors.affected import affected_by, affected_times, next_offer
from bookings.services.move import move_booking
from bookings.slots import Offer, Range, moment
from bookings.views.finding import booking_or_404
from bookings.views.meanwhile import refusal, whole_number
from bookings.views.undoing import say_all_done, step_of
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.models import Bay
from garages.setup import Setup, load_setup

# So many at a time: each is offered another time, which takes a look at three weeks.
_AT_ONCE: Final = 20


@dataclass(frozen=True)
class Row:
    """A booking that is hit, and the next time it could have: none while it is worked on. `bay` is where it would go,
    blank where it keeps its own. `step` names its version."""

    booking: Booking
    offer: Offer | None
    bay: str
    step: str

    @property
    def keeps_time(self) -> bool:
        return self.offer is not None and self.offer.start == self.booking.starts_at

    @property
    def may_stay(self) -> bool:
        """Whether it can be honoured as it stands."""
        return self.keeps_time and not self.bay

    @property
    def is_movable(self) -> bool:
        return self.offer is not None and not self.may_stay


@staff(Role.RECEPTIONIST)
@require_GET
def affected(request: StaffRequest, garage: str) -> HttpResponse:
    """The bookings between `from` and `until` (days, both included, or wall-clock times), of a `bay` or `technician`
    or of all, each with the next time it could have."""
    setup = load_setup(request.garage)
    window = _window(request.GET, setup)
    whose = {"bay": _id(request.GET, "bay"), "technician": _id(request.GET, "technician")}
    hit = affected_by(window, **whose)
    context: dict[str, Any] = {
        "rows": [_row(setup, booking) for booking in hit[:_AT_ONCE]],
        "total": hit.count(),
        "further": affected_times(window, **whose)[:_AT_ONCE],
        "window": window,
        "days": _whole_days(window, setup),
        "whose": _whose(request.GET, setup),
        "garage": request.garage,
    }
    return render(request, "bookings/affected.html", context)


@staff(Role.RECEPTIONIST)
@require_POST
def affected_move(request: StaffRequest, garage: str) -> HttpResponse:
    """Move these bookings to the next time each could have. One that cannot be moved stays and says why."""
    by = request.membership
    by.garage = request.garage
    setup = load_setup(request.garage)
    moved: list[Booking] = []
    for step in request.POST.getlist("step")[:_AT_ONCE]:
        reference, _dot, version = step.partition(".")
        booking = booking_or_404(request, reference)
        seen = whole_number(version) or 0
        try:
            with transaction.atomic():
                offer = next_offer(setup, booking)
                if offer is None:
                    raise NotOpen(_("no other time is free within three weeks."))
                bay = None if booking.bay_id in offer.bays else Bay.objects.get(pk=offer.bays[0])
                now = move_booking(booking, version=seen, setup=setup, by=by, starts_at=offer.start, bay=bay)
        except DomainError as error:
            why = refusal(error, booking, seen, request.garage)
            messages.error(
                request, _("%(name)s stays where it was: %(why)s") % {"name": booking.customer.name, "why": why}
            )
            continue
        if now.version == seen:
            messages.success(request, _("%(name)s can stay where it is.") % {"name": booking.customer.name})
        else:
            moved.append(now)
    if moved:
        done = ngettext("%(count)d booking moved.", "%(count)d bookings moved.", len(moved)) % {"count": len(moved)}
        say_all_done(request, moved, done)
    return redirect(f"{reverse('bookings:affected', args=[request.garage.slug])}?{request.GET.urlencode()}")


def _row(setup: Setup, booking: Booking) -> Row:
    offer = None if booking.status == Status.IN_SERVICE else next_offer(setup, booking)
    goes = offer is not None and booking.bay_id not in offer.bays
    bay = setup.bay_names[offer.bays[0]] if offer is not None and goes else ""
    return Row(booking, offer, bay, step_of(booking))


def _window(address: QueryDict, setup: Setup) -> Range:
    """From `from` (else today) up to `until`; a day as `until` is meant whole. Without `until` it is that one day."""
    begins = address.get("from") or setup.garage.today().isoformat()
    start = _moment(begins, setup)
    end = _moment(address.get("until") or begins[:10], setup, is_end=True)
    if start is None or end is None or end <= start:
        raise Http404
    return Range(start, end)


def _whole_days(window: Range, setup: Setup) -> tuple[date, date] | None:
    """First and last day of a window that begins and ends at midnight."""
    start, end = (at.astimezone(setup.garage.zone) for at in (window.start, window.end))
    if start.time() != time.min or end.time() != time.min:
        return None
    return start.date(), end.date() - timedelta(days=1)


def _moment(text: str, setup: Setup, *, is_end: bool = False) -> datetime | None:
    day = read_day(text)
    if day is not None:
        return moment(day + timedelta(days=1) if is_end else day, time.min, setup.garage.zone)
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    if at is None or not in_calendar(at.date()):
        return None
    return at if at.tzinfo else moment(at.date(), at.time(), setup.garage.zone)


def _id(address: QueryDict, name: str) -> str:
    try:
        return str(uuid.UUID(address.get(name))) if address.get(name) else ""
    except ValueError:
        raise Http404 from None


def _whose(address: QueryDict, setup: Setup) -> str:
    """The name of the bay or technician it is about; blank for the whole garage."""
    wanted = {_id(address, "bay"), _id(address, "technician")} - {""}
    names = {one.public_id: one.name for one in setup.bays} | {one.public_id: one.name for one in setup.technicians}
    return next((names[key] for key in wanted if key in names), "")
