"""Extras that customers of a demo garage ordered lately."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bookings.enums import OrderState, Status
from bookings.models import Booking, BookingLine, Order
from garages.models import Service, User

_LATELY: Final = timedelta(days=14)
_UNANSWERED: Final = (OrderState.RECEIVED, OrderState.RECEIVED, OrderState.CANCELLED)


def write_orders(now: datetime, answered_by: User) -> None:
    """Of the garage in scope: every extra on a recent booking was ordered with it and confirmed; on visits to come, two
    wait for an answer and one was cancelled."""
    orders = []
    lines = BookingLine.objects.filter(service__is_extra=True, booking__created_at__gt=now - _LATELY)
    for line in lines.select_related("booking"):
        order = _order_of(line.booking, line.service_id, line.name, line.minutes, line.price)
        order.state, order.ordered_at = OrderState.CONFIRMED, line.booking.created_at
        order.answered_at, order.answered_by = line.booking.created_at + timedelta(minutes=20), answered_by
        orders.append(order)
    extra = Service.objects.filter(is_extra=True).earliest("position", "pk")
    coming = Booking.objects.filter(status=Status.CONFIRMED, starts_at__gt=now).exclude(lines__service=extra)
    for hours, (booking, state) in enumerate(zip(coming.order_by("starts_at", "pk"), _UNANSWERED, strict=False), 2):
        order = _order_of(booking, extra.pk, extra.name, extra.minutes, extra.price)
        order.state, order.ordered_at = state, now - timedelta(hours=hours)
        if state == OrderState.CANCELLED:
            order.answered_at, order.answered_by = order.ordered_at + timedelta(minutes=20), answered_by
        orders.append(order)
    ordered_at = [order.ordered_at for order in orders]
    for order, at in zip(Order.objects.bulk_create(orders), ordered_at, strict=True):
        order.ordered_at = at  # a new row takes the moment it is written
    Order.objects.bulk_update(orders, ["ordered_at"])


def _order_of(booking: Booking, extra: int, name: str, minutes: int, price: int) -> Order:
    return Order(booking=booking, extra_id=extra, name=name, minutes=minutes, price=price)
