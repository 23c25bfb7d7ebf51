"""Slot arithmetic: pure functions on half-open time ranges. No database, no clock.

Every moment here is aware and in UTC: Python adds to a moment of another zone by its wall clock, which is an hour out
on the days the clocks change. `moment` is the one place where a wall-clock time becomes a moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo


@dataclass(frozen=True, order=True, slots=True)
class Range:
    """From `start` up to, and not including, `end`."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return max(self.end - self.start, timedelta())

    def contains(self, other: Range) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Range) -> bool:
        return self.start < other.end and other.start < self.end

    def clipped(self, other: Range) -> Range:
        """The part of this range inside the other; of length zero when they do not meet."""
        return Range(max(self.start, other.start), min(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Demand:
    """What a booking takes: time of work, and time its bay is kept free before and after."""

    work: timedelta
    before: timedelta = timedelta()
    after: timedelta = timedelta()

    def worked(self, start: datetime) -> Range:
        return Range(start, start + self.work)

    def held(self, start: datetime) -> Range:
        """What the bay is taken for when the customer comes at `start`."""
        return Range(start - self.before, start + self.work + self.after)


@dataclass(frozen=True, slots=True)
class Offer:
    """A start that can be honoured, when the work would be ready, and the keys of the bays and of the technicians that
    could take it, best first."""

    start: datetime
    end: datetime
    bays: tuple[int, ...]
    technicians: tuple[int, ...] = ()


def moment(day: date, wall: time, zone: tzinfo) -> datetime:
    """The moment a wall clock in `zone` shows `wall` on `day`, in UTC.

    A time that the clocks skip is read as if they had not been changed yet, so it falls an hour later on the new
    clock; of a time that comes twice, the first is meant.
    """
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)


def day_range(day: date, zone: ZoneInfo) -> Range:
    """The day from midnight to midnight in `zone`: 23, 24 or 25 hours."""
    return Range(moment(day, time.min, zone), moment(day + timedelta(days=1), time.min, zone))


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The same time in as few ranges as possible, in order; ranges that touch become one."""
    result: list[Range] = []
    for range_ in sorted(ranges):
        if result and range_.start <= result[-1].end:
            result[-1] = Range(result[-1].start, max(result[-1].end, range_.end))
        else:
            result.append(range_)
    return result


def load_percent(spans: Iterable[Range], bays: Iterable[int], taken: Mapping[int, Sequence[Range]]) -> int:
    """How much of the opening time of these bays is taken, 0 to 100. Overlaps with closed time do not count."""
    spans, bays = list(spans), list(bays)
    open_time = sum((span.length for span in spans), timedelta()) * len(bays)
    if not open_time:
        return 0
    used = sum(
        (range_.clipped(span).length for bay in bays for range_ in taken.get(bay, ()) for span in spans), timedelta()
    )
    return min(100, round(100 * used / open_time))
