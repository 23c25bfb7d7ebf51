"""What was done to vehicles here, and what comes round again: read from the lines of their bookings."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Max, Min, Q

from bookings.enums import HOLDS_CAPACITY, Status
from bookings.models import BookingLine
from fleet.models import Vehicle
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


def work_on(vehicles: Iterable[Vehicle], garage: Garage) -> dict[int, Work]:
    """By the vehicle's primary key, for those that were here: one query, however many. What is booked already is not
    due."""
    today = garage.today()
    done, ahead = Q(booking__status=Status.COMPLETED), Q(booking__status__in=HOLDS_CAPACITY)
    rows = (
        BookingLine.objects.filter(done | ahead, booking__vehicle__in=[vehicle.pk for vehicle in vehicles])
        .values(
            vehicle=F("booking__vehicle_id"),
            what=F("service__public_id"),
            named=F("service__name"),
            again=F("service__due_again_months"),
        )
        .annotate(
            last=Max("booking__starts_at", filter=done),
            ahead=Max("booking__starts_at", filter=ahead),
            place=Min("position"),
        )
        .order_by("place", "named")
    )
    found: dict[int, Work] = defaultdict(Work)
    for row in rows:
        if row["last"] is None:
            continue
        work = found[row["vehicle"]]
        if work.last is None or row["last"] > work.last:
            work.last, work.services = row["last"], []
        if row["last"] == work.last:
            work.services.append(row["named"])
        if row["again"] and row["ahead"] is None:
            on = months_later(row["last"].astimezone(garage.zone).date(), row["again"])
            if on <= today + SOON:
                work.due.append(Due(row["what"], row["named"], on, is_over=on < today))
    for work in found.values():
        work.due.sort(key=lambda due: due.on)
    return found


def months_later(day: date, months: int) -> date:
    """The same day of a later month; its last day where the month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
