"""What follows from changes: open pages hear of bookings; the technician's clock follows the booking, by whatever way
it changed; bookings follow the people and cars they name, and what they are found by is written again when those
change."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from bookings.models import Booking
from bookings.services.create import search_text
from bookings.services.work import keep_time
from bookings.signals import Change, booking_changed
from customers.models import Customer
from customers.signals import customer_changed
from fleet.models import Vehicle
from fleet.signals import vehicle_changed
from garages.live import announce


@receiver(booking_changed)
def _booking_changed(booking: Booking, change: Change, **_kwargs: Any) -> None:
    announce("bookings", reference=booking.reference, change=change)
    keep_time(booking, change)


@receiver(customer_changed)
def _customer_changed(customer: Customer, **_kwargs: Any) -> None:
    _write_again(Q(customer=customer))


@receiver(vehicle_changed)
def _vehicle_changed(vehicle: Vehicle, **_kwargs: Any) -> None:
    _write_again(Q(vehicle=vehicle))


def _write_again(which: Q) -> None:
    bookings = list(
        Booking.objects.filter(which).select_related("customer", "vehicle", "vehicle_type").prefetch_related("lines")
    )
    for booking in bookings:
        booking.search_text = search_text(booking, [line.name for line in booking.lines.all()], booking.vehicle_type)
    Booking.objects.bulk_update(bookings, ["search_text"], batch_size=500)
