"""The job card: a booking on paper, for the workshop and for the customer's signature (P-2)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bookings.models import Booking
from bookings.selectors.my_day import jobs_of
from bookings.views.finding import booking_or_404
from fleet.models import Vehicle
from fleet.selectors import with_mileage
from garages.access import StaffRequest, staff
from garages.enums import Role


@staff(Role.TECHNICIAN)
@require_GET
def job_card(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """For whoever sees the booking. Prices are not on it: what is agreed with the customer stands on the invoice."""
    booking = booking_or_404(request, reference)
    [job] = jobs_of(Booking.objects.filter(reference=booking.reference))
    context = {
        "booking": job.booking,
        "facts": job.facts,
        "vehicle": with_mileage(Vehicle.objects.filter(bookings=booking)).first(),
        "further": booking.allocations.select_related("technician", "bay"),
        "printed_at": timezone.now(),
        "garage": request.garage,
    }
    return render(request, "bookings/job_card.html", context)
