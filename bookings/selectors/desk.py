"""The desk's list: who waits for an answer, what is in the workshop, what comes, what is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from django.utils import timezone

from bookings.enums import Status
from bookings.selectors.on_desk import COMING, FINISHED, GROUPS, OnDesk
from bookings.selectors.rows import Row, read_nearest
from bookings.slots import day_range
from garages.models import Garage, Membership

# The filter badges of the desk, in order (DESK-7, BOOK-6).
FILTERS: Final = (
    Status.PENDING,
    Status.CONFIRMED,
    Status.IN_SERVICE,
    Status.COMPLETED,
    Status.CANCELLED,
    Status.NO_SHOW,
)
ROWS_CHOICES: Final = (10, 25, 50, 100)


@dataclass(frozen=True)
class Page:
    """A slice of rows. `number` counts from 1."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.last < self.total else None


@dataclass(frozen=True)
class DeskView:
    """One state of the list. `counts` are of the whole view, whatever filter is on; `waiting` of all the garage
    has to answer, None where nobody counted them. `is_cut`: a search may find more than it shows. `queued` is how
    many vehicles are in the queue of whoever looks."""

    day: date
    status: str
    query: str
    page: Page
    counts: Mapping[str, int]
    group_counts: dict[int, int]
    waiting: dict[str, int] | None
    today: datetime  # its first moment
    is_cut: bool = False
    queued: int = 0

    @property
    def groups(self) -> list[tuple[int, list[Row]]]:
        """The rows of the page under their headings; of a search there are two: what is to come and what was."""
        return [(group, list(rows)) for group, rows in groupby(self.page.rows, self._group_of)]

    def _group_of(self, row: Row) -> int:
        if self.query:
            return FINISHED if row.starts_at < self.today else COMING
        return group_of(row.status)

    def had_heading(self, group: int) -> bool:
        """Whether the first page had this heading before the newest booking under it was made."""
        above = sum(number for other, number in self.group_counts.items() if other < group)
        return self.group_counts[group] > 1 and above < self.page.size

    @property
    def day_shown(self) -> date | None:
        """The day rows need not name; a search shows all days, so each names its own."""
        return None if self.query else self.day


def group_of(status: str) -> int:
    """The heading that bookings of this status stand under."""
    return GROUPS.get(status, FINISHED)


def desk_view(  # the desk's whole state comes from its address
    garage: Garage,
    *,
    day: date,
    status: str = "",
    query: str = "",
    page: int = 1,
    size: int = 25,
    pinned: str = "",
    counts_only: bool = False,
    queue_of: Membership | None = None,
) -> DeskView:
    """The bookings of `day`; today also shows whatever still needs somebody: pending and in service of any day, and
    requests whose time has not passed. Two queries. A search looks through all days and shows one page of the nearest.

    `pinned` is the reference of a booking to show whatever its day: the one just made. With `counts_only` the rows
    are left out, and their query.
    """
    today = day_range(garage.today(), garage.zone).start
    if query:
        return _nearest(query, day, status, size, today)
    on_desk = OnDesk(garage, day, timezone.now(), pinned)
    counts, waiting, queued = on_desk.counts(queue_of)
    total = counts.get(status, 0) if status else sum(counts.values())
    page = max(1, min(page, -(-total // size)))
    shown = [] if counts_only else on_desk.rows(status, size=size, skip=(page - 1) * size)
    return DeskView(
        day=day,
        status=status,
        query=query,
        page=Page(shown, page, size, total),
        counts=counts,
        group_counts=_group_counts(counts, status),
        waiting=waiting,
        today=today,
        queued=queued,
    )


def _nearest(query: str, day: date, status: str, size: int, today: datetime) -> DeskView:
    """One query, whatever is found."""
    found, is_all = read_nearest(query, today, size)
    shown = [row for row in found if status in ("", row.status)]
    counts = Counter(row.status for row in found)
    return DeskView(
        day=day,
        status=status,
        query=query,
        page=Page(shown, 1, size, len(shown)),
        counts=counts,
        group_counts=_group_counts(counts, status),
        waiting=None,
        today=today,
        is_cut=not is_all,
    )


def _group_counts(counts: Mapping[str, int], status: str) -> dict[int, int]:
    shown = {status: counts.get(status, 0)} if status else counts
    groups: dict[int, int] = dict.fromkeys(range(4), 0)
    for name, number in shown.items():
        groups[group_of(name)] += number
    return groups
