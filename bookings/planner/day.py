"""The planner's day: lanes of bays or technicians beside each other, on one axis of hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bookings.enums import OPEN, Status
from bookings.hours import opening_ranges
from bookings.models import Allocation, Booking
from bookings.planner.cards import (
    Asked,
    Card,
    Lanes,
    Owner,
    by_owner,
    card_of,
    hands_at,
    held_by,
    owners,
    status_of,
    time_of,
)
from bookings.slots import Range, day_range, load_percent
from bookings.timeline import Axis, Box, side_by_side, without
from garages.setup import NoteInfo, Setup


@dataclass(frozen=True)
class Stripe:
    """Time in which nothing is done here, and why where somebody said so."""

    box: Box
    reason: str = ""

    @property
    def style(self) -> str:
        return f"--s:{self.box.start:.4g};--d:{self.box.length:.4g}"


@dataclass(frozen=True)
class Lane:
    """A bay or a technician. `key` is its public id; `load` in percent; `free` of the `total` is left from now on."""

    key: str
    name: str
    note: str
    load: int
    free: timedelta
    total: timedelta
    cards: list[Card]
    stripes: list[Stripe]


@dataclass
class Tray:
    """What waits for a place: left in the workshop from earlier days, asked for, without a bay or technician."""

    left_over: list[Card] = field(default_factory=list)
    requests: list[Card] = field(default_factory=list)
    unplaced: list[Card] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.left_over) + len(self.requests) + len(self.unplaced)


@dataclass(frozen=True)
class DayPlan:
    """One day: lanes beside each other on one axis. `free` of `total` working time is left from now on."""

    asked: Asked
    axis: Axis
    lanes: list[Lane]
    tray: Tray
    free: timedelta
    total: timedelta
    closed_because: str
    is_full: bool
    notes: Sequence[NoteInfo]
    now: datetime | None
    expired: int

    @property
    def style(self) -> str:
        return f"--cols:{len(self.lanes)};--hours:{self.axis.hours:.4g}"

    @property
    def free_minutes(self) -> int:
        return self.free // timedelta(minutes=1)

    @property
    def total_minutes(self) -> int:
        return self.total // timedelta(minutes=1)

    @property
    def now_style(self) -> str:
        return f"--s:{self.axis.offset(self.now):.4g}" if self.now else ""


def plan_day(
    setup: Setup,
    asked: Asked,
    bookings: Sequence[Booking],
    waiting: Sequence[Booking],
    *,
    now: datetime,
    parts: Sequence[Allocation] = (),
) -> DayPlan:
    """The picture of a day. `bookings` are those of its window, `parts` the further times in it, `waiting` those for
    the tray; all in order of time."""
    zone = setup.garage.zone
    whole = day_range(asked.day, zone)
    spans = opening_ranges(setup, asked.day)
    expired = sum(status_of(one, now) == "expired" for one in bookings)
    if not asked.with_expired:
        bookings = [one for one in bookings if status_of(one, now) != "expired"]
    drawn: list[Booking | Allocation] = [*bookings, *parts]
    axis = Axis.around(asked.day, zone, [*spans, *(time_of(one, now) for one in drawn)])
    placed, homeless = by_owner(bookings, parts, asked.lanes)
    drawing = _Drawing(asked, axis, spans, Range(max(now, whole.start), whole.end), now, hands_at(parts))
    lanes = [drawing.lane(owner, placed.get(owner.pk, [])) for owner in owners(setup, asked, drawn)]
    return DayPlan(
        asked=asked,
        axis=axis,
        lanes=lanes,
        tray=drawing.tray(homeless, waiting),
        free=sum((lane.free for lane in lanes), timedelta()),
        total=sum((lane.total for lane in lanes), timedelta()),
        closed_because=setup.closed_because(asked.day) or "",
        is_full=asked.day in setup.full_days,
        notes=setup.notes.get(asked.day, ()),
        now=now if axis.shown.start <= now < axis.shown.end else None,
        expired=expired,
    )


@dataclass(frozen=True)
class _Drawing:
    """What all lanes of a day share. `to_come` is the part of the day after now, `hands` who helps with a booking."""

    asked: Asked
    axis: Axis
    spans: Sequence[Range]
    to_come: Range
    now: datetime
    hands: Mapping[int, Sequence[str]]

    def lane(self, owner: Owner, bookings: Sequence[Booking | Allocation]) -> Lane:
        """The lane with all that holds it counted, and the cards somebody wants to see."""
        held = held_by(bookings)
        hours = owner.hours(self.asked.day, self.spans, self.axis.zone)
        left = [left for span in hours for left in without(span.clipped(self.to_come), held)]
        seen = [
            (time, one) for one in bookings if self.asked.wants(one) and self.axis.box(time := time_of(one, self.now))
        ]
        seen.sort(key=lambda both: (both[0], both[1].pk))
        columns = side_by_side([time for time, _one in seen])
        return Lane(
            key=owner.key,
            name=owner.name,
            note=", ".join(self._company(bookings)[:2]),
            load=load_percent(hours, [owner.pk], {owner.pk: held}),
            free=sum((range_.length for range_ in left), timedelta()),
            total=sum((span.length for span in hours), timedelta()),
            cards=[
                card_of(one, time, self.axis, self.now, *place, self._hands(one))
                for (time, one), place in zip(seen, columns, strict=True)
            ],
            stripes=[
                Stripe(box, owner.reason_in(gap))
                for gap in without(self.axis.shown, hours)
                if (box := self.axis.box(gap))
            ],
        )

    def _hands(self, work: Booking | Allocation) -> Sequence[str]:
        return self.hands.get(work.pk, ()) if isinstance(work, Booking) else ()

    def _company(self, bookings: Sequence[Booking | Allocation]) -> list[str]:
        """Who works in this bay, or in which bays this technician works."""
        others = (
            one.technician if self.asked.lanes == Lanes.BAYS else one.bay
            for one in bookings
            if (one if isinstance(one, Booking) else one.booking).status in OPEN
        )
        return list(dict.fromkeys(other.name for other in others if other is not None))

    def tray(self, homeless: Sequence[Booking], waiting: Sequence[Booking]) -> Tray:
        tray = Tray()
        known = {one.pk: one for one in [*homeless, *waiting]}
        for one in sorted(known.values(), key=lambda one: (one.starts_at, one.pk)):
            if not self.asked.wants(one):
                continue
            card = card_of(one, time_of(one, self.now), self.axis, self.now)
            if one.status == Status.REQUESTED:
                tray.requests.append(card)
            elif one not in homeless:  # read beside the day, so from before it
                tray.left_over.append(card)
            elif one.status in OPEN:
                tray.unplaced.append(card)
        return tray
