"""What a demo garage's coming days are like besides its bookings: who waits for a time, who is away, what is lent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from bookings.enums import DropOff
from bookings.models import Booking, WaitingEntry
from bookings.services.lending import lend
from bookings.slots import moment
from customers.models import Customer
from fleet.models import Vehicle
from garage_desk.demo.workshop import Workshop
from garage_desk.demo.writer import without_history
from garages.models import BayOutage, CourtesyCar, DayNote, TechnicianAbsence
from garages.setup import load_setup

# Bookings reach a fortnight ahead: who is away and what is out of service comes after them.
_AWAY_FROM: Final = 15
_FULL_FROM: Final = 5

# (courtesy cars, why a bay is out, why somebody is away, what happens on a day), by country.
_WORDS: Final[dict[str, tuple[tuple[str, ...], str, str, str]]] = {
    "GB": (
        ("Corsa · NG21 LND", "Fiesta · NG70 LND"),
        "Lift inspection",
        "Holiday",
        "Street market outside",
    ),
    "FR": (
        ("Clio · GP-101-RT", "208 · GP-102-RT"),
        "Contrôle du pont élévateur",
        "Congés",
        "Marché : pas de stationnement devant",
    ),
    "US": (("Civic · LND 1021", "Corolla · LND 1022"), "Lift inspection", "Vacation", "Marathon: Main Street closed"),
}


def write_days(workshop: Workshop, now: datetime) -> None:
    """Of the garage in scope."""
    garage = workshop.garage
    today = now.astimezone(garage.zone).date()
    cars, out, away, event = _WORDS[garage.country]
    CourtesyCar.objects.bulk_create(CourtesyCar(name=name, position=place) for place, name in enumerate(cars, start=1))
    later = _open_day(workshop, today + timedelta(days=_AWAY_FROM))
    span = {"starts_at": _at(workshop, later, 8), "ends_at": _at(workshop, later, 13)}
    BayOutage.objects.create(bay=workshop.bays[-1], reason=out, **span)
    week = {"starts_at": _at(workshop, later, 0), "ends_at": _at(workshop, later + timedelta(days=7), 0)}
    TechnicianAbsence.objects.create(technician=workshop.technicians[-1], reason=away, **week)
    full = _open_day(workshop, today + timedelta(days=_FULL_FROM))
    DayNote.objects.create(day=_open_day(workshop, today), text=event)
    DayNote.objects.create(day=full, is_full=True)
    _lend(workshop)
    _wait(workshop, [full, full, None])


def _lend(workshop: Workshop) -> None:
    """Whoever was promised a courtesy car has one by name, as long as there are some."""
    setup = load_setup(workshop.garage)
    with without_history():
        for booking in Booking.objects.holding_capacity().filter(drop_off=DropOff.COURTESY):
            lend(booking, setup)
            Booking.objects.filter(pk=booking.pk).update(courtesy_car=booking.courtesy_car_id)


def _wait(workshop: Workshop, days: Sequence[date | None]) -> None:
    service = min(
        (one for one in workshop.services.values() if not one.is_extra and not one.is_request_only),
        key=lambda one: one.position,
    )
    people = Customer.objects.filter(company_name="").order_by("-pk")[: len(days)]
    cars = {car.customer_id: car for car in Vehicle.objects.filter(customer__in=[person.pk for person in people])}
    for number, (person, day) in enumerate(zip(people, days, strict=True)):
        car = cars.get(person.pk)
        WaitingEntry.objects.create(
            customer=person,
            vehicle=car,
            vehicle_type_id=car.vehicle_type_id if car else None,
            services=[service.pk],
            day=day,
            priority=int(number == 1),
            visits=number,
        )


def _open_day(workshop: Workshop, day: date) -> date:
    while not workshop.profile.hours.get(day.weekday()):
        day += timedelta(days=1)
    return day


def _at(workshop: Workshop, day: date, hour: int) -> datetime:
    return moment(day, time(hour), workshop.garage.zone)
