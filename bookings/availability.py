"""What the garage can still promise: opening hours minus closures minus what holds its bays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils import timezone

from bookings.models import Booking
from bookings.slots import Demand, Offer, Range, day_range, free_starts, load_percent, merged, moment
from garages.setup import BayInfo, ServiceInfo, Setup

# A start "now" is rounded up to this, so that the desk reads 10:35 and not 10:32.
NOW_STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Job:
    """What is to be done, as far as capacity is concerned."""

    demand: Demand
    bay_kind: str = ""

    @classmethod
    def of(cls, services: Sequence[ServiceInfo]) -> Job:
        """Services of one visit are done one after the other in one bay; the longest that needs a kind of bay decides
        which. The buffers are those of the first and the last."""
        needs_kind = [service for service in services if service.bay_kind]
        return cls(
            Demand(
                work=timedelta(minutes=sum(service.minutes for service in services)),
                before=timedelta(minutes=services[0].buffer_before),
                after=timedelta(minutes=services[-1].buffer_after),
            ),
            max(needs_kind, key=lambda service: service.minutes).bay_kind if needs_kind else "",
        )

    def bays(self, setup: Setup) -> list[BayInfo]:
        """The bays that fit. A job for any bay takes the plain ones first and leaves the special ones free."""
        if self.bay_kind:
            return [bay for bay in setup.bays if bay.kind == self.bay_kind]
        return sorted(setup.bays, key=lambda bay: bay.kind != "general")


@dataclass(frozen=True)
class Day:
    """One day at the desk. `load` in percent; `next_free` is the first moment any bay has room for something short;
    `offers` are those of the job that was asked for, none without one. `is_kept` marks the day a booking already has:
    it may stay there, whatever the calendar says now."""

    date: date
    spans: list[Range]
    load: int
    closed_because: str = ""
    next_free: Offer | None = None
    offers: list[Offer] = field(default_factory=list)
    is_full: bool = False
    is_kept: bool = False

    @property
    def is_closed(self) -> bool:
        return not self.spans

    @property
    def is_bookable(self) -> bool:
        return self.is_kept or (bool(self.spans) and not self.is_full)


def opening_ranges(setup: Setup, day: date) -> list[Range]:
    """The opening spans of a date as moments in UTC."""
    zone = setup.garage.zone
    return [Range(moment(day, opens, zone), moment(day, closes, zone)) for opens, closes in setup.hours_on(day)]


def earliest_start(now: datetime | None = None) -> datetime:
    """From when on a start can be offered: now, rounded up."""
    now = now or timezone.now()
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC)
    return midnight + -(-(now - midnight) // NOW_STEP) * NOW_STEP


def days(setup: Setup, dates: Sequence[date], job: Job | None, *, ignoring: Booking | None = None) -> list[Day]:
    """These dates, in their order: one query, however many.

    With a job, each day lists the starts that can be honoured and is full when there is none. `ignoring` leaves one
    booking out of what is taken: it may move over itself.
    """
    zone = setup.garage.zone
    taken = taken_by_bay([day_range(day, zone) for day in dates], ignoring=ignoring)
    not_before = earliest_start()
    step = timedelta(minutes=setup.garage.slot_step)
    last_day = setup.garage.today() + timedelta(days=setup.garage.horizon_days)
    result = []
    for day in dates:
        spans = opening_ranges(setup, day) if day <= last_day else []
        short = Job(Demand(step))

        def starts(wanted: Job, spans: list[Range] = spans) -> list[Offer]:
            return free_starts(
                spans=spans,
                bays=[bay.pk for bay in wanted.bays(setup)],
                taken=taken,
                demand=wanted.demand,
                step=step,
                not_before=not_before,
            )

        next_free = next(iter(starts(short)), None)
        offers = starts(job) if job is not None else []
        result.append(
            Day(
                date=day,
                spans=spans,
                load=load_percent(spans, (bay.pk for bay in setup.bays), taken),
                closed_because=setup.closed_because(day) or "",
                next_free=next_free,
                offers=offers,
                is_full=not offers if job is not None else next_free is None,
            )
        )
    return result


def taken_by_bay(windows: Sequence[Range], *, ignoring: Booking | None = None) -> dict[int, list[Range]]:
    """What holds each bay within the windows, in order of time: one query."""
    near = reduce(or_, (Q(held_until__gt=span.start, held_from__lt=span.end) for span in merged(windows)))
    held = Booking.objects.holding_capacity().filter(near, bay__isnull=False)
    if ignoring is not None:
        held = held.exclude(pk=ignoring.pk)
    taken: dict[int, list[Range]] = defaultdict(list)
    for bay, start, end in held.order_by("held_from").values_list("bay_id", "held_from", "held_until"):
        taken[bay].append(Range(start, end))
    return taken
