"""What all pictures of the planner are made of: lanes, and bookings drawn as cards in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bookings.enums import OPEN, Status
from bookings.models import Allocation, Booking
from bookings.slots import Range, moment
from bookings.timeline import Axis, Box, without
from garages.models import Bay, Technician
from garages.setup import Away, Setup, TechnicianInfo

# Below these hours a card has no room for its second and third line.
_SHORT: Final = 0.7
_LOW: Final = 0.95


class Lanes(StrEnum):
    """What a lane of the planner stands for."""

    BAYS = "bays"
    TECHNICIANS = "technicians"


@dataclass(frozen=True)
class Asked:
    """Which picture: all of it stands in the page's address. `only` shows one technician's work and nothing else."""

    day: date
    lanes: Lanes = Lanes.BAYS
    only: TechnicianInfo | None = None
    with_expired: bool = False

    def wants(self, work: Booking | Allocation) -> bool:
        return self.only is None or work.technician_id == self.only.pk


@dataclass(frozen=True)
class Card:
    """A booking in its lane, or with `part` a further time of it. `elapsed` is the percentage of its time that has
    passed, while it is worked on; `hands` are the names of who helps meanwhile."""

    booking: Booking
    box: Box
    status: str
    column: int = 0
    columns: int = 1
    elapsed: int = 100
    minutes_over: int = 0
    part: Allocation | None = None
    hands: Sequence[str] = ()

    @property
    def style(self) -> str:
        box = self.box
        return f"--s:{box.start:.4g};--d:{box.length:.4g};--c:{self.column};--n:{self.columns};--p:{self.elapsed}"

    @property
    def is_short(self) -> bool:
        return self.box.length < _SHORT

    @property
    def is_low(self) -> bool:
        return self.box.length < _LOW

    @property
    def minutes(self) -> int:
        return (self.part or self.booking).duration // timedelta(minutes=1)

    @property
    def may_move(self) -> bool:
        return self.booking.status in OPEN and (self.part is None or self.part.done_at is None)

    @property
    def starts_at(self) -> datetime:
        return (self.part or self.booking).starts_at


@dataclass(frozen=True)
class Owner:
    """Whose lane it is: a bay or a technician. `key` is the public id. Without `shifts` a technician is there whenever
    the garage is open."""

    pk: int
    key: str
    name: str
    shifts: Mapping[int, Sequence[tuple[time, time]]] = field(default_factory=dict)
    away: Sequence[Away] = ()

    def hours(self, day: date, spans: Sequence[Range], zone: ZoneInfo) -> list[Range]:
        """When this one can be counted on within the opening `spans` of a day."""
        if self.shifts:
            walls = self.shifts.get(day.weekday(), ())
            there = [Range(moment(day, start, zone), moment(day, end, zone)) for start, end in walls]
            spans = [span.clipped(shift) for span in spans for shift in there if span.overlaps(shift)]
        gone = [Range(away.starts_at, away.ends_at) for away in self.away]
        return [left for span in spans for left in without(span, gone)]

    def reason_in(self, range_: Range) -> str:
        """Why this one is away in the range, where somebody said so."""
        reasons = (away.reason for away in self.away if range_.overlaps(Range(away.starts_at, away.ends_at)))
        return next(reasons, "")


def status_of(booking: Booking, now: datetime) -> str:
    """The look of a booking: its status, with requests as live or expired."""
    if booking.status != Status.REQUESTED:
        return booking.status
    return "expired" if booking.starts_at < now else "request"


def time_of(booking: Booking | Allocation, now: datetime) -> Range:
    """The time it is drawn for: work that overruns goes on until now, work that ended early ended when it did. A
    further time that is not done stands where it was planned."""
    end = booking.ends_at
    done_at = booking.done_at if isinstance(booking, Allocation) else booking.completed_at
    if isinstance(booking, Booking) and booking.status == Status.IN_SERVICE:
        end = max(end, now)
    elif done_at is not None and booking.starts_at < done_at < end:
        end = done_at
    return Range(booking.starts_at, end)


def held_by(work: Iterable[Booking | Allocation]) -> list[Range]:
    """What these take of their lane."""
    return [
        Range(one.starts_at, one.ends_at) if isinstance(one, Allocation) else Range(one.held_from, one.held_until)
        for one in work
        if (one.holds if isinstance(one, Allocation) else one.holds_capacity)
    ]


def owners(setup: Setup, asked: Asked, bookings: Iterable[Booking | Allocation]) -> list[Owner]:
    """The lanes, in the garage's order; last those not in use any more where something asked for is still booked."""
    known = _in_use(setup, asked)
    keys = {owner.pk for owner in known}
    wanted = filter(asked.wants, bookings)
    used = [one for booking in wanted if (one := _owner_of(booking, asked.lanes)) is not None]
    gone = {one.pk: Owner(one.pk, str(one.public_id), one.name) for one in used if one.pk not in keys}
    return [*known, *gone.values()]


