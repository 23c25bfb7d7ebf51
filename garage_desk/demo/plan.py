"""The diary: which jobs stand in which bay at what time. Pure: no database, no clock of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from bookings.enums import Awaiting, DropOff, Priority, Source, Status
from bookings.slots import Demand, Range, moment
from garage_desk.demo.profile import Profile, ServiceSpec

GRID: Final = timedelta(minutes=15)
_EXTRA_SHARE: Final = 0.14
_PLAIN_JOB_IN_SPECIAL_BAY: Final = 0.25


@dataclass(frozen=True)
class Step:
    """One act in the life of a visit. `by` is the local part of a log-in, blank for the customer online."""

    at: datetime
    act: str
    by: str = ""


@dataclass
class Visit:
    """A booking to be: services in their order, when, where, and what became of it. Bay and technician are indexes
    into the profile's. `again` is the visit whose customer booked this one too, perhaps by mistake;
    `typed_first_name` is that of somebody else on their number."""

    services: list[ServiceSpec]
    worked: Range
    held: Range
    bay: int | None = None
    technician: int | None = None
    status: Status = Status.CONFIRMED
    source: Source = Source.RECEPTION
    priority: Priority = Priority.NORMAL
    reason: str = ""
    workshop_notes: str = ""
    internal_notes: str = ""
    drop_off: DropOff = DropOff.DROP
    key_tag: str = ""
    parking: str = ""
    awaiting: Awaiting | None = None
    overnight: bool = False
    again: Visit | None = None
    typed_first_name: str = ""
    steps: list[Step] = field(default_factory=list)

    @property
    def created_at(self) -> datetime:
        return self.steps[0].at

    def when(self, act: str) -> datetime | None:
        """When this act happened, if it did."""
        return next((step.at for step in self.steps if step.act == act), None)


@dataclass(frozen=True)
class Calendar:
    """When a garage works: its weekly hours minus the days it is closed."""

    profile: Profile
    closed: frozenset[date]
    _spans: dict[date, list[Range]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.profile.time_zone)

    def is_open(self, day: date) -> bool:
        return day not in self.closed and bool(self.profile.spans(day))

    def spans(self, day: date) -> list[Range]:
        """The opening spans of a date as moments in UTC."""
        known = self._spans.get(day)
        if known is None:
            walls = () if day in self.closed else self.profile.spans(day)
            known = [Range(moment(day, opens, self.zone), moment(day, closes, self.zone)) for opens, closes in walls]
            self._spans[day] = known
        return known

    def open_days(self, first: date, count: int) -> Iterator[date]:
        """The days the garage works among `count` days from `first` on; backwards when `count` is negative."""
        step = 1 if count > 0 else -1
        days = (first + timedelta(days=step * number) for number in range(abs(count)))
        return (day for day in days if self.is_open(day))


def fill_day(
    calendar: Calendar, day: date, load: float, rng: Random, *, taken: Mapping[int, Sequence[Range]] | None = None
) -> list[Visit]:
    """Jobs for every bay of one day, one after the other, around what is `taken`. `load` is the share of the time that
    is sold, about."""
    spans = calendar.spans(day)
    visits = []
    for bay, (_name, kind) in enumerate(calendar.profile.bays):
        menu = _menu(calendar.profile, kind)
        for span in spans:
            cursor = span.start
            while cursor < span.end - GRID:
                visit = _job(calendar.profile, menu, cursor, span, rng) if rng.random() < load else None
                if visit is None or any(visit.held.overlaps(other) for other in (taken or {}).get(bay, ())):
                    cursor += rng.choice((2, 3, 4)) * GRID
                    continue
                visit.bay = bay
                visits.append(visit)
                cursor = on_grid(visit.held.end)
    return sorted(visits, key=lambda visit: (visit.worked, visit.bay))


def moved(visit: Visit, by: timedelta) -> Visit:
    """The same job at another time; what became of it is not told yet."""
    worked, held = visit.worked, visit.held
    return Visit(
        services=visit.services,
        worked=Range(worked.start + by, worked.end + by),
        held=Range(held.start + by, held.end + by),
        bay=visit.bay,
    )


def _menu(profile: Profile, kind: str) -> list[tuple[ServiceSpec, float]]:
    """What is done in a bay of this kind, and how often."""
    return [
        (service, service.weight if service.bay_kind or kind == "general" else _PLAIN_JOB_IN_SPECIAL_BAY)
        for service in profile.services
        if service.weight and service.bay_kind in ("", kind)
    ]


def on_grid(at: datetime) -> datetime:
    """The next quarter of an hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour - (hour - at) // GRID * GRID


def _job(
    profile: Profile, menu: Sequence[tuple[ServiceSpec, float]], cursor: datetime, span: Range, rng: Random
) -> Visit | None:
    """A job of the menu that still fits into the span, if any does."""
    room = (span.end - cursor) // timedelta(minutes=1)
    fitting = [(service, weight) for service, weight in menu if service.room <= room]
    if not fitting:
        return None
    service = rng.choices([service for service, _weight in fitting], [weight for _service, weight in fitting])[0]
    services = [service]
    if service.extras and rng.random() < _EXTRA_SHARE:
        name = rng.choice(service.extras)
        services.append(next(extra for extra in profile.services if extra.name == name))
    visit = placed(services, cursor)
    if visit.worked.end > span.end:
        visit = placed([service], cursor)
    return visit


def placed(services: list[ServiceSpec], cursor: datetime) -> Visit:
    """A visit for these services as early after `cursor` as the time kept free before them allows."""
    demand = Demand(
        work=timedelta(minutes=sum(service.minutes for service in services)),
        before=timedelta(minutes=services[0].before),
        after=timedelta(minutes=services[-1].after),
    )
    start = on_grid(cursor + demand.before)
    return Visit(services=services, worked=demand.worked(start), held=demand.held(start))


def assign_technicians(profile: Profile, visits: Sequence[Visit], rng: Random) -> None:
    """Give each visit somebody with its skill who is free, sharing the work out; nobody when nobody is."""
    busy: list[list[Range]] = [[] for _technician in profile.technicians]
    for visit in visits:
        skill = visit.services[0].skill
        able = [
            number
            for number, technician in enumerate(profile.technicians)
            if (not skill or skill in technician.skills)
            and not any(visit.held.overlaps(other) for other in busy[number])
        ]
        if able:
            visit.technician = min(able, key=lambda number: (len(busy[number]), rng.random()))
            busy[visit.technician].append(visit.held)
