"""Handing the desk over: what happened since one left, and a few words for the next."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bookings.days import read_day
from bookings.models import HandoverNote
from bookings.selectors.handover import left_at, log_of, notes_for
from bookings.slots import Range, day_range
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.idempotency import once
from garages.rendering import wants_part


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Note for the next shift"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


@staff(Role.RECEPTIONIST)
@require_GET
def handover(request: StaffRequest, garage: str) -> HttpResponse:
    """The log since the person left, or of `day`; for HTMX only the log."""
    return _page(request, NoteForm())


@staff(Role.RECEPTIONIST)
@require_POST
def note(request: StaffRequest, garage: str) -> HttpResponse:
    """Leave a note; sent twice, it stands there once."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    _id, is_new = once(request.POST, "bookings:handover-note", lambda: _write(request, form.cleaned_data["text"]))
    if is_new:
        messages.success(request, _("The next shift will read it."))
    return redirect("bookings:handover", garage=request.garage.slug)


def _write(request: StaffRequest, text: str) -> str:
    return str(HandoverNote.objects.create(text=text, written_by=request.user).public_id)


def _page(request: StaffRequest, form: NoteForm, *, status: int = 200) -> HttpResponse:
    today = request.garage.today()
    day = _day(request.GET.get("day", ""), today)
    when, left = _stretch(request, day)
    context = {
        "log": log_of(request.garage, when),
        "notes": notes_for(when),
        "form": form,
        "left": left,
        "day": day,
        "today": today,
        "previous_day": (day or today) - timedelta(days=1),
        "next_day": day + timedelta(days=1) if day and day < today else None,
    }
    template = "bookings/handover.html" + ("#handover-log" if wants_part(request) else "")
    return render(request, template, context, status=status)


def _stretch(request: StaffRequest, day: date | None) -> tuple[Range, date | None]:
    """The time to tell of, and when the person left, where that is what is told of."""
    garage = request.garage
    if day is not None:
        return day_range(day, garage.zone), None
    today = day_range(garage.today(), garage.zone)
    left = left_at(request.user, garage)
    return Range(left or today.start, today.end), left


def _day(text: str, today: date) -> date | None:
    found = read_day(text)
    return min(found, today) if found else None
