"""Bookings: the heart of the product."""

from __future__ import annotations

from bookings.models.allocation import Allocation
from bookings.models.booking import Booking, BookingLine, BookingQuerySet, TsTzRange
from bookings.models.handover import HandoverNote
from bookings.models.merge import Merge
from bookings.models.order import Order
from bookings.models.pace import CardOffer, DeskPace
from bookings.models.queue import Batch, QueueEntry
from bookings.models.waiting import SlotHold, WaitingEntry
from bookings.models.work import WorkSpan

__all__ = [
    "Allocation",
    "Batch",
    "Booking",
    "BookingLine",
    "BookingQuerySet",
    "CardOffer",
    "DeskPace",
    "HandoverNote",
    "Merge",
    "Order",
    "QueueEntry",
    "SlotHold",
    "TsTzRange",
    "WaitingEntry",
    "WorkSpan",
]
