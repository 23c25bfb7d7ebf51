"""What takes a garage's capacity already, read from the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from bookings.enums import HOLDS_CAPACITY
from bookings.hours import moment_of
from bookings.ledger import Taken
from bookings.models import Booking
from bookings.slots import Range, merged
from garages.rows import prepared
from garages.setup import Setup

# Written by hand: a month of a large workshop is read for every look at a calendar, and composing this query takes the
# ORM longer than PostgreSQL takes to answer it.
_TAKEN: Final = """
select array_agg(floor(extract(epoch from held_from) / 60)::int),
       array_agg(ceil(extract(epoch from held_until) / 60)::int), bay_id, skill_id, technician_id
from ({parts}) taken
group by bay_id, skill_id, technician_id
"""
_PART: Final = """
select held_from, held_until, bay_id, skill_id, technician_id from {table}
where garage_id = %s and {which} is distinct from %s and ({near}) and {condition}
"""
_HOLDING: Final = "status in ({})".format(", ".join(f"'{status}'" for status in HOLDS_CAPACITY))
_WISHED: Final = "status = 'requested' and bay_id is not null and starts_at > %s"
_KEPT: Final = "expires_at > %s"


def read_taken(
    setup: Setup, windows: Iterable[Range], *, ignoring: Booking | None = None, but_hold: UUID | None = None
) -> list[Taken]:
    """Bookings and holds within the windows, and the requests that found a bay where the garage lets them hold it until
    their time has passed: one query, which hands over a row for all that takes the same."""
    spans = merged(windows)
    near = " or ".join(["held_until > %s and held_from < %s"] * len(spans))
    limits = [moment for span in spans for moment in (span.start, span.end)]
    garage, booking, now = setup.garage.pk, ignoring.pk if ignoring else None, timezone.now()
    parts: list[tuple[str, str, str, list[Any]]] = [
        ("bookings_booking", "id", _HOLDING, [garage, booking, *limits]),
        ("bookings_slothold", "public_id", _KEPT, [garage, but_hold, *limits, now]),
    ]
    if setup.garage.requests_hold:
        parts.append(("bookings_booking", "id", _WISHED, [garage, booking, *limits, now]))
    selects = [
        _PART.format(table=table, which=which, near=near, condition=condition)
        for table, which, condition, _values in parts
    ]
    with prepared() as cursor:
        sql = _TAKEN.format(parts=" union all ".join(selects))
        cursor.execute(sql, [value for *_part, values in parts for value in values])
        rows = cursor.fetchall()
    return [Taken(list(zip(starts, ends, strict=True)), *what) for starts, ends, *what in rows]


def taken_by_bay(setup: Setup, windows: Iterable[Range]) -> dict[int, list[Range]]:
    """What each bay is taken for within the windows, holds and outages included: one query."""
    by_bay: dict[int, list[Range]] = {
        bay.pk: [Range(away.starts_at, away.ends_at) for away in bay.outages] for bay in setup.bays
    }
    for taken in read_taken(setup, windows):
        if taken.bay is not None:
            held = (Range(moment_of(start), moment_of(end)) for start, end in taken.stretches)
            by_bay.setdefault(taken.bay, []).extend(held)
    return by_bay
