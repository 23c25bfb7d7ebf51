"""A page says that it has a booking open, and hears who else has."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from bookings.presence import be_present
from bookings.views.finding import booking_or_404
from garages.access import StaffRequest, staff
from garages.enums import Role


@staff(Role.TECHNICIAN)
@require_POST
def presence(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    booking = booking_or_404(request, reference)
    is_editing = request.POST.get("doing") == "editing"
    tab = request.headers.get("x-tab", "")[:32]
    others = be_present(booking, user=request.user, tab=tab, is_editing=is_editing)
    return render(request, "bookings/_presence.html", {"others": others})
