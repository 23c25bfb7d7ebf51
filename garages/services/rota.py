"""Who and what is there: bays out of service, shifts and absences. Bookings that are already there stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from garages.errors import DomainError
from garages.models import Bay, BayOutage, Technician, TechnicianAbsence, TechnicianShift
from garages.services.hours import HoursOverlap, Span


def take_bay_out(bay: Bay, *, starts_at: datetime, ends_at: datetime, reason: str) -> BayOutage:
    """Promise nothing in this bay from `starts_at` to `ends_at`."""
    _refuse_backwards(starts_at, ends_at)
    return BayOutage.objects.create(bay=bay, starts_at=starts_at, ends_at=ends_at, reason=reason)


def put_bay_back(outage: BayOutage) -> None:
    """The bay can be used again."""
    outage.delete()


def note_absence(
    technician: Technician, *, starts_at: datetime, ends_at: datetime, reason: str = ""
) -> TechnicianAbsence:
    """Count on nothing from this technician from `starts_at` to `ends_at`."""
    _refuse_backwards(starts_at, ends_at)
    return TechnicianAbsence.objects.create(technician=technician, starts_at=starts_at, ends_at=ends_at, reason=reason)


def take_absence_back(absence: TechnicianAbsence) -> None:
    """The technician is there after all."""
    absence.delete()


@transaction.atomic
def set_shifts(technician: Technician, spans: Iterable[Span]) -> None:
    """Replace the technician's week; none means whenever the garage is open. Raises HoursOverlap, or DomainError when
    a shift ends before it starts."""
    wanted = sorted(spans)
    for span in wanted:
        if span.closes <= span.opens:
            raise DomainError(_("The end comes after the beginning."))
    for earlier, later in pairwise(wanted):
        if earlier.weekday == later.weekday and later.opens < earlier.closes:
            raise HoursOverlap(later)
    # Two people saving at once: the second replaces what the first saved, instead of adding to it.
    Technician.objects.select_for_update(of=("self",), no_key=True).get(pk=technician.pk)
    TechnicianShift.objects.filter(technician=technician).delete()
    TechnicianShift.objects.bulk_create(
        TechnicianShift(technician=technician, weekday=span.weekday, starts=span.opens, ends=span.closes)
        for span in wanted
    )


def _refuse_backwards(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise DomainError(_("The end comes after the beginning."), field="until")
