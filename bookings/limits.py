"""What a garage does not promise whatever its bays say: the past, too soon, too far ahead, closed, enough cars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from bookings.enums import HOLDS_CAPACITY, DropOff, Source, Status
from bookings.hours import minute
from bookings.models import Booking
from bookings.refusals import Reason, Refusal
from bookings.slots import day_range
from bookings.stretches import Stretch, Stretches
from garages.models import Garage
from garages.setup import Setup

# Why no more cars come this way on a day (P-7).
FULL_REASONS: dict[DropOff, Reason] = {
    DropOff.DROP: Reason.DROPS,
    DropOff.WAIT: Reason.WAITERS,
    DropOff.SHUTTLE: Reason.SHUTTLES,
    DropOff.COURTESY: Reason.COURTESY_CARS,
}


@dataclass
class Limits:
    """The rules for one channel and one way of leaving the car. `full` are the days on which enough is booked,
    `busy` the times at which enough come this way already; the counts behind them are kept where the garage limits
    something."""

    setup: Setup
    source: Source = Source.RECEPTION
    way: DropOff = DropOff.DROP
    full: dict[date, Refusal] = field(default_factory=dict)
    busy: Stretches = field(default_factory=Stretches)
    cars: Counter[date] = field(default_factory=Counter)
    same_way: Counter[date] = field(default_factory=Counter)
    slots: Counter[Stretch] = field(default_factory=Counter)

    def expect(self, start: datetime) -> None:
        """Count one car more that comes this way at that moment."""
        day = start.astimezone(self.setup.garage.zone).date()
        self.cars[day] += 1
        self.same_way[day] += 1
        self.slots[_slot(start, self.setup.garage)] += 1
        self.judge([day])

    def judge(self, dates: Sequence[date]) -> None:
        """Say by the counts which of these days and which times are full."""
        most = self.setup.garage.cars_a_day
        a_day, a_slot = _caps(self.setup)[self.way]
        for day in dates:
            if most is not None and self.cars[day] >= most:
                text = _("Enough cars for that day: %(count)s are booked.") % {"count": self.cars[day]}
                self.full[day] = Refusal(Reason.CARS, text)
            elif a_slot == 0 or (a_day is not None and self.same_way[day] >= a_day):
                self.full[day] = Refusal(FULL_REASONS[self.way], _enough(self.way))
        if a_slot is not None:
            self.busy = Stretches(slot for slot, count in self.slots.items() if count >= a_slot)

    @property
    def notice(self) -> timedelta:
        """Between now and the first start that is offered."""
        garage = self.setup.garage
        return timedelta(minutes=garage.notice_online if self.source == Source.ONLINE else garage.notice_at_desk)

    def is_open(self, day: date) -> bool:
        return day <= self._last_day and bool(self.setup.hours_on(day))

    def refusal(self, day: date) -> Refusal | None:
        """Why nothing is promised on this day at all, if so."""
        garage = self.setup.garage
        closed_because = self.setup.closed_because(day)
        if day < self._today:
            return Refusal(Reason.PAST, _("The day is over."))
        if day > self._last_day:
            days = {"days": garage.horizon_days}
            return Refusal(
                Reason.TOO_FAR, _("That is too far ahead: bookings are taken for the next %(days)s days.") % days
            )
        if closed_because is not None:
            return Refusal(Reason.CLOSED, _("Closed on that day: %(reason)s.") % {"reason": closed_because})
        if not self.setup.hours_on(day):
            return Refusal(Reason.CLOSED, _("The garage is closed on that day of the week."))
        if self.source == Source.ONLINE and not garage.online_same_day and day == self._today:
            return Refusal(Reason.TOO_SOON, _("Bookings for today are made by phone."))
        marked = Refusal(Reason.MARKED_FULL, _("Marked as fully booked.")) if day in self.setup.full_days else None
        return marked or self.full.get(day)

    def is_busy(self, start: datetime) -> bool:
        return self.busy.meets(minute(start), minute(start) + 1)

    @property
    def refusal_at_busy(self) -> Refusal:
        """Why a start at a busy time is not promised."""
        return Refusal(Reason.HANDOVERS, _("At that time there is enough for “%(way)s”.") % {"way": self.way.label})

    @cached_property
    def _today(self) -> date:
        return self.setup.garage.today()

    @cached_property
    def _last_day(self) -> date:
        return self._today + timedelta(days=self.setup.garage.horizon_days)


def read(
    setup: Setup,
    dates: Sequence[date],
    *,
    source: Source = Source.RECEPTION,
    drop_off: DropOff | None = None,
    ignoring: Booking | None = None,
) -> Limits:
    """The rules for these dates and this way of leaving the car, else that of the booking left out: no query where the
    garage counts nothing, else one."""
    garage = setup.garage
    limits = Limits(setup, source, drop_off or DropOff(ignoring.drop_off if ignoring else DropOff.DROP))
    a_day, a_slot = _caps(setup)[limits.way]
    if garage.cars_a_day is None and a_day is None and a_slot is None:
        return limits
    limits.cars, limits.same_way, starts = _count(garage, dates, ignoring, limits.way)
    limits.slots = Counter(_slot(start, garage) for start in starts)
    limits.judge(dates)
    return limits


def _caps(setup: Setup) -> dict[DropOff, tuple[int | None, int | None]]:
    """How many may come each way, a day and at one time; None is any number."""
    garage = setup.garage
    return {
        DropOff.DROP: (garage.drops_a_day, garage.drops_a_slot),
        DropOff.WAIT: (garage.waiters_a_day, garage.waiters_a_slot),
        DropOff.SHUTTLE: (garage.shuttles_a_day, garage.shuttles_a_slot),
        DropOff.COURTESY: (setup.cars_to_lend, garage.courtesy_a_slot),
    }


def _enough(way: DropOff) -> str:
    return {
        DropOff.DROP: _("Enough cars are dropped off that day."),
        DropOff.WAIT: _("Enough customers wait here that day. Leaving the car works."),
        DropOff.SHUTTLE: _("The shuttle is full that day."),
        DropOff.COURTESY: _("All courtesy cars are lent that day."),
    }[way]


def _slot(start: datetime, garage: Garage) -> Stretch:
    """The slot a start lies in: as long as the step of offered times, counted from midnight on the wall."""
    local = start.astimezone(garage.zone)
    begin = minute(start) - (local.hour * 60 + local.minute) % garage.slot_step
    return begin, begin + garage.slot_step


def _count(
    garage: Garage, dates: Sequence[date], ignoring: Booking | None, way: DropOff
) -> tuple[Counter[date], Counter[date], list[datetime]]:
    """On each of the dates: the cars that come, and those that come this way (a courtesy car counts as long as it is
    out). Last, the starts of the latter."""
    zone = garage.zone
    first, last = day_range(min(dates), zone).start, day_range(max(dates), zone).end
    came = Booking.objects.filter(status__in=(*HOLDS_CAPACITY, Status.COMPLETED), starts_at__lt=last)
    came = came.filter(Q(starts_at__gte=first) | Q(drop_off=DropOff.COURTESY, ready_at__gte=first))
    if ignoring is not None and ignoring.pk:
        came = came.exclude(pk=ignoring.pk)
    rows = (
        came.order_by()
        .values_list(TruncDate("starts_at", tzinfo=zone), TruncDate("ready_at", tzinfo=zone), "drop_off")
        .annotate(Count("pk"), own_starts=ArrayAgg("starts_at", filter=Q(drop_off=way)))
    )
    cars, same_way, starts = Counter[date](), Counter[date](), list[datetime]()
    for day, until, drop_off, count, own_starts in rows:
        cars[day] += count
        starts += own_starts or []
        if drop_off == way:
            days_out = (until - day).days if way == DropOff.COURTESY else 0
            for number in range(days_out + 1):
                same_way[day + timedelta(days=number)] += count
    return cars, same_way, starts
