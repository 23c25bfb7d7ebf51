"""Whether a message still tells the truth: asked just before it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bookings.enums import OPEN, OrderState, Status
from bookings.models import Booking, Order
from fleet.models import Vehicle
from notifications.batches import standing
from notifications.due import mark_of, marks_on
from notifications.enums import ALERTS, DUE, Audience, Channel, Kind
from notifications.models import Message
from notifications.reach import colleague_of, may_write
from notifications.writing import entry_of

_EXPECTED: Final = (Status.PENDING, Status.CONFIRMED)
_UNANSWERED: Final = (Status.REQUESTED, Status.PENDING)
# What the booking must be for the message to be true.
_TRUE_WHILE: Final[dict[Kind, tuple[Status, ...]]] = {
    Kind.RECEIVED: (Status.PENDING,),
    Kind.CONFIRMED: (Status.CONFIRMED,),
    Kind.MOVED: _EXPECTED,
    Kind.CANCELLED: (Status.CANCELLED,),
    Kind.DECLINED: (Status.DECLINED,),
    Kind.READY: (Status.COMPLETED,),
    Kind.REMINDER: (Status.CONFIRMED,),
    Kind.REQUEST_RECEIVED: (Status.REQUESTED,),
    Kind.REQUEST_TO_STAFF: (Status.REQUESTED,),
    Kind.UNANSWERED: _UNANSWERED,
    Kind.UNCONFIRMED: _UNANSWERED,
    Kind.EXPIRED: (Status.REQUESTED,),
    Kind.ASSIGNED: (*_EXPECTED, Status.IN_SERVICE),
}
_ORDER_IS: Final = {
    Kind.ORDER_RECEIVED: OrderState.RECEIVED,
    Kind.ORDER_CONFIRMED: OrderState.CONFIRMED,
    Kind.ORDER_CANCELLED: OrderState.CANCELLED,
}
# These speak of a visit to come: pointless once it has begun (P-13).
_BEFORE_THE_VISIT: Final = (
    Kind.RECEIVED,
    Kind.CONFIRMED,
    Kind.MOVED,
    Kind.REMINDER,
    Kind.UNANSWERED,
    Kind.UNCONFIRMED,
)


def why_not(message: Message, now: datetime) -> str:
    """The code of the reason not to send it any more; "" when it is as true as when it was planned."""
    kind = Kind(message.kind)
    if not _is_wanted(message, kind):
        return "opted-out"
    if kind in DUE:
        return _why_not_due(message)
    if message.batch is not None:
        return "" if standing(message.batch) else "booking-changed"
    if kind == Kind.WAITING_OFFER:
        entry = entry_of(message)
        return "" if entry and entry.is_offered and entry.offered_start == message.about_start else "offer-over"
    if message.order is not None:
        return _why_not_of_order(message.order, kind)
    booking = message.booking
    return "" if booking is None else _why_not_of(booking, message, kind, now)


def _is_wanted(message: Message, kind: Kind) -> bool:
    """Whether the customer may be written to about it; whether the colleague still is reached so and wants to hear."""
    if message.audience == Audience.CUSTOMER:
        return may_write(message.customer_id, kind, message.channel)
    if message.member is None:
        return True
    colleague = colleague_of(message.member)
    return bool(colleague.to(Channel(message.channel))) and (kind not in ALERTS or kind in colleague.kinds)


def _why_not_of_order(order: Order, kind: Kind) -> str:
    if order.booking.status not in (*OPEN, Status.COMPLETED):
        return "booking-changed"
    return "" if order.state == _ORDER_IS[kind] else "order-changed"


def _why_not_due(message: Message) -> str:
    mark = mark_of(message)
    if not Vehicle.objects.filter(pk=mark.vehicle, customer=message.customer_id).exists():
        return "not-theirs"
    if not mark.is_timely(message.garage.today()):
        return "out-of-time"
    return "" if mark.key in {known.key for known in marks_on([mark.vehicle], message.garage)} else "not-due"


def _why_not_of(booking: Booking, message: Message, kind: Kind, now: datetime) -> str:
    its_job = kind != Kind.ASSIGNED or booking.technician_id == message.technician_id
    if not its_job or booking.status not in _TRUE_WHILE.get(kind, (booking.status,)):
        return "booking-changed"
    if kind == Kind.UNCONFIRMED and booking.contacted_at is not None:
        return "contacted"
    if kind == Kind.EXPIRED and booking.starts_at != message.about_start:
        return "booking-moved"
    return _why_not_before(booking, message, now) if kind in _BEFORE_THE_VISIT else ""


def _why_not_before(booking: Booking, message: Message, now: datetime) -> str:
    if booking.starts_at != message.about_start:
        return "booking-moved"
    return "too-late" if booking.starts_at <= now else ""
