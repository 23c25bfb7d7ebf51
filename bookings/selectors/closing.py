"""The loose ends of a day: what somebody has to decide before the garage closes (LEAP-12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from bookings.enums import Status
from bookings.models import Booking
from bookings.selectors.rows import with_row_parts
from bookings.slots import day_range
from garages.models import Garage


class Loose(StrEnum):
    """Why a booking is a loose end, in the order they are dealt with."""

    UNFINISHED = "unfinished"
    NOT_ARRIVED = "not_arrived"
    UNANSWERED = "unanswered"
    KEYS = "keys"


@dataclass(frozen=True)
class LooseEnd:
    kind: Loose
    booking: Any  # with row parts


_WAITING: Final = (Status.PENDING, Status.CONFIRMED)
_OVER: Final = (Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW, Status.DECLINED)


def loose_ends(garage: Garage) -> Sequence[LooseEnd]:
    """Of the garage in scope, by kind and then by time. One query.

    A booking stands in one kind only: who has not come by now has not arrived, whether they were answered or not. Work
    that is planned to end tomorrow is none.
    """
    now, evening = timezone.now(), day_range(garage.today(), garage.zone).end
    here = Q(status__in=_WAITING, arrived_at__isnull=False, starts_at__lt=evening)
    unfinished = Q(status=Status.IN_SERVICE, ends_at__lte=evening) | here
    not_arrived = Q(status__in=_WAITING, arrived_at=None, starts_at__lt=now)
    unanswered = Q(status__in=(Status.PENDING, Status.REQUESTED), arrived_at=None, starts_at__gte=now)
    keys = Q(status__in=_OVER) & ~Q(key_tag="")
    found: Any = with_row_parts(Booking.objects.filter(unfinished | not_arrived | unanswered | keys))
    ends = [LooseEnd(_kind(booking, late=booking.starts_at < now), booking) for booking in found]
    order = list(Loose)
    return sorted(ends, key=lambda end: (order.index(end.kind), end.booking.starts_at, end.booking.pk))


def _kind(booking: Booking, *, late: bool) -> Loose:
    if booking.status in _OVER:
        return Loose.KEYS
    if booking.status == Status.IN_SERVICE or booking.arrived_at is not None:
        return Loose.UNFINISHED
    return Loose.NOT_ARRIVED if late else Loose.UNANSWERED
