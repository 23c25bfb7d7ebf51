"""The booking an address or a form names."""

from __future__ import annotations

from django.http import Http404

from bookings.models import Booking
from bookings.selectors import find_booking
from garages.access import StaffRequest
from garages.enums import Role


def booking_or_404(request: StaffRequest, reference: str) -> Booking:
    """The booking, for those who may see it: technicians their own and those nobody has yet (ROLE-8)."""
    try:
        booking = find_booking(reference)
    except Booking.DoesNotExist:
        raise Http404 from None
    if not request.membership.at_least(Role.RECEPTIONIST) and booking.technician is not None:
        own = getattr(request.membership, "technician", None)
        if own is None or booking.technician_id != own.pk:
            raise Http404
    return booking
