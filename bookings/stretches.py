"""Stretches of time in whole minutes since 1970, half-open: thousands of them are compared for a month of
availability, and whole numbers are compared fastest. Pure arithmetic."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import TypeAlias

Stretch: TypeAlias = tuple[int, int]


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

    def idle_beside(self, start: int, end: int, within: Stretch) -> int:
        """The minutes right before and right after a time that is free, up to what is in here or to the ends of
        `within`."""
        at = bisect_right(self.ends, start)
        before = max(within[0], self.ends[at - 1]) if at else within[0]
        after = min(within[1], self.starts[at]) if at < len(self.starts) else within[1]
        return max(0, start - before) + max(0, after - end)

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
