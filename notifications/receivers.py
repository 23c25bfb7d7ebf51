"""Messages follow bookings: every change brings the outbox in step, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from bookings.models import Booking
from bookings.signals import Change, booking_changed
from notifications.planning import plan
from notifications.tasks import sweep_soon


@receiver(booking_changed)
def _booking_changed(booking: Booking, change: Change, **_kwargs: Any) -> None:
    if plan(booking, change):
        sweep_soon()
