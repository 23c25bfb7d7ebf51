"""The booking an address or a form names."""

from __future__ import annotations

import uuid

from django.http import Http404
from django.shortcuts import get_object_or_404

from bookings.models import Allocation, Booking
from bookings.references import canonical
from bookings.selectors import find_booking
from garages.access import StaffRequest
from garages.enums import Role


def booking_or_404(request: StaffRequest, reference: str) -> Booking:
    """The booking, for those who may see it: technicians their own, those they help with and those nobody
    has yet (ROLE-8)."""
    try:
        booking = find_booking(canonical(reference))
    except Booking.DoesNotExist:
        raise Http404 from None
    if not request.membership.at_least(Role.RECEPTIONIST) and booking.technician is not None:
        own = getattr(request.membership, "technician", None)
        is_own = own is not None and booking.technician_id == own.pk
        if own is None or not (is_own or booking.allocations.filter(technician=own).exists()):
            raise Http404
    return booking


def time_or_404(request: StaffRequest, booking: Booking, public_id: uuid.UUID | None) -> Allocation:
    """One of the booking's further times."""
    found = Allocation.objects.select_related("booking", "technician", "bay")
    return get_object_or_404(found, booking=booking, public_id=public_id)
