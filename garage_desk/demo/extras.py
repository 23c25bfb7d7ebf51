"""Extras that customers of a demo garage ordered lately."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bookings.enums import OrderState, Status
from bookings.models import Booking, Order
from garages.models import Service

_STATES: Final = (OrderState.RECEIVED, OrderState.RECEIVED, OrderState.CANCELLED)


def write_orders(now: datetime) -> None:
    """Of the garage in scope: on visits to come, two that wait for an answer and one that was cancelled."""
    extra = Service.objects.filter(is_extra=True).earliest("position", "pk")
    coming = Booking.objects.filter(status=Status.CONFIRMED, starts_at__gt=now).exclude(lines__service=extra)
    for hours, (booking, state) in enumerate(zip(coming.order_by("starts_at", "pk"), _STATES, strict=False), start=2):
        at = now - timedelta(hours=hours)
        order = Order.objects.create(
            booking=booking,
            extra=extra,
            name=extra.name,
            minutes=extra.minutes,
            price=extra.price,
            state=state,
            answered_at=at if state == OrderState.CANCELLED else None,
        )
        Order.objects.filter(pk=order.pk).update(ordered_at=at)
