"""Whether a message still tells the truth: asked just before it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bookings.enums import Status
from bookings.models import Booking
from notifications.enums import Kind
from notifications.models import Message

_EXPECTED: Final = (Status.PENDING, Status.CONFIRMED)
# What the booking must be for the message to be true.
_TRUE_WHILE: Final[dict[Kind, tuple[Status, ...]]] = {
    Kind.RECEIVED: (Status.PENDING,),
    Kind.CONFIRMED: (Status.CONFIRMED,),
    Kind.MOVED: _EXPECTED,
    Kind.CANCELLED: (Status.CANCELLED,),
    Kind.DECLINED: (Status.DECLINED,),
    Kind.READY: (Status.COMPLETED,),
    Kind.REMINDER: _EXPECTED,
    Kind.REQUEST_RECEIVED: (Status.REQUESTED,),
    Kind.REQUEST_TO_STAFF: (Status.REQUESTED,),
    Kind.ASSIGNED: (*_EXPECTED, Status.IN_SERVICE),
}
# These speak of a visit to come: pointless once it has begun (P-13).
_BEFORE_THE_VISIT: Final = (Kind.RECEIVED, Kind.CONFIRMED, Kind.MOVED, Kind.REMINDER)


def why_not(message: Message, now: datetime) -> str:
    """The code of the reason not to send it any more; "" when it is as true as when it was planned."""
    kind = Kind(message.kind)
    booking = message.booking
    if booking is None or kind not in _TRUE_WHILE:
        return ""
    if booking.status not in _TRUE_WHILE[kind]:
        return "booking-changed"
    if kind in _BEFORE_THE_VISIT:
        return _why_not_before(booking, message, now)
    return ""


def _why_not_before(booking: Booking, message: Message, now: datetime) -> str:
    if booking.starts_at != message.about_start:
        return "booking-moved"
    return "too-late" if booking.starts_at <= now else ""
