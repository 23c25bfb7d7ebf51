"""What the ledger is asked: one day's starts, and a month of a large workshop with two thousand bookings in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bookings.enums import Status
from bookings.hours import opening_ranges
from bookings.models import Booking
from bookings.references import new_reference
from customers.models import Customer
from garages.models import Bay, Garage, Skill, Technician, TechnicianSkill
from garages.setup import ServiceInfo, Setup, load_setup

BAYS: Final = 12
TECHNICIANS: Final = 12
BOOKINGS: Final = 2_000
# So far ahead that neither the demo nor the bookings made while measuring reach it.
_MONTHS_AHEAD: Final = 11
_MINUTES: Final = (30, 45, 60, 90)


@dataclass(frozen=True)
class Question:
    """A service, and the month and the day it is asked for."""

    service: str
    month: str
    day: str


def enlarge(garage: Garage) -> None:
    """Give the garage in scope twelve bays and twelve technicians who can do everything it offers, and book two
    thousand times into one month far ahead."""
    skills = list(Skill.objects.all())
    for number in range(Bay.objects.count(), BAYS):
        Bay.objects.create(name=f"Bay {number + 1}", position=number + 1)
    for number in range(Technician.objects.count(), TECHNICIANS):
        technician = Technician.objects.create(name=f"Technician {number + 1}", position=number + 1)
        TechnicianSkill.objects.bulk_create(TechnicianSkill(technician=technician, skill=skill) for skill in skills)
    setup = load_setup(garage)
    _book(setup, _open_days(setup))


def question(setup: Setup, service: ServiceInfo) -> Question:
    """The month that was filled, and a day in its middle that still has room."""
    days = _open_days(setup)
    return Question(service.public_id, f"{days[0]:%Y-%m}", days[len(days) // 2].isoformat())


def _open_days(setup: Setup) -> list[date]:
    """The dates of the month on which the garage works longest."""
    first = (setup.garage.today().replace(day=15) + timedelta(days=30 * _MONTHS_AHEAD)).replace(day=1)
    dates = [first + timedelta(days=number) for number in range(31)]
    hours = {day: sum((span.length for span in opening_ranges(setup, day)), timedelta()) for day in dates}
    return [day for day in dates if day.month == first.month and hours[day] == max(hours.values())]


def _book(setup: Setup, days: list[date]) -> None:
    """Jobs of different lengths in every bay, one after the other; the first of these days is full, the others are
    filled from the morning on until there are enough."""
    customer = Customer.objects.order_by("pk")[0]
    taken = set(Booking.objects.values_list("reference", flat=True))
    a_bay = -(-BOOKINGS // (len(days) * BAYS))
    Booking.objects.bulk_create(
        Booking(
            reference=_unused(taken),
            status=Status.CONFIRMED,
            customer=customer,
            bay_id=bay.pk,
            starts_at=start,
            ends_at=end,
            ready_at=end,
            held_from=start,
            held_until=end,
        )
        for place, day in enumerate(days)
        for number, bay in enumerate(setup.bays)
        for start, end in _jobs(setup, day, number, 1_000 if place == 0 else a_bay)
    )


def _unused(taken: set[str]) -> str:
    """A reference that is not taken yet, and is from now on."""
    while (reference := new_reference()) in taken:
        pass
    taken.add(reference)
    return reference


def _jobs(setup: Setup, day: date, number: int, most: int) -> Iterator[tuple[datetime, datetime]]:
    count = 0
    for span in opening_ranges(setup, day):
        start = span.start
        while start < span.end and count < most:
            end = min(span.end, start + timedelta(minutes=_MINUTES[(number + count) % len(_MINUTES)]))
            yield start, end
            start, count = end, count + 1
