"""What finished jobs say of a service's length, on the service's settings page."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from bookings.selectors.durations import learned_durations
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.models import Service
from garages.setup import setup_of


@staff(Role.MANAGER)
@require_GET
def durations(request: StaffRequest, garage: str, service: uuid.UUID) -> HttpResponse:
    """How long it really took lately, with a link that puts the median into the form."""
    row = get_object_or_404(Service, public_id=service)
    setup = setup_of(request)
    context = {"service": row, "learned": learned_durations(row, setup), "garage": request.garage}
    return render(request, "bookings/_durations.html", context)
