"""Messages follow bookings: every change brings the outbox in step, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from bookings.models import Batch, Booking, Order, WaitingEntry
from bookings.signals import Change, batch_made, booking_changed, order_changed, waiting_offered
from garages.models import Membership
from notifications.planning import plan, plan_batch, plan_offer, plan_order
from notifications.tasks import sweep_soon


@receiver(booking_changed)
def _booking_changed(
    booking: Booking, change: Change, by: Membership | None, batch: Batch | None = None, **_kwargs: Any
) -> None:
    if plan(booking, change, by, batch=batch):
        sweep_soon()


@receiver(batch_made)
def _batch_made(batch: Batch, bookings: list[Booking], **_kwargs: Any) -> None:
    if plan_batch(batch, bookings):
        sweep_soon()


@receiver(order_changed)
def _order_changed(order: Order, **_kwargs: Any) -> None:
    plan_order(order)
    sweep_soon()


@receiver(waiting_offered)
def _waiting_offered(entry: WaitingEntry, **_kwargs: Any) -> None:
    plan_offer(entry)
    sweep_soon()
