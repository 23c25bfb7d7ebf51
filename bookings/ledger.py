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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, combinations
from typing import Final

from bookings.stretches import Stretch, Stretches

# More jobs of one kind at one moment than any garage has.
_MANY: Final = 0xFFFF


class Why(StrEnum):
    """Why a start cannot be honoured."""

    CLOSED = "closed"
    TOO_LONG = "too_long"
    BAYS = "bays"
    TECHNICIANS = "technicians"


@dataclass(frozen=True, slots=True)
class Taken:
    """Time that is taken already, by everything that takes the same: bookings, holds, a bay out of service. `skill`
    None is work anybody can do, `technician` None work nobody was named for. Only what `needs_technician` asks for one
    at all."""

    stretches: Sequence[Stretch]
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
    """A job to find a start for: minutes of work, minutes kept free before and after, bays that fit (best first; None
    where it needs none), the skill or the very technician it needs, and whether it may go on over night however short
    it is."""

    work: int
    bays: Sequence[int] | None
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


@dataclass
class Ledger:
    """Opening time and all that is taken of it. `days` are the opening spans of consecutive dates, in order; `workers`
    is None where technicians do not limit what is promised; work longer than `overnight_from` minutes may go on over
    night."""

    days: Sequence[Sequence[Stretch]]
    taken: Sequence[Taken]
    workers: Sequence[Worker] | None = None
    overnight_from: int = 24 * 60
    _short: dict[tuple[int | None, int | None], Stretches] = field(default_factory=dict)

    def look(self, start: int, wanted: Wanted) -> Chance | Why:
        """Whether `wanted` can begin at `start`, and if not, why not."""
        return next(look for _start, look in self.looks([start], wanted))

    def looks(self, starts: Iterable[int], wanted: Wanted) -> Iterator[tuple[int, Chance | Why]]:
        """Each of these starts, which come in order, and whether `wanted` can begin there. As long as no bay can be
        free yet, none is looked for again."""
        taken_until = 0
        for start in starts:
            look: Chance | Why
            pieces = self.pieces(start, wanted)
            if isinstance(pieces, Why):
                look = pieces
            elif start < taken_until:
                look = Why.BAYS
            else:
                look = self._room(start, pieces[-1][1], pieces, wanted)
                if look == Why.BAYS:
                    taken_until = self._taken_until(start, wanted)
            yield start, look

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
        while at < len(self._spans):
            opens, closes, day = self._spans[at]
            if stays and day != first_day:
                break
            at += 1
            begin = max(opens, start)
            pieces.append((begin, min(closes, begin + left)))
            left -= pieces[-1][1] - begin
            if not left:
                return pieces
        return Why.TOO_LONG

    def _room(self, start: int, end: int, pieces: Sequence[Stretch], wanted: Wanted) -> Chance | Why:
        held = start - wanted.before, end + wanted.after
        bays = () if wanted.bays is None else self._free_bays(wanted.bays, *held)
        if wanted.bays is not None and not bays:
            return Why.BAYS
        if self.workers is None:
            return Chance(start, end, bays, ())
        able = self._able(wanted, pieces)
        if self.short_of(wanted).meets(*held) or (wanted.technician is not None and not able):
            return Why.TECHNICIANS
        return Chance(start, end, bays, able)

    def _free_bays(self, bays: Sequence[int], start: int, end: int) -> tuple[int, ...]:
        """Those that nothing takes in this time; `Stretches.meets` written out, as this is asked most of all."""
        free = []
        for bay in bays:
            taken = self.bays[bay]
            at = bisect_right(taken.ends, start)
            if at == len(taken.starts) or taken.starts[at] >= end:
                free.append(bay)
        return tuple(free)

    def _taken_until(self, start: int, wanted: Wanted) -> int:
        """The first start after `start` at which one of the bays, none of which it can have, might be free."""
        held_from = start - wanted.before
        ends = (self.bays[bay].ends for bay in wanted.bays or ())
        return min((ends[bisect_right(ends, held_from)] + wanted.before for ends in ends), default=start + 1)

    def short_of(self, wanted: Wanted) -> Stretches:
        """The opening time in which one more such job would find no technician."""
        key = wanted.skill, wanted.technician
        if key not in self._short:
            self._short[key] = Stretches(self._sweep(*key))
        return self._short[key]

    def lacks_hands(self, start: int, end: int, wanted: Wanted | None = None) -> bool:
        """Whether what is taken finds fewer technicians than it needs at some moment between these; with `wanted`,
        whether that job would."""
        if self.workers is None:
            return False
        if wanted is None:
            return self._overfull.meets(start, end)
        return self.look_at(start, end, replace(wanted, bays=None)) == Why.TECHNICIANS

    def load_percent(self, day: Sequence[Stretch], bays: Sequence[int]) -> int:
        """How much of a day's opening time of these bays is taken, 0 to 100."""
        open_time = sum(end - start for start, end in day) * len(bays)
        if not open_time:
            return 0
        return min(100, round(100 * sum(self.bays[bay].minutes_in(*span) for bay in bays for span in day) / open_time))

    @cached_property
    def _spans(self) -> list[tuple[int, int, int]]:
        return [(start, end, number) for number, day in enumerate(self.days) for start, end in day]

    @cached_property
    def _span_ends(self) -> list[int]:
        return [end for _start, end, _day in self._spans]

    @cached_property
    def bays(self) -> Mapping[int, Stretches]:
        """When each is taken."""
        return self._by(lambda taken: taken.bay)

    @cached_property
    def _free(self) -> dict[int, Stretches]:
        """When each technician is there and not named for something."""
        busy = self._by(lambda taken: taken.technician)
        return {worker.pk: Stretches(worker.there).without(busy[worker.pk]) for worker in self.workers or ()}

    def _by(self, owner: Callable[[Taken], int | None]) -> Mapping[int, Stretches]:
        """What is taken of each owner's time."""
        stretches: dict[int, list[Stretch]] = defaultdict(list)
        for taken in self.taken:
            if (key := owner(taken)) is not None:
                stretches[key].extend(taken.stretches)
        return defaultdict(Stretches, {key: Stretches(own) for key, own in stretches.items()})

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

    @cached_property
    def _overfull(self) -> Stretches:
        """The opening time in which even what is taken finds no technicians."""
        return Stretches(self._sweep(None, None, more=0))

    def _sweep(self, skill: int | None, technician: int | None, *, more: int = 1) -> Iterator[Stretch]:
        """Walk through opening time and stop wherever technicians come, go, or are wanted, by so many jobs `more`.

        `technician` is the one who would do it: then it is the other jobs that must find somebody without them.
        """
        there = self._everybody & ~self._bits.get(technician, 0) if technician is not None else self._everybody
        known: dict[int, bool] = {}
        since: int | None = None
        for at, state in self._states:
            short = known.get(state)
            if short is None:
                jobs = Counter({kind: state >> place & _MANY for kind, place in self._places.items()})
                jobs[skill] += more if technician is None else 0
                short = bool(state & self._is_open) and not is_enough(state & there, jobs, self._skilled)
                known[state] = short
            if short and since is None:
                since = at
            elif not short and since is not None:
                yield since, at
                since = None

    @cached_property
    def _states(self) -> list[tuple[int, int]]:
        """Who is there, whether it is open, and what is to be done without somebody named for it, from each moment at
        which one of these changes. A state is one number: a bit for each technician, one for open, and a field in which
        the jobs of each kind are counted; so a change is an addition, and equal states are found again."""
        changes: dict[int, int] = defaultdict(int)

        def add(stretches: Iterable[Stretch], size: int) -> None:
            for start, end in stretches:
                changes[start] += size
                changes[end] -= size

        add((span[:2] for span in self._spans), self._is_open)
        for pk, free in self._free.items():
            add(free, self._bits[pk])
        for taken in self._unnamed:
            add(taken.stretches, 1 << self._places[taken.skill])
        moments = sorted(changes)
        return list(zip(moments, accumulate(map(changes.__getitem__, moments)), strict=True))

    @cached_property
    def _unnamed(self) -> list[Taken]:
        return [taken for taken in self.taken if taken.needs_technician and taken.technician is None]

    @cached_property
    def _bits(self) -> dict[int, int]:
        return {worker.pk: 1 << number for number, worker in enumerate(self.workers or ())}

    @cached_property
    def _everybody(self) -> int:
        return (1 << len(self._bits)) - 1

    @cached_property
    def _is_open(self) -> int:
        return 1 << len(self._bits)

    @cached_property
    def _places(self) -> dict[int | None, int]:
        """Where in a state the jobs of each kind are counted."""
        kinds = dict.fromkeys(taken.skill for taken in self._unnamed)
        return {kind: len(self._bits) + 1 + number * _MANY.bit_length() for number, kind in enumerate(kinds)}

    @cached_property
    def _skilled(self) -> dict[int | None, int]:
        """The technicians with each skill, as bits of a number; None is no skill at all, which all have."""
        skilled: dict[int | None, int] = defaultdict(int, {None: self._everybody})
        for worker in self.workers or ():
            for skill in worker.skills:
                skilled[skill] |= self._bits[worker.pk]
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
