"""A page says that it has a booking open, and hears who else has; lists hear it of all."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bookings.presence import be_present, leave, open_bookings
from bookings.views.finding import booking_or_404
from garages.access import StaffRequest, staff
from garages.enums import Role


@staff(Role.TECHNICIAN)
@require_POST
def presence(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """`doing` is "looking", "editing", or "leaving" as the page's last word."""
    booking = booking_or_404(request, reference)
    tab, doing = request.headers.get("x-tab", "")[:32], request.POST.get("doing")
    if doing == "leaving":
        leave(booking, tab=tab)
        return HttpResponse(status=204)
    others = be_present(booking, user=request.user, tab=tab, is_editing=doing == "editing")
    return render(request, "bookings/_presence.html", {"others": others})


@staff(Role.RECEPTIONIST)
@require_GET
def present(request: StaffRequest, garage: str) -> HttpResponse:
    """Marks for the rows of a list: which bookings others have open."""
    found = open_bookings(request.garage, but_not=request.user)
    return render(request, "bookings/_present.html", {"asked": True, "present": found})
