"""What a garage can still promise: pure arithmetic. No database, no clock, no zone.

Moments are whole minutes since 1970 in UTC, stretches of time are half-open: thousands of them are compared for a
month of availability, and whole numbers are compared fastest. `bookings.availability` translates.

The rules:

- Work begins inside an opening span and goes on in the next one: over lunch always, over night only when it is longer
  than any day. The bay is taken from drop-off to the end, nights included, and for the buffers around it: the car
  stands in it.
- A technician is needed while the bay is held in opening time. Who does a job may stay open; what counts is that at
  every moment the open jobs can be shared out among the technicians who are there, free, and have the skill. By Hall's
  theorem that is so when every group of jobs finds as many technicians as it has jobs. It is asked moment by moment:
  should no single technician fit the whole of a job, it can still be handed over in between.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import combinations, groupby
from typing import TypeAlias

Stretch: TypeAlias = tuple[int, int]


class Why(StrEnum):
    """Why a start cannot be honoured."""

    CLOSED = "closed"
    TOO_LONG = "too_long"
    BAYS = "bays"
    TECHNICIANS = "technicians"


@dataclass(frozen=True, slots=True)
class Task:
    """What takes capacity already: a booking, a hold, a bay out of service. `skill` None is work anybody can do,
    `technician` None work nobody was named for. Only what `needs_technician` asks for one at all."""

    start: int
    end: int
    bay: int | None = None
    skill: int | None = None
    technician: int | None = None
    needs_technician: bool = True


@dataclass(frozen=True, slots=True)
class Worker:
    """A technician, and when they are there."""

    pk: int
    skills: frozenset[int]
    there: Sequence[Stretch]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job to find a start for: minutes of work, minutes kept free before and after, bays that fit (best first), the
    skill or the very technician it needs, and whether it may go on over night however short it is."""

    work: int
    bays: Sequence[int]
    before: int = 0
    after: int = 0
    skill: int | None = None
    technician: int | None = None
    overnight: bool = False


@dataclass(frozen=True, slots=True)
class Chance:
    """A start that can be honoured: when the work ends, the bays that could take it, and the technicians who could do
    all of it, both best first. No technician means that it has to be handed over, or that none is needed."""

    start: int
    end: int
    bays: tuple[int, ...]
    technicians: tuple[int, ...]


class Stretches:
    """Stretches of time without overlaps, in order."""

    __slots__ = ("ends", "starts")

    def __init__(self, stretches: Iterable[Stretch] = ()) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in sorted(stretches):
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
            elif start < end:
                self.starts.append(start)
                self.ends.append(end)

    def __iter__(self) -> Iterator[Stretch]:
        return zip(self.starts, self.ends, strict=True)

    def meets(self, start: int, end: int) -> bool:
        """Whether some of the time from `start` to `end` is in here."""
        at = bisect_right(self.ends, start)
        return at < len(self.starts) and self.starts[at] < end

    def covers(self, start: int, end: int) -> bool:
        """Whether all of it is."""
        at = bisect_right(self.ends, start)
        return at < len(self.starts) and self.starts[at] <= start and self.ends[at] >= end

    def minutes_in(self, start: int, end: int) -> int:
        """How much of it is."""
        at, minutes = bisect_right(self.ends, start), 0
        while at < len(self.starts) and self.starts[at] < end:
            minutes += min(self.ends[at], end) - max(self.starts[at], start)
            at += 1
        return minutes

    def edges(self, size: int) -> Iterator[tuple[int, int]]:
        """Where they begin and end, with `size` and `-size`."""
        for start, end in self:
            yield start, size
            yield end, -size

    def without(self, other: Stretches) -> Stretches:
        """What is left when the other's time is cut out."""
        left = []
        for start, end in self:
            at, begin = bisect_right(other.ends, start), start
            while at < len(other.starts) and other.starts[at] < end:
                left.append((begin, other.starts[at]))
                begin = other.ends[at]
                at += 1
            left.append((begin, end))
        return Stretches(stretch for stretch in left if stretch[0] < stretch[1])


