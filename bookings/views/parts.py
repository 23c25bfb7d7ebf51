"""The clock of a booking's further time, pressed by whoever has it."""

from __future__ import annotations

import uuid
from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings import services
from bookings.enums import Status
from bookings.models import Allocation
from bookings.views.actions import do, why_paused
from bookings.views.finding import booking_or_404, time_or_404
from garages.access import StaffRequest, staff
from garages.enums import Role


@staff(Role.TECHNICIAN)
@require_POST
def start(request: StaffRequest, garage: str, reference: str, time: uuid.UUID) -> HttpResponse:
    """Undone when it began the booking's work, too; else the button that takes its place pauses."""
    part = _part(request, reference, time)
    is_first = part.booking.status != Status.IN_SERVICE
    return do(request, reference, partial(services.begin_part, part=part), _("Work has begun."), undoable=is_first)


@staff(Role.TECHNICIAN)
@require_POST
def pause(request: StaffRequest, garage: str, reference: str, time: uuid.UUID) -> HttpResponse:
    verb = partial(services.pause, part=_part(request, reference, time), **why_paused(request))
    return do(request, reference, verb, _("Paused."), undoable=False)


@staff(Role.TECHNICIAN)
@require_POST
def complete(request: StaffRequest, garage: str, reference: str, time: uuid.UUID) -> HttpResponse:
    part = _part(request, reference, time)
    return do(request, reference, partial(services.complete_part, part=part), _("This part is done."))


def _part(request: StaffRequest, reference: str, time: uuid.UUID) -> Allocation:
    return time_or_404(request, booking_or_404(request, reference), time)
