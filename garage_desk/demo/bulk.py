"""Many bookings at once: past years of a garage, and a little of the weeks to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain, islice
from random import Random
from typing import Final

from django.db import transaction

from bookings.models import Booking
from bookings.slots import Range, day_range
from fleet.models import Vehicle
from garage_desk.demo.builder import find_staff
from garage_desk.demo.clients import make_clients, write_clients
from garage_desk.demo.closures import holidays_between
from garage_desk.demo.diary import Diary
from garage_desk.demo.numbers import phone_numbers
from garage_desk.demo.people import People
from garage_desk.demo.plan import Calendar, Visit, fill_day, moved
from garage_desk.demo.profile import Profile
from garage_desk.demo.story import DAYS_AHEAD, DAYS_BACK, Story
from garage_desk.demo.workshop import Workshop, find_workshop
from garage_desk.demo.writer import without_history
from garages.models import Closure, Garage
from garages.tenancy.context import tenant

YEARS: Final = 5
BOOKINGS_PER_CUSTOMER: Final = 5
_CHUNK: Final = 5_000  # bookings a transaction: an interrupted load keeps what it wrote
_STOCK: Final = 24
_COMING_SHARE: Final = 0.02
_COMING_DAYS: Final = 60
_CANCELLED_SHARE: Final = 0.07


class NothingToBookError(Exception):
    """The garage has no bay, service or vehicle type in use."""


def add_bookings(profile: Profile, garage: Garage, count: int, now: datetime, report: Callable[[int], None]) -> None:
    """Write `count` more bookings, with one new customer for each five. `report` is told how many, chunk by chunk.

    One in fifty lies in the weeks after the demo's own, where a bay has room; all others lie in the last five years,
    and hold nothing.
    """
    with tenant(garage.pk), without_history():
        with transaction.atomic():
            loader = _Loader(profile, garage, now)
            coming = loader.coming(round(count * _COMING_SHARE))
        visits = chain(loader.past(count - len(coming)), coming)
        while chunk := list(islice(visits, _CHUNK)):
            with transaction.atomic():
                loader.write(chunk)
            report(len(chunk))


class _Loader:
    """One garage being filled; made inside a transaction."""

    def __init__(self, profile: Profile, garage: Garage, now: datetime) -> None:
        self.now = now
        self.today = now.astimezone(garage.zone).date()
        self.workshop: Workshop = find_workshop(profile, garage)
        self.profile = self.workshop.profile
        if not (self.workshop.bays and self.workshop.vehicle_types and any(s.weight for s in self.profile.services)):
            raise NothingToBookError(f"{garage.name} has no bay, service or vehicle type to book.")
        references = set(Booking.objects.values_list("reference", flat=True))
        # Another seed for each load, or the second would invent the customers of the first again.
        self.rng = Random(f"garage desk {garage.slug} {len(references)}")  # noqa: S311 - repeatable is what is wanted
        self.calendar = Calendar(self.profile, self._closed_days())
        self.story = Story(self.calendar, now, self.rng)
        self.diary = Diary(self.workshop, find_staff(garage), self.rng, references)
        plates = set(Vehicle.objects.values_list("registration", flat=True))
        numbers = phone_numbers(profile.country, (*profile.phone_kinds, "other"), self.rng)
        self.people = People(self.profile, numbers, self.rng, plates)
        self.stock: dict[int, list[tuple[date, list[Visit]]]] = defaultdict(list)
        self.individuals = self.people.individuals(this_year=now.year - YEARS)

    def past(self, count: int) -> Iterator[Visit]:
        """`count` visits of the last years, oldest day first. When there are more than the bays could hold, some stand
        in the same bay at the same time: what is over holds nothing."""
        first = self.today - timedelta(days=DAYS_BACK + 365 * YEARS)
        days = list(self.calendar.open_days(first, 365 * YEARS - 1))
        for place, day in enumerate(days):
            wanted = count * (place + 1) // len(days) - count * place // len(days)
            of_day: list[Visit] = []
            while len(of_day) < wanted:
                of_day += self._laid_out(day, min(0.85, 0.1 + wanted / 20))
            for visit in sorted(self.rng.sample(of_day, wanted), key=lambda visit: visit.worked):
                if self.rng.random() < _CANCELLED_SHARE:
                    self.story.give_up(visit)
                else:
                    visit.technician = self.rng.randrange(len(self.workshop.technicians) or 1)
                    self.story.over(visit)
                self.story.annotate(visit)
                yield visit

    def _laid_out(self, day: date, load: float) -> list[Visit]:
        """Jobs for a day of the past. A few days are laid out for each weekday; the others are like one of them."""
        stock = self.stock[day.weekday()]
        if len(stock) < _STOCK:
            stock.append((day, fill_day(self.calendar, day, load, self.rng)))
        model, visits = self.rng.choice(stock)
        by = self.calendar.spans(day)[0].start - self.calendar.spans(model)[0].start
        return [moved(visit, by) for visit in visits]

    def coming(self, wanted: int) -> list[Visit]:
        """Up to `wanted` visits in the weeks after the demo's own diary, where bays are free."""
        first = self.today + timedelta(days=DAYS_AHEAD + 1)
        taken = self._taken(first)
        visits: list[Visit] = []
        for day in self.calendar.open_days(first, _COMING_DAYS):
            visits += fill_day(self.calendar, day, 0.4, self.rng, taken=taken)
        visits = self.rng.sample(visits, min(wanted, len(visits)))
        self.story.coming(visits)
        return visits

    def write(self, visits: list[Visit]) -> None:
        people = list(islice(self.individuals, max(1, len(visits) // BOOKINGS_PER_CUSTOMER)))
        earliest = self.now - timedelta(days=365 * (YEARS + 1))
        clients = make_clients(
            self.workshop, people, self.rng, known_since=earliest, known_until=earliest + timedelta(days=200)
        )
        chosen = self.diary.visit_clients(visits, clients)
        write_clients(self.workshop, clients, self.now, self.rng)
        self.diary.write(chosen)

    def _taken(self, first: date) -> dict[int, list[Range]]:
        """What holds the bays from `first` on."""
        place = {bay.pk: number for number, bay in enumerate(self.workshop.bays)}
        held = Booking.objects.holding_capacity().filter(
            held_until__gt=day_range(first, self.calendar.zone).start, bay__in=place
        )
        taken: dict[int, list[Range]] = defaultdict(list)
        for bay, start, end in held.values_list("bay_id", "held_from", "held_until"):
            taken[place[bay]].append(Range(start, end))
        return taken

    def _closed_days(self) -> frozenset[date]:
        """Public holidays of the past years, and what the garage's own closures say."""
        first = self.today - timedelta(days=365 * (YEARS + 1))
        closed = {day for day, _name in holidays_between(self.profile, first, self.today)}
        for starts_on, ends_on in Closure.objects.values_list("starts_on", "ends_on"):
            closed.update(starts_on + timedelta(days=number) for number in range((ends_on - starts_on).days + 1))
        return frozenset(closed)
