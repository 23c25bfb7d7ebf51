"""The planner's week: what each bay or technician has on each of seven days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bookings.enums import Status
from bookings.hours import opening_ranges
from bookings.models import Allocation, Booking
from bookings.planner.cards import Asked, Card, Owner, by_owner, card_of, held_by, owners, status_of, time_of
from bookings.slots import Range, day_range, load_percent
from bookings.timeline import Axis, without
from garages.setup import NoteInfo, Setup

# A cell shows so many cards and says how many more there are.
CARDS_SHOWN: Final = 5


@dataclass(frozen=True)
class Cell:
    """One lane on one day; `load` in percent."""

    day: date
    load: int
    cards: list[Card]
    more: int
    is_closed: bool


@dataclass(frozen=True)
class WeekDay:
    """A column. `free` is what all lanes together have left, from now on."""

    date: date
    free: timedelta
    closed_because: str
    is_closed: bool
    is_full: bool
    notes: Sequence[NoteInfo]

    @property
    def free_minutes(self) -> int:
        return self.free // timedelta(minutes=1)


@dataclass(frozen=True)
class WeekPlan:
    """Seven days; a row is a bay or technician, and the last one, without a name, what has none."""

    asked: Asked
    days: list[WeekDay]
    rows: list[tuple[Owner | None, list[Cell]]]


def plan_week(
    setup: Setup,
    asked: Asked,
    days: Sequence[date],
    bookings: Sequence[Booking],
    *,
    now: datetime,
    parts: Sequence[Allocation] = (),
) -> WeekPlan:
    """The picture of these days. `bookings` are those of their window, `parts` the further times in it, in order of
    time."""
    if not asked.with_expired:
        bookings = [one for one in bookings if status_of(one, now) != "expired"]
    lanes = owners(setup, asked, (*bookings, *parts))
    placed, homeless = by_owner(bookings, parts, asked.lanes)
    zone = setup.garage.zone
    columns = [_Column(day, Axis(day_range(day, zone), zone), opening_ranges(setup, day)) for day in days]
    rows: list[tuple[Owner | None, list[Cell]]] = [
        (owner, [_cell(column, placed.get(owner.pk, []), asked, now, column.hours(owner)) for column in columns])
        for owner in lanes
    ]
    open_ones = [one for one in homeless if one.status != Status.COMPLETED]
    if open_ones:
        rows.append((None, [_cell(column, open_ones, asked, now, column.spans) for column in columns]))
    return WeekPlan(
        asked=asked,
        days=[
            WeekDay(
                date=column.date,
                free=sum((_free(column.hours(owner), placed.get(owner.pk, []), now) for owner in lanes), timedelta()),
                closed_because=setup.closed_because(column.date) or "",
                is_closed=not column.spans,
                is_full=column.date in setup.full_days,
                notes=setup.notes.get(column.date, ()),
            )
            for column in columns
        ],
        rows=rows,
    )


@dataclass(frozen=True)
class _Column:
    date: date
    axis: Axis
    spans: list[Range]

    def hours(self, owner: Owner) -> list[Range]:
        return owner.hours(self.date, self.spans, self.axis.zone)

    @property
    def whole(self) -> Range:
        return self.axis.shown


def _cell(
    column: _Column, bookings: Sequence[Booking | Allocation], asked: Asked, now: datetime, hours: Sequence[Range]
) -> Cell:
    todays = [one for one in bookings if time_of(one, now).overlaps(column.whole)]
    wanted = sorted((one for one in todays if asked.wants(one)), key=lambda one: (one.starts_at, one.pk))
    held = held_by(todays)
    return Cell(
        day=column.date,
        load=load_percent(hours, [0], {0: held}),
        cards=[card_of(one, time_of(one, now), column.axis, now) for one in wanted[:CARDS_SHOWN]],
        more=max(0, len(wanted) - CARDS_SHOWN),
        is_closed=not hours,
    )


def _free(hours: Sequence[Range], bookings: Sequence[Booking | Allocation], now: datetime) -> timedelta:
    held = held_by(bookings)
    to_come = [Range(max(span.start, now), span.end) for span in hours if span.end > now]
    return sum((left.length for span in to_come for left in without(span, held)), timedelta())
