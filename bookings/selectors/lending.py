"""The courtesy cars' diary: which is lent on which day, and to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bookings.models import Booking, BookingQuerySet
from bookings.slots import day_range
from garages.setup import CourtesyCarInfo, Setup


@dataclass(frozen=True)
class CarDay:
    """A car on a day; `lent` names who has it: nobody when it is free."""

    day: date
    lent: Sequence[Booking]


def lent_between(setup: Setup, first: date, last: date) -> BookingQuerySet:
    """The bookings that have a courtesy car on any of these days, in order of time."""
    zone = setup.garage.zone
    span = day_range(first, zone).start, day_range(last, zone).end
    lent = Booking.objects.holding_capacity().filter(courtesy_car__isnull=False)
    return lent.filter(starts_at__lt=span[1], ready_at__gte=span[0]).order_by("starts_at", "pk")


def diary(setup: Setup, days: Sequence[date]) -> list[tuple[CourtesyCarInfo, list[CarDay]]]:
    """Each car with these days, which follow each other: one query."""
    zone = setup.garage.zone
    lent = list(lent_between(setup, days[0], days[-1]).select_related("customer"))

    def has(booking: Booking, day: date) -> bool:
        return booking.starts_at.astimezone(zone).date() <= day <= booking.ready_at.astimezone(zone).date()

    return [
        (car, [CarDay(day, [one for one in lent if one.courtesy_car_id == car.pk and has(one, day)]) for day in days])
        for car in setup.courtesy_cars
    ]


def week_from(day: date) -> list[date]:
    return [day + timedelta(days=number) for number in range(7)]
