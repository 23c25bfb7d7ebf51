"""Who does a job: a ranking with its reasons, and one click to assign."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings.enums import OPEN
from bookings.models import Booking
from bookings.selectors.candidates import ranking_for
from bookings.services import UNASSIGNED, move_booking
from bookings.views.finding import booking_or_404
from bookings.views.meanwhile import refusal, version_seen
from bookings.views.undoing import say_done
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.models import Technician
from garages.rendering import render_page
from garages.setup import load_setup, setup_of


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def assign(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """The technicians, best first (for HTMX as part of the booking's page); POST assigns one, or nobody."""
    booking = booking_or_404(request, reference)
    if request.method == "GET":
        context = {
            "booking": booking,
            "ranking": ranking_for(booking, setup_of(request)) if booking.status in OPEN else [],
        }
        return render_page(request, "bookings/assign.html", context, part="ranking")
    try:
        _assign(request, booking)
    except DomainError as error:
        messages.error(request, refusal(error, booking, version_seen(request.POST), request.garage))
    return redirect("bookings:detail", garage=request.garage.slug, reference=booking.reference)


def _assign(request: StaffRequest, booking: Booking) -> None:
    chosen, version = request.POST.get("technician", ""), version_seen(request.POST)
    team = {str(person.public_id): person for person in Technician.objects.filter(is_active=True)}
    if version is None:
        raise BadRequest
    if chosen and chosen not in team:
        raise Http404
    technician = team.get(chosen)
    request.membership.garage = request.garage
    changed = move_booking(
        booking,
        version=version,
        setup=load_setup(request.garage),
        by=request.membership,
        technician=technician or UNASSIGNED,
    )
    if changed.version != booking.version:
        said = (
            _("%(name)s does this job.") % {"name": technician.name} if technician else _("Nobody does this job yet.")
        )
        say_done(request, changed, said)
