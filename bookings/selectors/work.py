"""What was done to vehicles here, and what comes round again: read from the lines of their bookings."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from bookings.enums import HOLDS_CAPACITY, Status
from garages.models import Garage

SOON: Final = timedelta(days=30)


@dataclass(frozen=True)
class Due:
    """A service that comes round again within a month, or should have been done by then."""

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


_DONE_AND_AHEAD: Final = """
select b.vehicle_id, s.public_id, s.name, s.due_again_months,
       max(b.starts_at) filter (where b.status = %s), bool_or(b.status <> %s)
from bookings_booking b
join bookings_bookingline l on l.garage_id = b.garage_id and l.booking_id = b.id
join garages_service s on s.garage_id = b.garage_id and s.id = l.service_id
where b.garage_id = %s and b.vehicle_id = any(%s) and b.status = any(%s)
group by b.vehicle_id, s.id order by min(l.position), s.name
"""


def work_on(vehicles: Iterable[int], garage: Garage) -> dict[int, Work]:
    """By the vehicle's primary key, for those that were here: one query, however many. What is booked already is not
    due."""
    today = garage.today()
    done = Status.COMPLETED
    with connection.cursor() as cursor:
        cursor.execute(_DONE_AND_AHEAD, [done, done, garage.pk, list(vehicles), [done, *HOLDS_CAPACITY]])
        rows = cursor.fetchall()
    found: dict[int, Work] = defaultdict(Work)
    for vehicle, service, name, again, last, is_ahead in rows:
        if last is None:
            continue
        work = found[vehicle]
        if work.last is None or last > work.last:
            work.last, work.services = last, []
        if last == work.last:
            work.services.append(name)
        if again and not is_ahead:
            on = months_later(last.astimezone(garage.zone).date(), again)
            if on <= today + SOON:
                work.due.append(Due(service, name, on, is_over=on < today))
    for work in found.values():
        work.due.sort(key=lambda due: due.on)
    return found


def months_later(day: date, months: int) -> date:
    """The same day of a later month; its last day where the month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
