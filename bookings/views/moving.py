"""Moving a booking: by hand in the planner, or in a form that needs neither mouse nor script."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings import notice
from bookings.availability import days
from bookings.enums import Status
from bookings.hours import drop_off_before, work_between
from bookings.jobs import Job
from bookings.models import Booking
from bookings.move_forms import MoveForm, PlaceForm, initial_of
from bookings.services import accept
from bookings.services.allocations import change_time
from bookings.services.capacity import may_overbook
from bookings.services.move import move_booking
from bookings.views.finding import booking_or_404, time_or_404
from bookings.views.meanwhile import draw_anew, refusal, version_seen
from bookings.views.planner import picture
from bookings.views.undoing import say_done
from garages import formats
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.rendering import wants_part
from garages.setup import Setup, setup_of


@staff(Role.RECEPTIONIST)
@require_POST
def place(request: StaffRequest, garage: str) -> HttpResponse:
    """Put a card where it was dropped. The answer is the picture as it is now, with what was done or why it was not:
    a refused card lies where it was."""
    booking = booking_or_404(request, request.POST.get("reference", ""))
    setup = setup_of(request)
    form = PlaceForm(request.POST)
    try:
        target = form.target() if form.is_valid() else {}
        if not target:
            raise DomainError(_("this place is not there any more."))
        if form.cleaned_data["part"]:
            moved, said = _part_moved(request, booking, setup, form, target)
        else:
            times = _times(booking, form.cleaned_data["starts_at"], form.cleaned_data["minutes"])
            moved = _moved(request, booking, setup, version=form.cleaned_data["version"], **times, **target)
            said = _said(request, moved)
    except DomainError as error:
        why = refusal(error, booking, version_seen(request.POST), request.garage)
        messages.error(request, _("%(name)s stays where it was: %(why)s") % {"name": booking.customer.name, "why": why})
        return _picture(request, setup, status=422)
    say_done(request, moved, said)
    return _picture(request, setup)


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def move(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """The form; done, it leads to the planner of the day the booking is on now."""
    booking = booking_or_404(request, reference)
    setup = setup_of(request)
    form = MoveForm(request.POST or None, initial=initial_of(booking, setup), setup=setup)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            moved = _moved(
                request,
                booking,
                setup,
                version=data["version"],
                **_times(booking, form.starts_at, data["minutes"]),
                bay=data["bay"],
                technician=data["technician"],
                overbook_reason=data["overbook_reason"],
            )
        except DomainError as error:
            why = refusal(error, booking, data["version"], request.garage)
            form.add_error(error.field if error.field in form.fields else None, why)
            draw_anew(form, error, booking)
        else:
            say_done(request, moved, _said(request, moved))
            day = moved.starts_at.astimezone(request.garage.zone).date()
            address = reverse("bookings:planner", args=[request.garage.slug])
            return redirect(f"{address}?{urlencode({'day': day.isoformat()})}")
    context = {
        "booking": booking,
        "form": form,
        **_free_then(booking, setup, form),
        "further": booking.allocations.select_related("technician"),
        "garage": request.garage,
        "may_overbook": may_overbook(request.membership),
        "short_notice": notice.short_notice(booking, notice.Step.MOVE, request.garage),
    }
    return render(request, "bookings/move.html", context, status=422 if form.errors else 200)


def _free_then(booking: Booking, setup: Setup, form: MoveForm) -> dict[str, Any]:
    """What could be had on the day the form speaks of, for whoever types times instead of picking them."""
    typed = form.cleaned_data.get("date") if form.is_bound else form.initial["date"]
    day = days(setup, [typed or setup.garage.today()], Job.of_booking(booking, setup), ignoring=booking)[0]
    first = day.offers[0] if day.offers else day.next_best
    return {"day": day, "overnight": drop_off_before(setup, first) if first else None}


def _times(booking: Booking, starts_at: datetime, minutes: int) -> dict[str, datetime]:
    """An end only where the length was changed: else the work is laid out anew over the opening hours."""
    length = timedelta(minutes=minutes)
    return {"starts_at": starts_at} | ({"ends_at": starts_at + length} if length != booking.duration else {})


def _moved(request: StaffRequest, booking: Booking, setup: Setup, **wanted: Any) -> Booking:
    """Move; a request that is given a place is accepted there."""
    by = request.membership
    by.garage = request.garage
    with transaction.atomic():
        moved = move_booking(booking, setup=setup, by=by, **wanted)
        return accept(moved, by=by) if moved.status == Status.REQUESTED else moved


def _part_moved(
    request: StaffRequest, booking: Booking, setup: Setup, form: PlaceForm, target: dict[str, Any]
) -> tuple[Booking, str]:
    """A further time put where its card was dropped, as long as it was drawn; and what to say of it."""
    data = form.cleaned_data
    part = time_or_404(request, booking, data["part"])
    length = timedelta(minutes=data["minutes"])
    begin = part.starts_at if length == part.duration else data["starts_at"]
    facts: dict[str, Any] = {"technician": part.technician, "bay": part.bay} | target
    work = work_between(setup, begin, begin + length)
    facts |= {"starts_at": data["starts_at"], "work": work, "note": part.note, "version": data["version"]}
    now = change_time(part, setup=setup, by=request.membership, **facts)
    when = formats.moment(now.starts_at.astimezone(request.garage.zone), formats.locale_of(request.garage))
    said = _("%(name)s: %(when)s, %(place)s.") % {
        "name": booking.customer.name,
        "when": when,
        "place": now.technician.name,
    }
    return Booking.objects.get(pk=booking.pk), said


def _said(request: StaffRequest, booking: Booking) -> str:
    when = formats.moment(booking.starts_at.astimezone(request.garage.zone), formats.locale_of(request.garage))
    place = booking.bay.name if booking.bay else ""
    return _("%(name)s: %(when)s, %(place)s.") % {"name": booking.customer.name, "when": when, "place": place}


def _picture(request: StaffRequest, setup: Setup, *, status: int = 200) -> HttpResponse:
    """The planner the person looks at, redrawn; without HTMX, back to it."""
    address = reverse("bookings:planner", args=[request.garage.slug])
    shown = urlsplit(request.htmx.current_url_abs_path or "")
    if not wants_part(request) or shown.path != address:
        return redirect(address)
    context = picture(request, setup, QueryDict(shown.query))
    return render(request, "bookings/planner.html#planner", context, status=status)
