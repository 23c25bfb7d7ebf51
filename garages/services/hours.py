"""When the workshop works, and when it does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from garages.errors import DomainError
from garages.models import Closure, Garage, OpeningSpan


@dataclass(frozen=True, order=True)
class Span:
    """Wall-clock hours of a weekday (Monday is 0)."""

    weekday: int
    opens: time
    closes: time


class HoursOverlap(DomainError):
    """Two spans of a day share minutes."""

    def __init__(self, span: Span) -> None:
        super().__init__(_("These hours overlap others of the same day."))
        self.span = span


@transaction.atomic
def set_opening_hours(garage: Garage, spans: Iterable[Span]) -> None:
    """Replace the whole week. Raises HoursOverlap, or DomainError when a span ends before it starts."""
    wanted = sorted(spans)
    for span in wanted:
        if span.closes <= span.opens:
            raise DomainError(_("Closing comes after opening."))
    for earlier, later in pairwise(wanted):
        if earlier.weekday == later.weekday and later.opens < earlier.closes:
            raise HoursOverlap(later)
    # Two people saving at once: the second replaces what the first saved, instead of adding to it.
    Garage.objects.select_for_update(no_key=True).get(pk=garage.pk)
    OpeningSpan.objects.all().delete()
    OpeningSpan.objects.bulk_create(
        OpeningSpan(weekday=span.weekday, opens=span.opens, closes=span.closes) for span in wanted
    )


def close(*, starts_on: date, ends_on: date, reason: str) -> Closure:
    """Close the garage on these days, both included. Bookings that are already there stay."""
    if ends_on < starts_on:
        raise DomainError(_("The last day is not before the first."), field="ends_on")
    return Closure.objects.create(starts_on=starts_on, ends_on=ends_on, reason=reason)


def reopen(closure: Closure) -> None:
    """Take a closure back."""
    closure.delete()


@transaction.atomic
def import_holidays(holidays: Iterable[tuple[date, str]]) -> int:
    """Close on these public holidays. Returns how many were new: a holiday already imported stays as it is."""
    wanted = dict(holidays)
    known = set(
        Closure.objects.filter(is_public_holiday=True, starts_on__in=wanted).values_list("starts_on", flat=True)
    )
    rows = [
        Closure(starts_on=day, ends_on=day, reason=name, is_public_holiday=True)
        for day, name in sorted(wanted.items())
        if day not in known
    ]
    Closure.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
