"""What the manager's dashboard says, worked out of what was counted. Pure: no database, no clock.

Days are the garage's own, cut at its midnight; money is in minor units of its currency.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

from bookings.enums import Source, Status
from bookings.slots import Range

# Bookings that took or will take place. A request is a wish, a cancelled or declined one takes nobody's time.
COUNTED: Final = (Status.PENDING, Status.CONFIRMED, Status.IN_SERVICE, Status.COMPLETED, Status.NO_SHOW)
CAME: Final = (Status.IN_SERVICE, Status.COMPLETED)
STILL_TO_COME: Final = (Status.PENDING, Status.CONFIRMED, Status.IN_SERVICE)
TOP_SERVICES: Final = 5


class Count(NamedTuple):
    """How many bookings begin in one hour of one day, of one source and status, and how many of them were completed by
    the time that was promised."""

    day: date
    hour: int
    source: str
    status: str
    number: int
    in_time: int = 0


class Sold(NamedTuple):
    """What the lines of one service add up to, of one day's bookings of one status."""

    day: date
    status: str
    service: str
    bookings: int
    price: int


@dataclass(frozen=True)
class DayBar:
    """One day's bookings by where they came from; lengths are percent of the fullest day."""

    day: date
    online: int
    reception: int
    most: int

    @property
    def total(self) -> int:
        return self.online + self.reception

    @property
    def online_length(self) -> int:
        return round(100 * self.online / self.most) if self.most else 0

    @property
    def reception_length(self) -> int:
        return round(100 * self.reception / self.most) if self.most else 0


@dataclass(frozen=True)
class Money:
    """Done: lines of completed bookings. Expected: of those still to be completed."""

    done: int = 0
    expected: int = 0


@dataclass(frozen=True)
class ServiceRank:
    """A service among those sold most; `length` is percent of the first one's revenue."""

    name: str
    bookings: int
    revenue: int
    length: int


@dataclass(frozen=True)
class Share:
    """Part of a whole."""

    part: int
    whole: int

    @property
    def ratio(self) -> float:
        return self.part / self.whole if self.whole else 0.0

    @property
    def percent(self) -> int:
        return round(100 * self.ratio)

    @property
    def rest(self) -> int:
        return self.whole - self.part


@dataclass(frozen=True)
class PeakHours:
    """Average bookings that begin in each hour, by weekday; `cells` are (average, percent of the busiest)."""

    hours: list[int] = field(default_factory=list)
    rows: list[tuple[int, list[tuple[float, int]]]] = field(default_factory=list)


@dataclass(frozen=True)
class DayLoad:
    """How much of a day's opening time of the bays is booked. `percent` is None when the garage is closed."""

    day: date
    percent: int | None
    reason: str = ""

    @property
    def ratio(self) -> float:
        return (self.percent or 0) / 100


def bars(counts: Iterable[Count], first: date, last: date) -> list[DayBar]:
    """A bar for each day from first to last, empty days too."""
    by_day: dict[date, Counter[str]] = defaultdict(Counter)
    for count in counts:
        if count.status in COUNTED:
            by_day[count.day][count.source] += count.number
    days = _days(first, last)
    most = max((by_day[day].total() for day in days), default=0)
    return [
        DayBar(day, by_day[day][Source.ONLINE], by_day[day].total() - by_day[day][Source.ONLINE], most) for day in days
    ]


def by_status(counts: Iterable[Count], day: date) -> dict[str, int]:
    """The day's bookings of each status."""
    numbers: Counter[str] = Counter()
    for count in counts:
        if count.day == day:
            numbers[count.status] += count.number
    return dict(numbers)


def no_shows(counts: Iterable[Count], first: date, last: date) -> Share:
    """Of the bookings whose fate is known: those whose customer never came."""
    known = [count for count in counts if first <= count.day <= last and count.status in (*CAME, Status.NO_SHOW)]
    missed = sum(count.number for count in known if count.status == Status.NO_SHOW)
    return Share(missed, sum(count.number for count in known))


def in_time(counts: Iterable[Count], first: date, last: date) -> Share:
    """Of the bookings that were completed: those ready by the time promised to the customer (LEAP-4)."""
    done = [count for count in counts if first <= count.day <= last and count.status == Status.COMPLETED]
    return Share(sum(count.in_time for count in done), sum(count.number for count in done))


def online(counts: Iterable[Count], first: date, last: date) -> Share:
    """Of the bookings of these days: those made online."""
    counted = [count for count in counts if first <= count.day <= last and count.status in COUNTED]
    return Share(
        sum(count.number for count in counted if count.source == Source.ONLINE),
        sum(count.number for count in counted),
    )


def peak_hours(counts: Iterable[Count], first: date, last: date) -> PeakHours:
    """Averages over the days since the garage's first booking in the period: a new garage has no quiet past."""
    counted = [count for count in counts if first <= count.day <= last and count.status in COUNTED]
    if not counted:
        return PeakHours()
    days = Counter(day.weekday() for day in _days(min(count.day for count in counted), last))
    numbers: Counter[tuple[int, int]] = Counter()
    for count in counted:
        numbers[count.day.weekday(), count.hour] += count.number
    averages = {cell: number / days[cell[0]] for cell, number in numbers.items()}
    most = max(averages.values())
    hours = list(range(min(count.hour for count in counted), max(count.hour for count in counted) + 1))
    rows = [
        (
            weekday,
            [
                (averages.get((weekday, hour), 0.0), round(100 * averages.get((weekday, hour), 0.0) / most))
                for hour in hours
            ],
        )
        for weekday in sorted({count.day.weekday() for count in counted})
    ]
    return PeakHours(hours, rows)


def revenue(sold: Iterable[Sold], first: date, last: date) -> Money:
    """Of the bookings of these days."""
    done = expected = 0
    for line in sold:
        if first <= line.day <= last:
            done += line.price if line.status == Status.COMPLETED else 0
            expected += line.price if line.status in STILL_TO_COME else 0
    return Money(done, expected)


def top_services(sold: Iterable[Sold], first: date, last: date) -> list[ServiceRank]:
    """The services with most revenue among the completed bookings of these days."""
    bookings: Counter[str] = Counter()
    prices: Counter[str] = Counter()
    for line in sold:
        if line.status == Status.COMPLETED and first <= line.day <= last:
            bookings[line.service] += line.bookings
            prices[line.service] += line.price
    best = sorted(prices, key=lambda name: (-prices[name], -bookings[name], name))[:TOP_SERVICES]
    most = prices[best[0]] if best else 0
    return [
        ServiceRank(name, bookings[name], prices[name], round(100 * prices[name] / most) if most else 0)
        for name in best
    ]


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The same time, each moment once: a job that ended early leaves its range to the one that followed it."""
    result: list[Range] = []
    for range_ in sorted(ranges):
        if result and range_.start <= result[-1].end:
            result[-1] = Range(result[-1].start, max(result[-1].end, range_.end))
        else:
            result.append(range_)
    return result


def once_each(taken: Mapping[int, Sequence[Range]]) -> dict[int, list[Range]]:
    return {bay: merged(ranges) for bay, ranges in taken.items()}


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
