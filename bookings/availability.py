"""What the garage can still promise: the ledger of `bookings.ledger`, filled from setup and database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Final
from uuid import UUID

from django.utils import timezone

from bookings import limits
from bookings.enums import DropOff, Source
from bookings.hours import candidates, crew, longest_day, minute, moment_of, spans_on, whole_minutes
from bookings.jobs import Job
from bookings.ledger import Chance, Ledger, Taken, Wanted, Why
from bookings.models import Booking
from bookings.refusals import Refusal, refusal_of_day
from bookings.slots import Offer, Range, day_range
from bookings.stretches import Stretch
from bookings.taken import read_taken
from garages.enums import BayKind
from garages.setup import Setup

# A start "now" is rounded up to this, so that the desk reads 10:35 and not 10:32.
NOW_STEP = timedelta(minutes=5)
# How far the next possible start is looked for behind the days asked for.
LOOK_AHEAD: Final = 14
# Work goes on in the next opening span; this far at most.
_CARRY_ON: Final = timedelta(days=60)


@dataclass(frozen=True)
class Day:
    """One day at the desk. `load` in percent; `next_free` is the first moment any bay has room for something short;
    `offers` are those of the job that was asked for, none without one. A day that is not bookable says why in
    `refusal`, and `next_best` is the first start after it. `is_kept` marks the day a booking already has: it may stay
    there, whatever the calendar says now. Where only the first start was asked for, `load` and `next_free` are not
    counted."""

    date: date
    spans: list[Range]
    load: int
    closed_because: str = ""
    notes: Sequence[str] = ()
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
    drop_off: DropOff | None = None,
    first_only: bool = False,
    look_ahead: int = LOOK_AHEAD,
) -> list[Day]:
    """These dates, in their order, in at most three queries: what is taken, what is counted where the garage limits
    cars a day, and what is taken later where the last dates have no room and the next best is looked for, up to
    `look_ahead` days after them. `drop_off` is how the car is left, as that may be limited too.

    With a job, each day lists the starts that can be honoured (only the first with `first_only`, and where customers
    choose a day and not a time). `ignoring` leaves one
    booking out of what is taken, `but_hold` one hold: they may move over themselves.
    """
    ordered = sorted(set(dates))
    later = [ordered[-1] + timedelta(days=number + 1) for number in range(look_ahead)] if job else []
    limit = limits.read(setup, [*ordered, *later], source=source, drop_off=drop_off, ignoring=ignoring)
    book = Book.read(setup, ordered, job, limit, ignoring=ignoring, but_hold=but_hold)
    known = {day: book.day(day, first_only=first_only) for day in ordered}
    next_best: Offer | None = None
    if known[ordered[-1]].refusal is not None and later:
        next_best = Book.read(setup, later, job, limit, ignoring=ignoring, but_hold=but_hold).first_offer(later)
    for day in reversed(ordered):
        if known[day].refusal is not None:
            known[day] = replace(known[day], next_best=next_best)
        elif known[day].offers:
            next_best = known[day].offers[0]
    return [known[day] for day in dates]


def month(setup: Setup, first: date, job: Job, *, source: Source = Source.RECEPTION) -> list[Day]:
    """Every day of the month that begins on `first`, each with its first start or the reason why there is none, and
    then the next best within the month."""
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    dates = [first + timedelta(days=number) for number in range((after - first).days)]
    return days(setup, dates, job, source=source, first_only=True, look_ahead=0)


def plan(setup: Setup, jobs: Sequence[Job], *, not_before: datetime, drop_off: DropOff) -> list[Offer | None]:
    """A start for each of several jobs that come together: the first that is left when those before it have theirs,
    from `not_before` on; None when LOOK_AHEAD days have none. Two queries at most."""
    day = not_before.astimezone(setup.garage.zone).date()
    dates = [day + timedelta(days=number) for number in range(LOOK_AHEAD)]
    longest = max(jobs, key=lambda job: (job.overnight, job.demand.work))
    book = Book.read(setup, dates, longest, limits.read(setup, dates, drop_off=drop_off))
    book.not_before = max(book.not_before, minute(not_before))
    found: list[Offer | None] = []
    for job in jobs:
        book = replace(book, job=job)
        offer = book.first_offer(dates)
        if offer is not None:
            book.take(offer)
        found.append(offer)
    return found


def further_times(
    setup: Setup, day: date, job: Job, *, but_allocation: UUID | None = None, most: int = LOOK_AHEAD
) -> list[Offer]:
    """The first starts from a day on for more work on a car that comes anyway, so that no limit counts it: one query.
    `but_allocation` may move over itself."""
    dates = [day + timedelta(days=number) for number in range(LOOK_AHEAD)]
    book = Book.read(setup, dates, job, limits.Limits(setup), but_allocation=but_allocation)
    return list(islice((offer for one in dates for offer in book.starts(one)), most))


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
        but_allocation: UUID | None = None,
    ) -> Book:
        """One query: everything that takes a bay or a technician on these dates, and on those the work goes on to."""
        stays = longest_day(setup)
        work = whole_minutes(job.demand.work) if job else 0
        spans: dict[date, list[Stretch]] = {}
        for day in dates:
            spans[day] = spans_on(setup, day)
            room, after = 0, day
            while (work > stays or (job and job.overnight)) and work > room and after - day < _CARRY_ON:
                after += timedelta(days=1)
                spans.setdefault(after, spans_on(setup, after))
                room += sum(end - start for start, end in spans[after])
        calendar = sorted(spans)
        windows = (day_range(day, setup.garage.zone) for day in calendar)
        outages = [
            Taken([(minute(away.starts_at), minute(away.ends_at))], bay.pk, needs_technician=False)
            for bay in setup.bays
            for away in bay.outages
        ]
        ledger = Ledger(
            days=[spans[day] for day in calendar],
            taken=[
                *read_taken(setup, windows, ignoring=ignoring, but_hold=but_hold, but_allocation=but_allocation),
                *outages,
            ],
            workers=crew(setup, spans) if setup.garage.technicians_limit and setup.technicians else None,
            overnight_from=stays,
        )
        earliest = earliest_start() + limit.notice
        return cls(setup, ledger, spans, job, limit, minute(earliest))

    def day(self, day: date, *, first_only: bool = False) -> Day:
        spans, bays = self.spans[day], [bay.pk for bay in self.setup.bays]
        refusal = self.limit.refusal(day)
        short = Wanted(work=self.setup.garage.slot_step, bays=bays)
        seen: dict[int, Chance | Why] = {}
        next_free = None if refusal or first_only else next(self._offers(spans, short, {} if self.job else seen), None)
        offers: list[Offer] = []
        if refusal is None and self.job is not None:
            found = self._offers(spans, self.wanted, seen)
            offers = list(islice(found, 1)) if first_only or self.setup.garage.day_only else list(found)
        if refusal is None and not (offers if self.job else next_free):
            refusal = self._refusal(day, self.wanted if self.job else short, seen)
        return Day(
            date=day,
            spans=[Range(moment_of(start), moment_of(end)) for start, end in spans] if self.limit.is_open(day) else [],
            load=0 if first_only else self.ledger.load_percent(spans, bays),
            closed_because=self.setup.closed_because(day) or "",
            notes=[note.text for note in self.setup.notes.get(day, ())],
            next_free=next_free,
            offers=offers,
            refusal=refusal,
        )

    def starts(self, day: date) -> Iterator[Offer]:
        """Every start of a day, whatever the limits say of it."""
        return self._offers(self.spans[day], self.wanted, {})

    def first_offer(self, dates: Sequence[date]) -> Offer | None:
        """The first start on these dates."""
        found = (self.starts(day) for day in dates if self.limit.refusal(day) is None)
        return next((offer for offers in found for offer in offers), None)

    def take(self, offer: Offer) -> None:
        """Count the job as begun at this start of its own, in the first of the bays that could have it."""
        assert self.job is not None
        demand = self.job.demand
        held = minute(offer.start - demand.before), minute(offer.end + demand.after)
        one = Taken([held], offer.bays[0], self.job.skill, self.job.technician)
        known = self.ledger
        self.ledger = Ledger(known.days, [*known.taken, one], known.workers, known.overnight_from)
        self.limit.expect(offer.start)

    @cached_property
    def wanted(self) -> Wanted:
        """The job in the ledger's terms."""
        assert self.job is not None
        return self.job.wanted(self.setup)

    def look(self, start: datetime, bays: Sequence[int] | None) -> Chance | Why:
        """Whether the job can begin at `start` in one of `bays`, which are tried in this order, or without any."""
        return self.ledger.look(minute(start), replace(self.wanted, bays=bays))

    def look_at(self, start: datetime, end: datetime, bays: Sequence[int] | None) -> Chance | Why:
        """The same for a job that keeps the time it has, whatever the opening hours say of it."""
        return self.ledger.look_at(minute(start), minute(end), replace(self.wanted, bays=bays))

    def snug(self, bays: Sequence[int], start: datetime, end: datetime) -> list[int]:
        """These bays with the one that is left idle least first (CAL-3); plain ones stay before special ones, equals in
        their order."""
        begin, finish = minute(start), minute(end)
        opening = next((one for one in self.spans.values() if one and one[0][0] <= begin < one[-1][1]), None)
        within = (opening[0][0], opening[-1][1]) if opening else (begin, finish)
        special = {bay.pk for bay in self.setup.bays if bay.kind != BayKind.GENERAL}
        idle = {bay: self.ledger.bays[bay].idle_beside(begin, finish, within) for bay in bays}
        return sorted(bays, key=lambda bay: (bay in special, idle[bay]))

    def end_of(self, start: datetime) -> datetime:
        """When the work that begins at `start` ends, laid out over the opening hours."""
        pieces = self.ledger.pieces(minute(start), self.wanted)
        assert not isinstance(pieces, Why)
        return moment_of(pieces[-1][1])

    def _offers(self, spans: Sequence[Stretch], wanted: Wanted, seen: dict[int, Chance | Why]) -> Iterator[Offer]:
        """The starts that can be honoured; what was looked at is `seen`."""
        busy = self.limit.busy
        starts = candidates(spans, self.setup.garage.slot_step, self.not_before)
        possible = (start for start in starts if not busy.meets(start, start + 1)) if busy.starts else starts
        for start, chance in self.ledger.looks(possible, wanted):
            seen[start] = chance
            if isinstance(chance, Chance):
                yield Offer(moment_of(chance.start), moment_of(chance.end), chance.bays, chance.technicians)

    def _refusal(self, day: date, wanted: Wanted, seen: Mapping[int, Chance | Why]) -> Refusal:
        """What stands in the way of most that day: the last thing that was missing, for any of its starts."""
        spans = self.spans[day]
        looks = {
            seen.get(start) or self.ledger.look(start, wanted)
            for start in candidates(spans, self.setup.garage.slot_step, self.not_before)
        }
        if any(isinstance(look, Chance) for look in looks):
            return self.limit.refusal_at_busy
        opening = Range(moment_of(spans[0][0]), moment_of(spans[-1][1]))
        return refusal_of_day(self.setup, day, opening, looks, wanted)
