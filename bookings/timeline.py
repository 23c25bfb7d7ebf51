"""A day drawn to scale: pure arithmetic on ranges in UTC. No database, no clock.

Lengths are hours that really pass: on a day the clocks change the axis has an hour more or less, and each hour is as
long as any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bookings.slots import Range, day_range, merged, moment

_HOUR: Final = timedelta(hours=1)
_QUARTER: Final = timedelta(minutes=15)
# What a day without hours and without bookings shows.
_PLAIN_DAY: Final = (time(8), time(18))


@dataclass(frozen=True, slots=True)
class Box:
    """Where something stands on an axis, in hours from its start."""

    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A full hour of the wall clock."""

    offset: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Axis:
    """The stretch of one day that is drawn."""

    shown: Range
    zone: ZoneInfo

    @classmethod
    def around(cls, day: date, zone: ZoneInfo, ranges: Iterable[Range]) -> Axis:
        """From the full hour before what begins first on this day to the full hour after what ends last on it."""
        whole = day_range(day, zone)
        edges = [
            edge for range_ in ranges for edge in (range_.start, range_.end) if whole.start <= edge <= whole.end
        ] or [moment(day, wall, zone) for wall in _PLAIN_DAY]
        start, end = _full_hour(min(edges), zone), max(edges)
        if end != _full_hour(end, zone):
            end = _full_hour(end, zone) + _HOUR
        return cls(Range(start, min(max(end, start + _HOUR), whole.end)), zone)

    @property
    def hours(self) -> float:
        return self.shown.length / _HOUR

    @property
    def ticks(self) -> list[Tick]:
        quarters = (self.shown.start + number * _QUARTER for number in range(int(self.shown.length / _QUARTER)))
        return [Tick(self.offset(at), at) for at in quarters if at.astimezone(self.zone).minute == 0]

    def offset(self, at: datetime) -> float:
        """Hours from the start of the axis; negative before it."""
        return (at - self.shown.start) / _HOUR

    def box(self, range_: Range) -> Box | None:
        """The part of the range that can be seen, or None."""
        seen = range_.clipped(self.shown)
        return Box(self.offset(seen.start), seen.length / _HOUR) if seen.length else None


def _full_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """The last full hour of the wall clock, `at` itself included."""
    wall = at.astimezone(zone)
    return at - timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)


def without(range_: Range, taken: Iterable[Range]) -> list[Range]:
    """What is left of the range when all that is taken is cut out."""
    left, start = [], range_.start
    for one in merged(taken):
        if one.end <= start:
            continue
        if one.start >= range_.end:
            break
        if one.start > start:
            left.append(Range(start, one.start))
        start = one.end
    if start < range_.end:
        left.append(Range(start, range_.end))
    return left


def side_by_side(ranges: Sequence[Range]) -> list[tuple[int, int]]:
    """For each of these ranges, which are in order, its column and how many columns its neighbourhood needs."""
    columns: list[int] = []
    result: list[tuple[int, int]] = []
    ends: list[datetime] = []

    def settle() -> None:
        result.extend((column, len(ends)) for column in columns)
        columns.clear()
        ends.clear()

    for range_ in ranges:
        if ends and range_.start >= max(ends):
            settle()
        column = next((number for number, end in enumerate(ends) if end <= range_.start), len(ends))
        ends[column : column + 1] = [range_.end]
        columns.append(column)
    settle()
    return result
