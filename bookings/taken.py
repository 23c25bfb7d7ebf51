"""What takes a garage's capacity already, read from the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from bookings.enums import HOLDS_CAPACITY
from bookings.ledger import Taken
from bookings.models import Booking
from bookings.slots import Range, merged
from garages.rows import prepared
from garages.setup import Setup

# Written by hand: a month of a large workshop is read for every look at a calendar, and composing this query takes the
# ORM longer than PostgreSQL takes to answer it.
_TAKEN: Final = """
select array_agg(floor(date_part('epoch', held_from) / 60)::int),
       array_agg(ceil(date_part('epoch', held_until) / 60)::int), bay_id, skill_id, technician_id
from ({parts}) taken
group by bay_id, skill_id, technician_id
"""
_PART: Final = """
select held_from, held_until, bay_id, skill_id, technician_id from {table}
where garage_id = %s and {which} is distinct from %s and ({near}) and {condition}
"""
# Further times of bookings: of one left out, those that would move with it are left out too.
_ALLOCATED: Final = """
select starts_at, ends_at, bay_id, null, technician_id from bookings_allocation
where garage_id = %s and public_id is distinct from %s and holds and ({near})
  and not (booking_id is not distinct from %s and starts_at >= %s and starts_at < %s)
"""
_HOLDING: Final = "status in ({})".format(", ".join(f"'{status}'" for status in HOLDS_CAPACITY))
_WISHED: Final = "status = 'requested' and bay_id is not null and starts_at > %s"
_KEPT: Final = "expires_at > %s"


def read_taken(
    setup: Setup,
    windows: Iterable[Range],
    *,
    ignoring: Booking | None = None,
    but_hold: UUID | None = None,
    but_allocation: UUID | None = None,
) -> list[Taken]:
    """Bookings, their further times and holds within the windows, and the requests that found a bay where the garage
    lets them hold it until their time has passed: one query, which hands over a row for all that takes the same."""
    spans = merged(windows)
    near = " or ".join(["held_until > %s and held_from < %s"] * len(spans))
    limits = [moment for span in spans for moment in (span.start, span.end)]
    garage, booking, now = setup.garage.pk, ignoring.pk if ignoring else None, timezone.now()
    own = [booking, ignoring.starts_at, ignoring.ends_at] if ignoring else [None, None, None]
    allocated = _ALLOCATED.format(near=near.replace("held_until", "ends_at").replace("held_from", "starts_at"))
    parts: list[tuple[str, list[Any]]] = [
        (_part("bookings_booking", "id", near, _HOLDING), [garage, booking, *limits]),
        (_part("bookings_slothold", "public_id", near, _KEPT), [garage, but_hold, *limits, now]),
        (allocated, [garage, but_allocation, *limits, *own]),
    ]
    if setup.garage.requests_hold:
        parts.append((_part("bookings_booking", "id", near, _WISHED), [garage, booking, *limits, now]))
    with prepared() as cursor:
        sql = _TAKEN.format(parts=" union all ".join(part for part, _values in parts))
        cursor.execute(sql, [value for _part, values in parts for value in values])
        rows = cursor.fetchall()
    return [Taken(list(zip(starts, ends, strict=True)), *what) for starts, ends, *what in rows]


def _part(table: str, which: str, near: str, condition: str) -> str:
    return _PART.format(table=table, which=which, near=near, condition=condition)
