"""What the garage can still promise: the ledger of `bookings.ledger`, filled from setup and database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import F, Func, IntegerField, Q
from django.utils import timezone

from bookings import limits
from bookings.enums import DropOff, Source
from bookings.ledger import Chance, Ledger, Stretch, Stretches, Task, Wanted, Why, Worker
from bookings.models import Booking, SlotHold
from bookings.refusals import Refusal, refusal_of_day
from bookings.slots import Demand, Offer, Range, day_range, merged, moment
from garages.setup import BayInfo, ServiceInfo, Setup

# A start "now" is rounded up to this, so that the desk reads 10:35 and not 10:32.
NOW_STEP = timedelta(minutes=5)
# How far the next possible start is looked for behind the days asked for.
LOOK_AHEAD: Final = 14
# Work goes on in the next opening span; this far at most.
_CARRY_ON: Final = timedelta(days=60)


@dataclass(frozen=True)
class Job:
    """What is to be done, as far as capacity is concerned. `technician` is the one named for it, if any; `overnight`
    lets it go on over night, however short it is."""

    demand: Demand
    bay_kind: str = ""
    skill: int | None = None
    technician: int | None = None
    overnight: bool = False

    @classmethod
    def of(cls, services: Sequence[ServiceInfo]) -> Job:
        """Services of one visit are done one after the other in one bay by one technician; the longest that needs a
        kind of bay decides which, the longest that needs a skill decides who. The buffers are those of the first and
        the last."""
        needs_kind = [service for service in services if service.bay_kind]
        needs_skill = [service for service in services if service.skill_id]
        return cls(
            Demand(
                work=timedelta(minutes=sum(service.minutes for service in services)),
                before=timedelta(minutes=services[0].buffer_before),
                after=timedelta(minutes=services[-1].buffer_after),
            ),
            max(needs_kind, key=lambda service: service.minutes).bay_kind if needs_kind else "",
            max(needs_skill, key=lambda service: service.minutes).skill_id if needs_skill else None,
        )

    @classmethod
    def of_booking(cls, booking: Booking, setup: Setup, *, work: timedelta | None = None) -> Job:
        """What the booking takes already: its own work (or so much), its own buffers, its own technician."""
        by_pk = {service.pk: service for service in setup.services}
        services = [by_pk[line.service_id] for line in booking.lines.all() if line.service_id in by_pk]
        demand = Demand(
            work=booking.work if work is None else work,
            before=booking.starts_at - booking.held_from,
            after=booking.held_until - booking.ends_at,
        )
        kind = cls.of(services).bay_kind if services else ""
        zone = setup.garage.zone
        overnight = booking.starts_at.astimezone(zone).date() != booking.ends_at.astimezone(zone).date()
        return cls(demand, kind, booking.skill_id, booking.technician_id, overnight)

    def bays(self, setup: Setup) -> list[BayInfo]:
        """The bays that fit. A job for any bay takes the plain ones first and leaves the special ones free."""
        if self.bay_kind:
            return [bay for bay in setup.bays if bay.kind == self.bay_kind]
        return sorted(setup.bays, key=lambda bay: bay.kind != "general")

    def wanted(self, setup: Setup) -> Wanted:
        """The same in the ledger's terms."""
        return Wanted(
            work=_minutes(self.demand.work),
            before=_minutes(self.demand.before),
            after=_minutes(self.demand.after),
            bays=[bay.pk for bay in self.bays(setup)],
            skill=self.skill,
            technician=self.technician,
            overnight=self.overnight,
        )


@dataclass(frozen=True)
class Day:
    """One day at the desk. `load` in percent; `next_free` is the first moment any bay has room for something short;
    `offers` are those of the job that was asked for, none without one. A day that is not bookable says why in
    `refusal`, and `next_best` is the first start after it. `is_kept` marks the day a booking already has: it may stay
    there, whatever the calendar says now."""

    date: date
    spans: list[Range]
    load: int
    closed_because: str = ""
    next_free: Offer | None = None
    offers: list[Offer] = field(default_factory=list)
    refusal: Refusal | None = None
    next_best: Offer | None = None
    is_kept: bool = False

    @property
    def is_closed(self) -> bool:
        return not self.spans

    @property
    def is_full(self) -> bool:
        return self.refusal is not None

    @property
    def is_bookable(self) -> bool:
        return self.is_kept or self.refusal is None


