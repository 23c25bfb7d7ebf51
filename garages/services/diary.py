"""The garage's diary: notes on days, and days that take no more bookings."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from garages.errors import DomainError
from garages.live import announce
from garages.models import DayNote


@transaction.atomic
def mark_full(day: date, *, full: bool) -> None:
    """Take no more bookings on that day, or take some again. Twice changes nothing."""
    marks = DayNote.objects.filter(day=day, is_full=True, text="")
    if full:
        DayNote.objects.bulk_create([DayNote(day=day, is_full=True)], ignore_conflicts=True)
    else:
        marks.delete()
    announce("diary")


@transaction.atomic
def add_note(day: date, text: str) -> DayNote:
    """Raises DomainError when there is nothing to note."""
    text = " ".join(text.split())
    if not text:
        raise DomainError(_("Write what is to be known of the day."), field="text")
    note = DayNote.objects.create(day=day, text=text[:120])
    announce("diary")
    return note


@transaction.atomic
def remove_note(note: DayNote) -> None:
    note.delete()
    announce("diary")
