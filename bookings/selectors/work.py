"""What was done to vehicles here, and what comes round again: read from the lines of their bookings, and for the MOT
from the day it is valid until, wherever it was done last."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from bookings.enums import HOLDS_CAPACITY, Status
from garages.enums import BayKind
from garages.models import Garage

SOON: Final = timedelta(days=30)


@dataclass(frozen=True)
class Due:
    """A service that comes round again within a month, or should have been done by then. `on` is the last good day."""

    service: UUID
    name: str
    on: date
    is_over: bool


@dataclass
class Work:
    """A vehicle's last visit (its start and services) and what is due on it, the earliest first."""

    last: datetime | None = None
    services: list[str] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)


class _Line(NamedTuple):
    """A service as it was done to a vehicle here and is booked again; or, with `expires`, its MOT, which another garage
    may have done."""

    vehicle: int
    service: UUID
    name: str
    again: int | None
    last: datetime | None
    is_ahead: bool
    is_mot: bool
    expires: date | None
    place: int


_DONE_AND_AHEAD: Final = """
select b.vehicle_id, s.public_id, s.name, s.due_again_months,
       max(b.starts_at) filter (where b.status = %(done)s), bool_or(b.status <> %(done)s),
       s.bay_kind = %(mot)s, null::date, min(l.position)
from bookings_booking b
join bookings_bookingline l on l.garage_id = b.garage_id and l.booking_id = b.id
join garages_service s on s.garage_id = b.garage_id and s.id = l.service_id
where b.garage_id = %(garage)s and b.vehicle_id = any(%(vehicles)s) and b.status = any(%(statuses)s)
group by b.vehicle_id, s.id
union all
select v.id, s.public_id, s.name, null, null, false, true, v.mot_expires_on, 0
from fleet_vehicle v
cross join lateral (
  select public_id, name from garages_service
  where garage_id = v.garage_id and bay_kind = %(mot)s and is_active order by position, id limit 1
) s
where v.garage_id = %(garage)s and v.id = any(%(vehicles)s) and v.mot_expires_on is not null
order by 9, 3
"""


def work_on(vehicles: Iterable[int], garage: Garage) -> dict[int, Work]:
    """By the vehicle's primary key, where there is anything to say: one query, however many. What is booked already is
    not due."""
    done, statuses = Status.COMPLETED, [Status.COMPLETED, *HOLDS_CAPACITY]
    facts: dict[str, Any] = {"garage": garage.pk, "vehicles": list(vehicles), "mot": BayKind.MOT}
    with connection.cursor() as cursor:
        cursor.execute(_DONE_AND_AHEAD, facts | {"done": done, "statuses": statuses})
        lines = [_Line(*row) for row in cursor.fetchall()]
    today = garage.today()
    dated = {line.vehicle for line in lines if line.expires is not None}
    tested_soon = {line.vehicle for line in lines if line.is_mot and line.is_ahead}
    found: dict[int, Work] = defaultdict(Work)
    for line in lines:
        if line.expires is not None:
            on, is_settled = line.expires, line.vehicle in tested_soon
        elif line.last is None:
            continue
        else:
            _note_visit(found[line.vehicle], line.last, line.name)
            if line.again is None:
                continue
            on = months_later(line.last.astimezone(garage.zone).date(), line.again)
            is_settled = line.is_ahead or (line.is_mot and line.vehicle in dated)
        if on <= today + SOON and not is_settled:
            found[line.vehicle].due.append(Due(line.service, line.name, on, is_over=on < today))
    for work in found.values():
        work.due.sort(key=lambda due: due.on)
    return found


def _note_visit(work: Work, at: datetime, service: str) -> None:
    if work.last is None or at > work.last:
        work.last, work.services = at, []
    if at == work.last:
        work.services.append(service)


def months_later(day: date, months: int) -> date:
    """The same day of a later month; its last day where the month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
