"""How long a service really takes here: the median of the jobs that were finished (LEAP-4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from bookings.enums import Status
from garages.models import Service
from garages.setup import Setup

LATELY: Final = timedelta(days=180)
# Of a large workshop the latest jobs are enough.
MOST_LOOKED_AT: Final = 5_000
# Fewer jobs say nothing.
FEWEST: Final = 5
STEP: Final = 5

# Only jobs of this one service: of several, nobody knows which took how long.
_MEDIANS: Final = """
select b.vehicle_type_id, grouping(b.vehicle_type_id) = 1, count(*),
       percentile_cont(0.5) within group (order by worked.minutes)
from (
  select id, garage_id, vehicle_type_id from bookings_booking
  where garage_id = %(garage)s and status = %(done)s and starts_at > %(since)s and starts_at <= %(now)s
  order by starts_at desc limit %(most)s
) b
cross join lateral (
  select sum(extract(epoch from ended_at - started_at)) / 60 as minutes from bookings_workspan
  where garage_id = b.garage_id and booking_id = b.id and ended_at is not null
) worked
where worked.minutes > 0 and array[%(service)s::bigint] = (
  select array_agg(service_id) from bookings_bookingline where garage_id = b.garage_id and booking_id = b.id
)
group by grouping sets ((b.vehicle_type_id), ())
"""


@dataclass(frozen=True)
class Learned:
    """The median of so many jobs, on vehicles of one type or (blank) of all. Minutes are rounded up to five."""

    vehicle_type: str
    jobs: int
    minutes: int


def learned_durations(service: Service, setup: Setup) -> list[Learned]:
    """All vehicles first, then by type in the garage's order; only what enough jobs say. One query."""
    now = timezone.now()
    facts: dict[str, Any] = {
        "garage": setup.garage.pk,
        "service": service.pk,
        "done": Status.COMPLETED,
        "most": MOST_LOOKED_AT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MEDIANS, facts | {"since": now - LATELY, "now": now})
        found = {(kind, is_all): (jobs, median) for kind, is_all, jobs, median in cursor.fetchall()}
    rows = [("", found.get((None, True))), *((kind.name, found.get((kind.pk, False))) for kind in setup.vehicle_types)]
    return [
        Learned(name, row[0], -(-round(row[1]) // STEP) * STEP)
        for name, row in rows
        if row is not None and row[0] >= FEWEST
    ]
