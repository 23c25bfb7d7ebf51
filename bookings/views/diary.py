"""The planner's diary: a day that takes no more bookings, and notes on days (P-15)."""

from __future__ import annotations

import uuid
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.days import read_day
from garages import formats
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.models import DayNote
from garages.services import diary


@staff(Role.RECEPTIONIST)
@require_POST
def full(request: StaffRequest, garage: str) -> HttpResponse:
    """Mark a day as fully booked, or take bookings again: the same button, one click."""
    day = _day(request)
    is_full = request.POST.get("full") == "1"
    diary.mark_full(day, full=is_full)
    said = _("%(day)s takes no more bookings.") if is_full else _("%(day)s takes bookings again.")
    messages.success(request, said % {"day": formats.day(day, formats.locale_of(request.garage))})
    return _planner(request, day)


@staff(Role.RECEPTIONIST)
@require_POST
def note_add(request: StaffRequest, garage: str) -> HttpResponse:
    day = _day(request)
    try:
        diary.add_note(day, request.POST.get("text", ""))
    except DomainError as error:
        messages.error(request, str(error))
    return _planner(request, day)


@staff(Role.RECEPTIONIST)
@require_POST
def note_remove(request: StaffRequest, garage: str, note: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(DayNote, public_id=note)
    diary.remove_note(row)
    return _planner(request, row.day)


def _day(request: StaffRequest) -> date:
    day = read_day(request.POST.get("day", ""))
    if day is None:
        raise BadRequest
    return day


def _planner(request: StaffRequest, day: date) -> HttpResponse:
    address = reverse("bookings:planner", args=[request.garage.slug])
    return redirect(f"{address}?{urlencode({'day': day.isoformat()})}")