def opening_ranges(setup: Setup, day: date) -> list[Range]:
    """The opening spans of a date as moments in UTC. What the clocks leave nothing of is left out."""
    zone = setup.garage.zone
    ranges = [Range(moment(day, opens, zone), moment(day, closes, zone)) for opens, closes in setup.hours_on(day)]
    return [range_ for range_ in ranges if range_.length]


def earliest_start(now: datetime | None = None) -> datetime:
    """From when on a start can be offered: now, rounded up."""
    now = now or timezone.now()
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC)
    return midnight + -(-(now - midnight) // NOW_STEP) * NOW_STEP


def days(
    setup: Setup,
    dates: Sequence[date],
    job: Job | None,
    *,
    ignoring: Booking | None = None,
    but_hold: UUID | None = None,
    source: Source = Source.RECEPTION,
    drop_off: DropOff = DropOff.DROP,
    first_only: bool = False,
) -> list[Day]:
    """These dates, in their order, in at most three queries: what is taken, what is counted where the garage limits
    cars a day, and what is taken later where the last dates have no room and the next best is looked for.

    With a job, each day lists the starts that can be honoured (only the first with `first_only`). `ignoring` leaves one
    booking out of what is taken, `but_hold` one hold: they may move over themselves.
    """
    ordered = sorted(set(dates))
    later = [ordered[-1] + timedelta(days=number + 1) for number in range(LOOK_AHEAD)] if job else []
    limit = limits.read(setup, [*ordered, *later], source=source, drop_off=drop_off, ignoring=ignoring)
    book = Book.read(setup, ordered, job, limit, ignoring=ignoring, but_hold=but_hold)
    known = {day: book.day(day, first_only=first_only) for day in ordered}
    next_best: Offer | None = None
    if known[ordered[-1]].refusal is not None and job is not None:
        next_best = Book.read(setup, later, job, limit, ignoring=ignoring, but_hold=but_hold).first_offer(later)
    for day in reversed(ordered):
        if known[day].refusal is not None:
            known[day] = replace(known[day], next_best=next_best)
        elif known[day].offers:
            next_best = known[day].offers[0]
    return [known[day] for day in dates]


def month(setup: Setup, first: date, job: Job, *, source: Source = Source.RECEPTION) -> list[Day]:
    """Every day of the month that begins on `first`, each with its first start or the reason why there is none."""
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    dates = [first + timedelta(days=number) for number in range((after - first).days)]
    return days(setup, dates, job, source=source, first_only=True)


@dataclass
class Book:
    """The ledger for some dates, and what is asked of it."""

    setup: Setup
    ledger: Ledger
    spans: dict[date, list[Stretch]]
    job: Job | None
    limit: limits.Limits
    not_before: int

    @classmethod
    def read(
        cls,
        setup: Setup,
        dates: Sequence[date],
        job: Job | None,
        limit: limits.Limits,
        *,
        ignoring: Booking | None = None,
        but_hold: UUID | None = None,
    ) -> Book:
        """One query: everything that takes a bay or a technician on these dates, and on those the work goes on to."""
        stays = _longest_day(setup)
        work = _minutes(job.demand.work) if job else 0
        spans: dict[date, list[Stretch]] = {}
        for day in dates:
            spans[day] = _opening(setup, day)
            room, after = 0, day
            while (work > stays or (job and job.overnight)) and work > room and after - day < _CARRY_ON:
                after += timedelta(days=1)
                spans.setdefault(after, _opening(setup, after))
                room += sum(end - start for start, end in spans[after])
        calendar = sorted(spans)
        windows = merged(day_range(day, setup.garage.zone) for day in calendar)
        outages = [
            Task(minute(away.starts_at), minute(away.ends_at), bay.pk, needs_technician=False)
            for bay in setup.bays
            for away in bay.outages
        ]
        ledger = Ledger(
            days=[spans[day] for day in calendar],
            tasks=[*_taken(windows, ignoring=ignoring, but_hold=but_hold), *outages],
            workers=_workers(setup, spans) if setup.garage.technicians_limit and setup.technicians else None,
            overnight_from=stays,
        )
        earliest = earliest_start() + limit.notice
        return cls(setup, ledger, spans, job, limit, minute(earliest))

    def day(self, day: date, *, first_only: bool = False) -> Day:
        setup, spans, bays = self.setup, self.spans[day], [bay.pk for bay in self.setup.bays]
        refusal = self.limit.refusal(day)
        short = Wanted(work=setup.garage.slot_step, bays=bays)
        next_free = None if refusal or first_only else next(self._offers(spans, short), None)
        offers: list[Offer] = []
        if refusal is None and self.job is not None:
            found = self._offers(spans, self.job.wanted(setup))
            offers = [one for one in [next(found, None)] if one] if first_only else list(found)
        if refusal is None and not (offers if self.job else next_free):
            refusal = self._refusal(day, self.job.wanted(setup) if self.job else short)
        return Day(
            date=day,
            spans=[Range(moment_of(start), moment_of(end)) for start, end in spans] if self.limit.is_open(day) else [],
            load=self.ledger.load_percent(spans, bays),
            closed_because=setup.closed_because(day) or "",
            next_free=next_free,
            offers=offers,
            refusal=refusal,
        )

    def first_offer(self, dates: Sequence[date]) -> Offer | None:
        """The first start on these dates."""
        assert self.job is not None
        wanted = self.job.wanted(self.setup)
        found = (self._offers(self.spans[day], wanted) for day in dates if self.limit.refusal(day) is None)
        return next((offer for offers in found for offer in offers), None)

    def look(self, start: datetime, bays: Sequence[int]) -> Chance | Why:
        """Whether the job can begin at `start` in one of `bays`, which are tried in this order."""
        return self.ledger.look(minute(start), self._wanted(bays))

    def look_at(self, start: datetime, end: datetime, bays: Sequence[int]) -> Chance | Why:
        """The same for a job that keeps the time it has, whatever the opening hours say of it."""
        return self.ledger.look_at(minute(start), minute(end), self._wanted(bays))

    def end_of(self, start: datetime) -> datetime:
        """When the work that begins at `start` ends, laid out over the opening hours."""
        pieces = self.ledger.pieces(minute(start), self._wanted(()))
        assert not isinstance(pieces, Why)
        return moment_of(pieces[-1][1])

    def _wanted(self, bays: Sequence[int]) -> Wanted:
        assert self.job is not None
        return replace(self.job.wanted(self.setup), bays=bays)

    def _offers(self, spans: Sequence[Stretch], wanted: Wanted) -> Iterator[Offer]:
        for start in candidates(spans, self.setup.garage.slot_step, self.not_before):
            chance = self.ledger.look(start, wanted)
            if isinstance(chance, Chance):
                yield Offer(moment_of(chance.start), moment_of(chance.end), chance.bays, chance.technicians)

    def _refusal(self, day: date, wanted: Wanted) -> Refusal:
        """What stands in the way of most that day: the last thing that was missing, for any of its starts."""
        spans = self.spans[day]
        looks = {
            self.ledger.look(start, wanted) for start in candidates(spans, self.setup.garage.slot_step, self.not_before)
        }
        opening = Range(moment_of(spans[0][0]), moment_of(spans[-1][1]))
        return refusal_of_day(self.setup, day, opening, looks, wanted)


def drop_off_before(setup: Setup, offer: Offer) -> datetime | None:
    """When the car may be left the evening before, so that work begins as the garage opens: the end of the last open
    day, if that is still to come. None for starts later in a day."""
    day = offer.start.astimezone(setup.garage.zone).date()
    opening = opening_ranges(setup, day)
    if not opening or opening[0].start != offer.start:
        return None
    for number in range(1, 8):
        before = opening_ranges(setup, day - timedelta(days=number))
        if before:
            evening = before[-1].end - timedelta(minutes=setup.garage.slot_step)
            return evening if evening > timezone.now() else None
    return None


def work_between(setup: Setup, start: datetime, end: datetime) -> timedelta:
    """The opening time from `start` to `end`."""
    return timedelta(minutes=sum(last - first for first, last in _pieces_between(setup, start, end)))


def is_there(setup: Setup, technician: int, start: datetime, end: datetime) -> bool:
    """Whether a technician's shifts and absences let them work whenever the garage is open from `start` to `end`."""
    pieces = _pieces_between(setup, start, end)
    spans = {day: _opening(setup, day) for day in _dates_between(setup, start, end)}
    there = next((Stretches(one.there) for one in _workers(setup, spans) if one.pk == technician), Stretches())
    return all(there.covers(*piece) for piece in pieces)


def _pieces_between(setup: Setup, start: datetime, end: datetime) -> list[Stretch]:
    first, last = minute(start), minute(end)
    return [
        (max(first, opens), min(last, closes))
        for day in _dates_between(setup, start, end)
        for opens, closes in _opening(setup, day)
        if max(first, opens) < min(last, closes)
    ]


def _dates_between(setup: Setup, start: datetime, end: datetime) -> list[date]:
    first, last = start.astimezone(setup.garage.zone).date(), end.astimezone(setup.garage.zone).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def candidates(spans: Iterable[Stretch], step: int, not_before: int) -> Iterator[int]:
    """The starts to look at: the grid that begins with each span, and `not_before` itself, so that somebody standing
    at the counter is offered now and not the next half hour."""
    for opens, closes in spans:
        if opens < not_before < closes and (not_before - opens) % step:
            yield not_before
        yield from range(max(opens, opens + -(-(not_before - opens) // step) * step), closes, step)


def minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


def moment_of(at: int) -> datetime:
    return datetime.fromtimestamp(at * 60, UTC)


def _minutes(length: timedelta) -> int:
    return -(-length // timedelta(minutes=1))


def _opening(setup: Setup, day: date) -> list[Stretch]:
    return [(minute(span.start), minute(span.end)) for span in opening_ranges(setup, day)]


def _longest_day(setup: Setup) -> int:
    """The most minutes the garage works on any day of the week."""
    return max(
        (
            sum((closes.hour - opens.hour) * 60 + closes.minute - opens.minute for opens, closes in spans)
            for spans in setup.hours.values()
        ),
        default=0,
    )


def _workers(setup: Setup, spans: Mapping[date, Sequence[Stretch]]) -> list[Worker]:
    zone = setup.garage.zone
    always = [stretch for day in sorted(spans) for stretch in spans[day]]
    workers = []
    for technician in setup.technicians:
        there: Sequence[Stretch] = always
        if technician.shifts:
            there = [
                (max(opens, begins), min(closes, ends))
                for day, opening in spans.items()
                for first, last in technician.shifts.get(day.weekday(), [])
                for begins, ends in [(minute(moment(day, first, zone)), minute(moment(day, last, zone)))]
                for opens, closes in opening
                if max(opens, begins) < min(closes, ends)
            ]
        if technician.absences:
            away = Stretches((minute(one.starts_at), minute(one.ends_at)) for one in technician.absences)
            there = list(Stretches(there).without(away))
        workers.append(Worker(technician.pk, technician.skills, there))
    return workers


class _Minute(Func):
    """A moment as whole minutes since 1970."""

    output_field = IntegerField()

    def __init__(self, moment: str, *, up: bool = False) -> None:
        rounding = "ceil" if up else "floor"
        super().__init__(F(moment), template=f"{rounding}(extract(epoch from %(expressions)s) / 60)::int")


def taken_by_bay(setup: Setup, windows: Iterable[Range]) -> dict[int, list[Range]]:
    """What each bay is taken for within the windows, holds and outages included: one query."""
    taken: dict[int, list[Range]] = {
        bay.pk: [Range(away.starts_at, away.ends_at) for away in bay.outages] for bay in setup.bays
    }
    for task in _taken(merged(windows), ignoring=None, but_hold=None):
        if task.bay is not None:
            taken.setdefault(task.bay, []).append(Range(moment_of(task.start), moment_of(task.end)))
    return taken


def _taken(windows: Sequence[Range], *, ignoring: Booking | None, but_hold: UUID | None) -> list[Task]:
    """Bookings and holds within the windows: one query."""
    near = reduce(or_, (Q(held_until__gt=span.start, held_from__lt=span.end) for span in windows))
    columns = _Minute("held_from"), _Minute("held_until", up=True), "bay_id", "skill_id", "technician_id"
    booked = Booking.objects.holding_capacity().filter(near)
    if ignoring is not None and ignoring.pk:
        booked = booked.exclude(pk=ignoring.pk)
    held = SlotHold.objects.alive().filter(near)
    if but_hold is not None:
        held = held.exclude(public_id=but_hold)
    rows = booked.order_by().values_list(*columns).union(held.order_by().values_list(*columns), all=True)
    return [Task(*row) for row in rows]
