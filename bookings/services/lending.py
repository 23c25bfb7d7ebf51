"""Which courtesy car a booking gets."""

from __future__ import annotations

from bookings.enums import DropOff
from bookings.models import Booking
from bookings.selectors.lending import lent_between
from garages.setup import Setup


def lend(booking: Booking, setup: Setup) -> None:
    """Give the booking, which its caller saves, a courtesy car by name, where the garage's have names: the one it has
    or wishes for, else the first that is free on all of its days. None to whoever needs none. Under the capacity
    lock."""
    if booking.drop_off != DropOff.COURTESY or not setup.courtesy_cars:
        booking.courtesy_car_id = None
        return
    zone = setup.garage.zone
    first, last = booking.starts_at.astimezone(zone).date(), booking.ready_at.astimezone(zone).date()
    out = {one.courtesy_car_id for one in lent_between(setup, first, last) if one.pk != booking.pk}
    free = [car.pk for car in setup.courtesy_cars if car.pk not in out]
    if booking.courtesy_car_id not in free:
        booking.courtesy_car_id = next(iter(free), None)
