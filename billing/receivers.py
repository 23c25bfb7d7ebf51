"""Invoices follow bookings: completed work has one, in the same transaction (PAY-2)."""

from __future__ import annotations

from typing import Any, Final

from django.dispatch import receiver

from billing.services import follow
from bookings.models import Booking
from bookings.signals import Change, booking_changed

# What leaves services and completion alone; making a booking must not wait for its invoice.
_NOTHING_TO_BILL: Final = frozenset(
    {
        *(Change.CREATED, Change.PROPOSED, Change.MOVED, Change.CONFIRMED, Change.DECLINED, Change.CANCELLED),
        *(Change.STARTED, Change.NO_SHOW, Change.ARRIVED, Change.CONTACTED, Change.ASSURED),
    }
)


@receiver(booking_changed)
def _booking_changed(booking: Booking, change: Change, **_kwargs: Any) -> None:
    if change not in _NOTHING_TO_BILL:
        follow(booking)
