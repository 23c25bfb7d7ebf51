"""A technician's own day, and taking a job that nobody has yet."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bookings import services
from bookings.enums import PauseReason
from bookings.selectors.my_day import my_day as day_of
from bookings.views.finding import booking_or_404
from bookings.views.meanwhile import refusal, version_seen
from bookings.views.undoing import say_done
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.models import Technician
from garages.rendering import wants_part
from garages.setup import load_setup


@staff(Role.TECHNICIAN)
@require_GET
def my_day(request: StaffRequest, garage: str) -> HttpResponse:
    """The page; for HTMX only the jobs, with what was just done."""
    technician = _technician(request)
    context = {
        "technician": technician,
        "day": day_of(technician, request.garage) if technician else None,
        "today": request.garage.today(),
        "reasons": [choice for choice in PauseReason.choices if choice[0] != PauseReason.OTHER],
    }
    template = "bookings/_my_day_changed.html" if wants_part(request) else "bookings/my_day.html"
    return render(request, template, context)


@staff(Role.TECHNICIAN)
@require_POST
def take(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """Do a job oneself that nobody has yet."""
    booking = booking_or_404(request, reference)
    technician, version = _technician(request), version_seen(request.POST)
    if technician is None:
        messages.error(request, _("Your log-in is not linked to a technician yet"))
    elif booking.technician is not None:
        messages.error(request, _("%(name)s does this job.") % {"name": booking.technician.name})
    else:
        try:
            taken = services.move_booking(
                booking,
                version=booking.version if version is None else version,
                setup=load_setup(request.garage),
                by=request.membership,
                technician=technician,
            )
        except DomainError as error:
            messages.error(request, refusal(error, booking, version, request.garage))
        else:
            say_done(request, taken, _("%(name)s: yours.") % {"name": booking.customer.name})
    return redirect("bookings:my-day", garage=request.garage.slug)


def _technician(request: StaffRequest) -> Technician | None:
    return getattr(request.membership, "technician", None)
