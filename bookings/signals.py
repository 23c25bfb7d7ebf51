"""News of bookings, for the floors above: sent inside the transaction that makes the change."""

from __future__ import annotations

from enum import StrEnum

from django.dispatch import Signal


class Change(StrEnum):
    """What happened to a booking."""

    CREATED = "created"
    EDITED = "edited"
    MOVED = "moved"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    STARTED = "started"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    REOPENED = "reopened"
    ARRIVED = "arrived"
    CONTACTED = "contacted"
    ASSURED = "assured"
    PROPOSED = "proposed"
    UNDONE = "undone"


# Arguments: booking: Booking, change: Change, by: Membership | None; of one that was made with others, batch: Batch.
booking_changed = Signal()
# Arguments: order: Order, by: Membership | None; it was made or answered.
order_changed = Signal()
# Arguments: entry: WaitingEntry, which has just been offered a time.
waiting_offered = Signal()
# Arguments: batch: Batch, bookings: list[Booking], all that were just made in it.
batch_made = Signal()
