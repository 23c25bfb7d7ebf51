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

from bookings.enums import OPEN, Status
from garages.enums import BayKind
from garages.models import Garage
from garages.rows import prepared

SOON: Final = timedelta(days=30)


@dataclass(frozen=True)
class Due:
    """A service that comes round again soon, or should have been done by then. `on` is the last good day."""

    service: UUID
    name: str
    on: date
    is_over: bool
    is_mot: bool


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
       max(b.starts_at) filter (where b.status = %(done)s),
       bool_or(b.status <> %(done)s and (b.status <> %(asked)s or b.starts_at > %(now)s)),
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


def work_on(vehicles: Iterable[int], garage: Garage, *, within: timedelta = SOON) -> dict[int, Work]:
    """By the vehicle's primary key, where there is anything to say: one query, however many. What is booked or asked
    for already is not due."""
    facts: dict[str, Any] = {"garage": garage.pk, "vehicles": list(vehicles), "mot": BayKind.MOT}
    facts |= {"done": Status.COMPLETED, "asked": Status.REQUESTED, "statuses": [Status.COMPLETED, *OPEN]}
    facts["now"] = garage.now()
    with prepared() as cursor:
        cursor.execute(_DONE_AND_AHEAD, facts)
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
        if on <= today + within and not is_settled:
            found[line.vehicle].due.append(Due(line.service, line.name, on, is_over=on < today, is_mot=line.is_mot))
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


_DUE_BETWEEN: Final = """
select vehicle from (
  select id as vehicle, mot_expires_on as due_on from fleet_vehicle
  where garage_id = %(garage)s and merged_into_id is null and mot_expires_on between %(first)s and %(last)s
  union all
  select b.vehicle_id, (b.starts_at + make_interval(months => s.due_again_months))::date
  from garages_service s
  join bookings_booking b on b.garage_id = s.garage_id and b.status = %(done)s and b.vehicle_id is not null
    and b.starts_at >= %(first)s::date - make_interval(months => s.due_again_months, days => %(slack)s)
    and b.starts_at <= %(last)s::date - make_interval(months => s.due_again_months, days => -%(slack)s)
  join bookings_bookingline l on l.garage_id = b.garage_id and l.booking_id = b.id and l.service_id = s.id
  where s.garage_id = %(garage)s and s.due_again_months is not null
) coming
group by vehicle order by min(due_on), vehicle limit %(most)s
"""
_SLACK_DAYS: Final = 4  # months are of unequal length, and a day begins at another moment here and there


def may_be_due(garage: Garage, *, first: date, last: date, most: int) -> list[int]:
    """Keys of the vehicles on which something may be due in these days, the earliest first: one query. A few too many,
    for what was done or booked since is not looked at: `work_on` knows."""
    facts: dict[str, Any] = {"garage": garage.pk, "first": first, "last": last, "done": Status.COMPLETED, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_DUE_BETWEEN, facts | {"slack": _SLACK_DAYS})
        return [vehicle for (vehicle,) in cursor.fetchall()]
