"""What a garage does not promise whatever its bays say: the past, too soon, too far ahead, closed, enough cars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from bookings.enums import HOLDS_CAPACITY, DropOff, Source, Status
from bookings.models import Booking
from bookings.refusals import Reason, Refusal
from bookings.slots import day_range
from garages.models import Garage
from garages.setup import Setup


@dataclass
class Limits:
    """The rules for one channel and one way of leaving the car. `full` are the days on which enough is booked."""

    setup: Setup
    source: Source = Source.RECEPTION
    full: dict[date, Refusal] = field(default_factory=dict)

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
    drop_off: DropOff = DropOff.DROP,
    ignoring: Booking | None = None,
) -> Limits:
    """The rules for these dates: no query where the garage counts nothing, else one."""
    garage = setup.garage
    limits = Limits(setup, source)
    counts_courtesy = drop_off == DropOff.COURTESY and setup.cars_to_lend is not None
    counts_waiters = drop_off == DropOff.WAIT and garage.waiters_a_day is not None
    if garage.cars_a_day is None and not counts_waiters and not counts_courtesy:
        return limits
    cars, waiters, lent = _count(garage, dates, ignoring)
    for day in dates:
        if garage.cars_a_day is not None and cars[day] >= garage.cars_a_day:
            text = _("Enough cars for that day: %(count)s are booked.") % {"count": cars[day]}
            limits.full[day] = Refusal(Reason.CARS, text)
        elif counts_waiters and waiters[day] >= (garage.waiters_a_day or 0):
            limits.full[day] = Refusal(Reason.WAITERS, _("Enough customers wait here that day. Leaving the car works."))
        elif counts_courtesy and lent[day] >= (setup.cars_to_lend or 0):
            limits.full[day] = Refusal(Reason.COURTESY_CARS, _("All courtesy cars are lent that day."))
    return limits


def _count(
    garage: Garage, dates: Sequence[date], ignoring: Booking | None
) -> tuple[Counter[date], Counter[date], Counter[date]]:
    """Cars that come, customers who wait, and courtesy cars that are out, on each of the dates."""
    zone = garage.zone
    first, last = day_range(min(dates), zone).start, day_range(max(dates), zone).end
    came = Booking.objects.filter(status__in=(*HOLDS_CAPACITY, Status.COMPLETED), starts_at__lt=last)
    came = came.filter(Q(starts_at__gte=first) | Q(drop_off=DropOff.COURTESY, ready_at__gte=first))
    if ignoring is not None and ignoring.pk:
        came = came.exclude(pk=ignoring.pk)
    rows = (
        came.order_by()
        .values_list(TruncDate("starts_at", tzinfo=zone), TruncDate("ready_at", tzinfo=zone), "drop_off")
        .annotate(Count("pk"))
    )
    cars, waiters, lent = Counter[date](), Counter[date](), Counter[date]()
    for day, until, drop_off, count in rows:
        cars[day] += count
        if drop_off == DropOff.WAIT:
            waiters[day] += count
        elif drop_off == DropOff.COURTESY:
            for number in range((until - day).days + 1):
                lent[day + timedelta(days=number)] += count
    return cars, waiters, lent
