"""Further times of a booking: added, changed and given back, in a form that needs neither mouse nor script."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings.availability import further_times
from bookings.jobs import Job
from bookings.models import Allocation, Booking
from bookings.move_forms import TimeForm, initial_of_time
from bookings.services.allocations import add_time, change_time, remove_time
from bookings.services.capacity import may_overbook
from bookings.slots import Demand
from bookings.views.finding import booking_or_404, time_or_404
from bookings.views.meanwhile import draw_anew, refusal, version_seen
from bookings.views.undoing import say_done
from garages import formats
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.setup import Setup, setup_of

_OFFERED = 6


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """Another technician, or another time; blank it proposes a second pair of hands for the booking's own time."""
    return _edit(request, booking_or_404(request, reference), None)


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, garage: str, reference: str, time: uuid.UUID) -> HttpResponse:
    """Another technician, bay, time or length for it."""
    booking = booking_or_404(request, reference)
    return _edit(request, booking, time_or_404(request, booking, time))


@staff(Role.RECEPTIONIST)
@require_POST
def remove(request: StaffRequest, garage: str, reference: str, time: uuid.UUID) -> HttpResponse:
    """Give the time back."""
    booking = booking_or_404(request, reference)
    gone, seen = time_or_404(request, booking, time), version_seen(request.POST)
    try:
        now = remove_time(
            gone, version=booking.version if seen is None else seen, setup=setup_of(request), by=request.membership
        )
    except DomainError as error:
        messages.error(request, refusal(error, booking, seen, request.garage))
    else:
        say_done(request, now, _("%(name)s is free again at that time.") % {"name": gone.technician.name})
    return redirect("bookings:detail", garage=request.garage.slug, reference=booking.reference)


def _edit(request: StaffRequest, booking: Booking, allocation: Allocation | None) -> HttpResponse:
    setup = setup_of(request)
    request.membership.garage = request.garage
    initial = initial_of_time(allocation, setup) if allocation else _beside(booking, setup)
    form = TimeForm(request.POST or None, initial=initial, setup=setup)
    if form.is_bound and form.is_valid():
        facts: dict[str, Any] = {"setup": setup, "by": request.membership, **form.facts()}
        try:
            taken = change_time(allocation, **facts) if allocation else add_time(booking, **facts)
        except DomainError as error:
            why = refusal(error, booking, form.cleaned_data["version"], request.garage)
            form.add_error(error.field if error.field in form.fields else None, why)
            draw_anew(form, error, booking)
        else:
            return _done(request, taken)
    context = {
        "booking": booking,
        "allocation": allocation,
        "form": form,
        "offers": _offers(form, setup, allocation),
        "garage": request.garage,
        "may_overbook": may_overbook(request.membership),
    }
    return render(request, "bookings/time.html", context, status=422 if form.errors else 200)


def _done(request: StaffRequest, taken: Allocation) -> HttpResponse:
    booking = Booking.objects.select_related("customer").get(pk=taken.booking_id)
    zone, locale = request.garage.zone, formats.locale_of(request.garage)
    words = {
        "name": taken.technician.name,
        "when": formats.moment(taken.starts_at.astimezone(zone), locale),
        "ready": formats.moment(booking.ready_at.astimezone(zone), locale),
    }
    say_done(request, booking, _("%(name)s: %(when)s. The car is promised for %(ready)s.") % words)
    day = taken.starts_at.astimezone(zone).date().isoformat()
    address = reverse("bookings:planner", args=[request.garage.slug])
    return redirect(f"{address}?{urlencode({'day': day, 'lanes': 'technicians'})}")


def _beside(booking: Booking, setup: Setup) -> dict[str, Any]:
    """The booking's own time, with the first technician who is not on it."""
    local = booking.starts_at.astimezone(setup.garage.zone)
    others = (one.public_id for one in setup.technicians if one.pk != booking.technician_id)
    return {
        "version": booking.version,
        "technician": next(others, ""),
        "date": local.date(),
        "time": f"{local:%H:%M}",
        "minutes": booking.work // timedelta(minutes=1),
    }


def _offers(form: TimeForm, setup: Setup, allocation: Allocation | None) -> list[Any]:
    """The first starts that can be had with what is typed, else with what the form began with."""
    typed = form.cleaned_data if form.is_bound else {}
    who, where = str(form["technician"].value() or ""), str(form["bay"].value() or "")
    technician = next((one.pk for one in setup.technicians if one.public_id == who), None)
    bays = tuple(bay.pk for bay in setup.bays if bay.public_id == where)
    minutes = typed.get("minutes") or form.initial["minutes"]
    job = Job(Demand(timedelta(minutes=minutes)), technician=technician, in_bays=bays)
    day = max(typed.get("date") or form.initial["date"], setup.garage.today())
    but = allocation.public_id if allocation else None
    return further_times(setup, day, job, but_allocation=but, most=_OFFERED) if technician else []
