"""The waiting list: who would come if a time became free, and whose turn it is."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from bookings.days import read_day
from bookings.desk_booking import wait
from bookings.forms import BookingForm
from bookings.models import WaitingEntry
from bookings.services import waiting as line
from bookings.views.undoing import say_done
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.rendering import wants_part
from garages.setup import load_setup


@staff(Role.RECEPTIONIST)
@require_GET
def waiting(request: StaffRequest, garage: str) -> HttpResponse:
    """Everybody on the list, in its order; who has an offer first."""
    names = {service.pk: service.name for service in load_setup(request.garage).services}
    entries = WaitingEntry.objects.in_line(request.garage.today())
    line_up = sorted(entries.select_related("customer", "vehicle"), key=lambda entry: not entry.is_offered)
    rows = [
        {"entry": entry, "work": " + ".join(names[pk] for pk in entry.services if pk in names)} for entry in line_up
    ]
    part = "#waiting-list" if wants_part(request) else ""
    return render(request, f"bookings/waiting.html{part}", {"rows": rows, "garage": request.garage})


@staff(Role.RECEPTIONIST)
@require_POST
def join(request: StaffRequest, garage: str) -> HttpResponse:
    """Put the caller of the booking form on the list, for the day that had no room."""
    form = BookingForm(request.POST, setup=load_setup(request.garage))
    back = reverse("bookings:waiting", args=[request.garage.slug])
    day = read_day(request.POST.get("wait_day", ""))
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        back = reverse("bookings:desk", args=[request.garage.slug])
    else:
        entry = wait(form, day=day)
        messages.success(request, _("%(name)s is on the waiting list.") % {"name": entry.customer.name})
    return HttpResponseClientRedirect(back) if wants_part(request) else redirect(back)


@staff(Role.RECEPTIONIST)
@require_POST
def book(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """The customer takes what is offered."""
    entry = get_object_or_404(WaitingEntry, public_id=public_id)
    try:
        booking = line.take(entry, setup=load_setup(request.garage), by=request.membership)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("bookings:waiting", garage=request.garage.slug)
    say_done(request, booking, _("%(name)s: booked from the waiting list.") % {"name": booking.customer.name})
    return redirect("bookings:detail", garage=request.garage.slug, reference=booking.reference)


@staff(Role.RECEPTIONIST)
@require_POST
def leave(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """Somebody does not wait any more."""
    entry = line.leave(get_object_or_404(WaitingEntry, public_id=public_id))
    messages.success(request, _("%(name)s is off the waiting list.") % {"name": entry.customer.name})
    return redirect("bookings:waiting", garage=request.garage.slug)
