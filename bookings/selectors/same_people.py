"""Online bookings whose new customer may be somebody the garage knows (COMP-32)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bookings.enums import Source
from bookings.models import Booking
from customers.duplicates import Likeness, likeness
from customers.models import Customer
from customers.names import fold
from customers.selectors import person_of

# A customer who is no older than that before their booking was taken down with it.
_WITH_IT: Final = timedelta(minutes=1)


def same_people(bookings: Iterable[Booking]) -> dict[int, Customer]:
    """Whom the desk may mean by a customer who was taken down with their online booking, by the booking's primary key:
    one query, none without such bookings. They share a number and are called almost the same, or have the surname of
    the owner of the plate. `bookings` have customer and vehicle__customer.
    """
    new = [booking for booking in bookings if _came_with(booking)]
    if not new:
        return {}
    numbers = {booking.customer.phone_digits for booking in new} - {""}
    sharers = list(Customer.objects.filter(phone_digits__in=numbers).order_by("-updated_at")) if numbers else []
    found = {}
    for booking in new:
        owner = booking.vehicle.customer if booking.vehicle else None
        others = [one for one in sharers if one.phone_digits == booking.customer.phone_digits]
        others = [one for one in (*others, *([owner] if owner else [])) if one.pk != booking.customer_id]
        same = next((one for one in others if _may_be(booking.customer, one)), None)
        if same is not None:
            found[booking.pk] = same
    return found


def _came_with(booking: Booking) -> bool:
    """Nobody knew them before this booking."""
    is_new = booking.customer.created_at >= booking.created_at - _WITH_IT
    return booking.source == Source.ONLINE and is_new and not booking.customer.is_business


def _may_be(new: Customer, known: Customer) -> bool:
    if likeness(person_of(new), person_of(known)) == Likeness.SAME:
        return True
    return not known.is_business and bool(new.last_name) and fold(new.last_name) == fold(known.last_name)
