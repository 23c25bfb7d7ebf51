"""What takes a garage's capacity already, read from the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from bookings.enums import HOLDS_CAPACITY
from bookings.hours import moment_of
from bookings.ledger import Taken
from bookings.models import Booking
from bookings.slots import Range, merged
from garages.setup import Setup
from garages.tenancy.context import ScopeError, current_garage_id

# Written by hand: a month of a large workshop is read for every look at a calendar, and composing this query takes the
# ORM longer than PostgreSQL takes to answer it.
_TAKEN: Final = """
select array_agg(floor(extract(epoch from held_from) / 60)::int),
       array_agg(ceil(extract(epoch from held_until) / 60)::int), bay_id, skill_id, technician_id
from (
    select held_from, held_until, bay_id, skill_id, technician_id from bookings_booking
    where garage_id = %(garage)s and status in {holding} and ({near}) and id is distinct from %(ignoring)s
    union all
    select held_from, held_until, bay_id, skill_id, technician_id from bookings_slothold
    where garage_id = %(garage)s and expires_at > %(now)s and ({near}) and public_id is distinct from %(but_hold)s
) taken
group by bay_id, skill_id, technician_id
"""
_HOLDING: Final = "({})".format(", ".join(f"'{status}'" for status in HOLDS_CAPACITY))


def read_taken(
    windows: Iterable[Range], *, ignoring: Booking | None = None, but_hold: UUID | None = None
) -> list[Taken]:
    """Bookings and holds of the garage in scope within the windows: one query, a row for all that takes the same."""
    garage = current_garage_id()
    if garage is None:
        raise ScopeError("what is taken is read inside a garage's scope")
    values = {
        "garage": garage,
        "ignoring": ignoring.pk if ignoring else None,
        "now": timezone.now(),
        "but_hold": but_hold,
    }
    near = []
    for number, span in enumerate(merged(windows)):
        near.append(f"held_until > %(start{number})s and held_from < %(end{number})s")
        values |= {f"start{number}": span.start, f"end{number}": span.end}
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN.format(holding=_HOLDING, near=" or ".join(near)), values)
        rows = cursor.fetchall()
    return [Taken(list(zip(starts, ends, strict=True)), *what) for starts, ends, *what in rows]


def taken_by_bay(setup: Setup, windows: Iterable[Range]) -> dict[int, list[Range]]:
    """What each bay is taken for within the windows, holds and outages included: one query."""
    by_bay: dict[int, list[Range]] = {
        bay.pk: [Range(away.starts_at, away.ends_at) for away in bay.outages] for bay in setup.bays
    }
    for taken in read_taken(windows):
        if taken.bay is not None:
            held = (Range(moment_of(start), moment_of(end)) for start, end in taken.stretches)
            by_bay.setdefault(taken.bay, []).extend(held)
    return by_bay