@dataclass
class Ledger:
    """Opening time and all that is taken of it. `days` are the opening spans of consecutive dates, in order; `workers`
    is None where technicians do not limit what is promised; work longer than `overnight_from` minutes may go on over
    night."""

    days: Sequence[Sequence[Stretch]]
    tasks: Sequence[Task]
    workers: Sequence[Worker] | None = None
    overnight_from: int = 24 * 60
    _short: dict[tuple[int | None, int | None], Stretches] = field(default_factory=dict)

    def look(self, start: int, wanted: Wanted) -> Chance | Why:
        """Whether `wanted` can begin at `start`, and if not, why not."""
        pieces = self.pieces(start, wanted)
        return pieces if isinstance(pieces, Why) else self._room(start, pieces[-1][1], pieces, wanted)

    def look_at(self, start: int, end: int, wanted: Wanted) -> Chance | Why:
        """The same for a job that keeps the time it has, whatever the opening hours say of it."""
        inside = [(max(start, opens), min(end, closes)) for opens, closes, _day in self._spans]
        return self._room(start, end, [piece for piece in inside if piece[0] < piece[1]], wanted)

    def pieces(self, start: int, wanted: Wanted) -> list[Stretch] | Why:
        """The stretches in which work that begins at `start` is done."""
        at = bisect_right(self._span_ends, start)
        if at == len(self._spans) or self._spans[at][0] > start:
            return Why.CLOSED
        stays, first_day = not wanted.overnight and wanted.work <= self.overnight_from, self._spans[at][2]
        left, pieces = wanted.work, []
        for opens, closes, day in self._spans[at:]:
            if stays and day != first_day:
                break
            begin = max(opens, start)
            pieces.append((begin, min(closes, begin + left)))
            left -= pieces[-1][1] - begin
            if not left:
                return pieces
        return Why.TOO_LONG

    def _room(self, start: int, end: int, pieces: Sequence[Stretch], wanted: Wanted) -> Chance | Why:
        held = start - wanted.before, end + wanted.after
        bays = tuple(bay for bay in wanted.bays if not self._bays[bay].meets(*held))
        if not bays:
            return Why.BAYS
        if self.workers is None:
            return Chance(start, end, bays, ())
        able = self._able(wanted, pieces)
        if self.short_of(wanted).meets(*held) or (wanted.technician is not None and not able):
            return Why.TECHNICIANS
        return Chance(start, end, bays, able)

    def short_of(self, wanted: Wanted) -> Stretches:
        """The opening time in which one more such job would find no technician."""
        key = wanted.skill, wanted.technician
        if key not in self._short:
            self._short[key] = Stretches(self._sweep(*key))
        return self._short[key]

    def load_percent(self, day: Sequence[Stretch], bays: Sequence[int]) -> int:
        """How much of a day's opening time of these bays is taken, 0 to 100."""
        open_time = sum(end - start for start, end in day) * len(bays)
        if not open_time:
            return 0
        return min(100, round(100 * sum(self._bays[bay].minutes_in(*span) for bay in bays for span in day) / open_time))

    @cached_property
    def _spans(self) -> list[tuple[int, int, int]]:
        return [(start, end, number) for number, day in enumerate(self.days) for start, end in day]

    @cached_property
    def _span_ends(self) -> list[int]:
        return [end for _start, end, _day in self._spans]

    @cached_property
    def _bays(self) -> Mapping[int, Stretches]:
        taken: dict[int, list[Stretch]] = defaultdict(list)
        for task in self.tasks:
            if task.bay is not None:
                taken[task.bay].append((task.start, task.end))
        return defaultdict(Stretches, {bay: Stretches(stretches) for bay, stretches in taken.items()})

    @cached_property
    def _free(self) -> dict[int, Stretches]:
        """When each technician is there and not named for something."""
        busy: dict[int, list[Stretch]] = defaultdict(list)
        for task in self.tasks:
            if task.technician is not None:
                busy[task.technician].append((task.start, task.end))
        return {worker.pk: Stretches(worker.there).without(Stretches(busy[worker.pk])) for worker in self.workers or ()}

    def _able(self, wanted: Wanted, pieces: Sequence[Stretch]) -> tuple[int, ...]:
        """The technicians who could do all of it, the least versatile first: they leave the others for what only the
        others can do."""
        able = []
        for worker in self._by_versatility:
            if wanted.technician not in (None, worker.pk):
                continue
            if wanted.technician is None and wanted.skill is not None and wanted.skill not in worker.skills:
                continue
            free = self._free[worker.pk]
            if all(free.covers(*piece) for piece in pieces):
                able.append(worker.pk)
        return tuple(able)

    @cached_property
    def _by_versatility(self) -> list[Worker]:
        return sorted(self.workers or (), key=lambda worker: len(worker.skills))

    def _sweep(self, skill: int | None, technician: int | None) -> Iterator[Stretch]:
        """Walk through opening time and stop wherever technicians come, go, or are wanted.

        `technician` is the one who would do it: then it is the other jobs that must find somebody without them.
        """
        bits = {worker.pk: 1 << number for number, worker in enumerate(self.workers or ())}
        others = ~bits.get(technician, 0) if technician is not None else ~0
        skilled = self._skilled(bits)
        events: list[tuple[int, int, int | None, int, int]]
        events = [(at, change, None, 0, 0) for pk, free in self._free.items() for at, change in free.edges(bits[pk])]
        events += [(at, 0, None, 0, change) for span in self._spans for at, change in ((span[0], 1), (span[1], -1))]
        for task in self.tasks:
            if task.needs_technician and task.technician is None:
                events += [(task.start, 0, task.skill, 1, 0), (task.end, 0, task.skill, -1, 0)]
        events.sort(key=lambda event: event[0])
        there, is_open = 0, 0
        jobs: Counter[int | None] = Counter() if technician is not None else Counter({skill: 1})
        known: dict[tuple[int, frozenset[tuple[int | None, int]]], bool] = {}
        short_since: int | None = None
        for at, same_moment in groupby(events, key=lambda event: event[0]):
            if short_since is not None:
                yield short_since, at
            for _at, coming, what, more, opening in same_moment:
                there, is_open = there + coming, is_open + opening
                jobs[what] += more
            state = there & others, frozenset(jobs.items())
            if state not in known:
                known[state] = is_enough(state[0], jobs, skilled)
            short_since = at if is_open and not known[state] else None

    def _skilled(self, bits: Mapping[int, int]) -> dict[int | None, int]:
        """The technicians with each skill, as bits of a number; None is no skill at all, which all have."""
        skilled: dict[int | None, int] = defaultdict(int, {None: sum(bits.values())})
        for worker in self.workers or ():
            for skill in worker.skills:
                skilled[skill] |= bits[worker.pk]
        return skilled


def is_enough(there: int, jobs: Mapping[int | None, int], skilled: Mapping[int | None, int]) -> bool:
    """Whether each of the jobs, counted by skill, can have a technician of its own: Hall's condition."""
    wanted = [(skilled.get(skill, 0) & there, count) for skill, count in jobs.items() if count]
    total = sum(count for _able, count in wanted)
    if all(able.bit_count() >= total for able, _count in wanted):
        return True  # even the rarest skill is there often enough for all of them
    for size in range(1, len(wanted) + 1):
        for group in combinations(wanted, size):
            able = 0
            for one, _count in group:
                able |= one
            if able.bit_count() < sum(count for _able, count in group):
                return False
    return True