def _in_use(setup: Setup, asked: Asked) -> list[Owner]:
    if asked.lanes == Lanes.BAYS:
        return [Owner(bay.pk, bay.public_id, bay.name, away=bay.outages) for bay in setup.bays]
    return [
        Owner(one.pk, one.public_id, one.name, one.shifts, one.absences)
        for one in setup.technicians
        if asked.only is None or one.pk == asked.only.pk
    ]


def _owner_of(booking: Booking | Allocation, lanes: Lanes) -> Bay | Technician | None:
    return booking.bay if lanes == Lanes.BAYS else booking.technician


def by_owner(
    bookings: Sequence[Booking], parts: Sequence[Allocation], lanes: Lanes
) -> tuple[dict[int, list[Booking | Allocation]], list[Booking]]:
    """The bookings and their further times by their lane's key, and the bookings that have none. A further time that
    needs no bay stands in no bay's lane.

    A request is drawn only when it names a technician (REQ-12): in the technician's lane, or in the bay it names or
    where the technician works in these bookings.
    """
    placed: dict[int, list[Booking | Allocation]] = {}
    homeless = []
    for booking in bookings:
        lane = booking.bay_id if lanes == Lanes.BAYS else booking.technician_id
        if booking.status == Status.REQUESTED:
            if booking.technician_id is None:
                lane = None
            elif lane is None:
                lane = _bay_of(booking.technician_id, bookings)
        if lane is None:
            homeless.append(booking)
        else:
            placed.setdefault(lane, []).append(booking)
    for part in parts:
        own = part.bay_id if lanes == Lanes.BAYS else part.technician_id
        if own is not None:
            placed.setdefault(own, []).append(part)
    return placed, homeless


def _bay_of(technician: int, bookings: Iterable[Booking]) -> int | None:
    return next((one.bay_id for one in bookings if one.technician_id == technician and one.bay_id), None)


def card_of(
    work: Booking | Allocation,
    shown: Range,
    axis: Axis,
    now: datetime,
    column: int = 0,
    columns: int = 1,
    hands: Sequence[str] = (),
) -> Card:
    part = work if isinstance(work, Allocation) else None
    booking = work.booking if isinstance(work, Allocation) else work
    elapsed, over = 100, 0
    if booking.status == Status.IN_SERVICE:
        elapsed = max(0, min(100, round(100 * ((now - shown.start) / shown.length))))
        over = 0 if part else max(0, (now - booking.ends_at) // timedelta(minutes=1))
    return Card(
        booking=booking,
        box=axis.box(shown) or Box(0, 0),
        status=Status.COMPLETED if part and part.done_at else status_of(booking, now),
        column=column,
        columns=columns,
        elapsed=elapsed,
        minutes_over=over,
        part=part,
        hands=hands,
    )


def hands_at(parts: Iterable[Allocation]) -> dict[int, list[str]]:
    """Who helps with each booking, by its key, while its own work goes on."""
    hands: dict[int, list[str]] = {}
    for part in parts:
        if part.is_during(part.booking):
            hands.setdefault(part.booking_id, []).append(part.technician.name)
    return hands
