"""What follows from changes: open pages hear of bookings and orders; the technician's clock follows the booking, by
whatever way it changed; vehicles know when they were last booked in; bookings follow the people and cars they name, and
what they are found by is written again when those change."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q
from django.dispatch import receiver

from bookings.models import Booking, Order
from bookings.services.create import search_text
from bookings.services.last_use import note_last_use
from bookings.services.waiting import offer_what_is_free
from bookings.services.work import keep_time
from bookings.signals import Change, booking_changed, order_changed
from customers.models import Customer
from customers.signals import customer_changed
from fleet.models import Vehicle
from fleet.signals import vehicle_changed
from garages.live import announce

# Whatever can leave room that somebody waits for.
FREES_TIME: Final = frozenset(
    {Change.EDITED, Change.MOVED, Change.CANCELLED, Change.DECLINED, Change.NO_SHOW, Change.UNDONE}
)
# Whatever can make another booking the latest of its vehicle.
MOVES_LAST_USE: Final = frozenset(
    {
        Change.CREATED,
        Change.EDITED,
        Change.MOVED,
        Change.CANCELLED,
        Change.DECLINED,
        Change.REOPENED,
        Change.UNDONE,
    }
)


@receiver(booking_changed)
def _booking_changed(booking: Booking, change: Change, **_kwargs: Any) -> None:
    announce("bookings", reference=booking.reference, change=change)
    keep_time(booking, change)
    if change in MOVES_LAST_USE:
        note_last_use(booking.vehicle_id)


@receiver(booking_changed)
def _room_for_the_waiting(booking: Booking, change: Change, **_kwargs: Any) -> None:
    if change in FREES_TIME:
        offer_what_is_free(booking.garage)


@receiver(order_changed)
def _order_changed(order: Order, **_kwargs: Any) -> None:
    announce("orders", reference=order.booking.reference)


@receiver(customer_changed)
def _customer_changed(customer: Customer, created: bool, **_kwargs: Any) -> None:
    if not created:
        _write_again(Q(customer=customer))


@receiver(vehicle_changed)
def _vehicle_changed(vehicle: Vehicle, created: bool, **_kwargs: Any) -> None:
    if not created:
        _write_again(Q(vehicle=vehicle))


def _write_again(which: Q) -> None:
    bookings = list(
        Booking.objects.filter(which).select_related("customer", "vehicle", "vehicle_type").prefetch_related("lines")
    )
    for booking in bookings:
        booking.search_text = search_text(booking, [line.name for line in booking.lines.all()], booking.vehicle_type)
    Booking.objects.bulk_update(bookings, ["search_text"], batch_size=500)
