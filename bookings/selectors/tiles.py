"""What needs a person now, in numbers (P-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from bookings.enums import Source, Status
from bookings.models import Booking
from bookings.slots import day_range
from garages.models import Garage

ANSWERED_FOR: Final = timedelta(days=30)


@dataclass(frozen=True)
class Tiles:
    """How many bookings need a person now, and how many were answered lately: one query."""

    pending: int
    requested: int
    uncontacted: int
    expired: int
    late: int
    held_up: int
    done: int
    expected: int
    booked: int
    declined: int

    @property
    def open(self) -> int:
        return self.pending + self.requested


def tiles_of(garage: Garage, now: datetime) -> Tiles:
    """The counts of the tiles and tabs, of the garage in scope."""
    today = day_range(garage.today(), garage.zone)
    asked = Q(status=Status.REQUESTED, starts_at__gte=now)
    expected = Q(status=Status.CONFIRMED, arrived_at=None, starts_at__gte=today.start, starts_at__lt=now)
    waiting = Q(status__in=(Status.REQUESTED, Status.PENDING, Status.IN_SERVICE))
    done = Q(status=Status.COMPLETED) & ~Q(key_tag="")
    counts = Booking.objects.filter(waiting | done | expected | booked_lately(now) | declined_lately(now)).aggregate(
        pending=Count("pk", filter=Q(status=Status.PENDING)),
        requested=Count("pk", filter=asked),
        uncontacted=Count("pk", filter=asked & Q(contacted_at=None)),
        expired=Count("pk", filter=Q(status=Status.REQUESTED, starts_at__lt=now)),
        late=Count("pk", filter=Q(status=Status.IN_SERVICE, ready_at__lt=now)),
        held_up=Count("pk", filter=Q(status=Status.IN_SERVICE) & ~Q(awaiting="")),
        done=Count("pk", filter=done),
        expected=Count("pk", filter=expected),
        booked=Count("pk", filter=booked_lately(now)),
        declined=Count("pk", filter=declined_lately(now)),
    )
    return Tiles(**counts)


def booked_lately(now: datetime) -> Q:
    """What customers asked for online and got."""
    came = (Status.CONFIRMED, Status.IN_SERVICE, Status.COMPLETED)
    return Q(answered_at__gte=now - ANSWERED_FOR, source=Source.ONLINE, status__in=came)


def declined_lately(now: datetime) -> Q:
    return Q(answered_at__gte=now - ANSWERED_FOR, status=Status.DECLINED)
