"""The manager's dashboard: five queries, whatever the garage's size."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count as CountOf
from django.db.models import F, Q, Sum
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone

from bookings.enums import HOLDS_CAPACITY, Status
from bookings.hours import opening_ranges
from bookings.models import Booking, BookingLine
from bookings.slots import Range, day_range, load_percent
from garages.models import Garage
from garages.setup import Setup, load_setup
from reports import figures
from reports.figures import Count, DayBar, DayLoad, Money, PeakHours, ServiceRank, Share, Sold

PERIOD: Final = timedelta(days=29)  # thirty days with today
BEHIND: Final = timedelta(days=14)
AHEAD: Final = timedelta(days=14)
WEEK: Final = timedelta(days=6)


@dataclass(frozen=True)
class Waiting:
    """What needs a person now."""

    pending: int
    requests: int
    missed: int
    late: int
    arrived: int
    in_workshop: int

    @property
    def anything(self) -> bool:
        return any((self.pending, self.requests, self.missed, self.late))


@dataclass(frozen=True)
class Dashboard:
    """Everything on the page. Weeks begin on Monday."""

    day: date
    is_set_up: bool
    waiting: Waiting
    today: dict[str, int]
    money_today: Money
    money_week: Money
    money_last_week: Money
    no_shows: Share
    in_time: Share
    online: Share
    bars: list[DayBar]
    services: list[ServiceRank]
    peak: PeakHours
    loads: list[DayLoad]

    @property
    def booked_today(self) -> int:
        return sum(self.today.get(status, 0) for status in figures.COUNTED)

    @property
    def load_today(self) -> DayLoad:
        return self.loads[0]

    @property
    def has_bars(self) -> bool:
        return any(bar.total for bar in self.bars)


def dashboard(garage: Garage) -> Dashboard:
    """The state of the garage in scope, at this moment."""
    today = garage.today()
    monday = today - timedelta(days=today.weekday())
    last_monday = monday - timedelta(days=7)
    since = today - PERIOD
    setup = load_setup(garage)
    counts = _counts(garage, since, today + AHEAD)
    sold = _sold(garage, min(since, last_monday), monday + WEEK)
    return Dashboard(
        day=today,
        is_set_up=bool(setup.bays and setup.hours and setup.services),
        waiting=_waiting(),
        today=figures.by_status(counts, today),
        money_today=figures.revenue(sold, today, today),
        money_week=figures.revenue(sold, monday, monday + WEEK),
        money_last_week=figures.revenue(sold, last_monday, last_monday + WEEK),
        no_shows=figures.no_shows(counts, since, today),
        in_time=figures.in_time(counts, since, today),
        online=figures.online(counts, since, today),
        bars=figures.bars(counts, today - BEHIND + timedelta(days=1), today + AHEAD),
        services=figures.top_services(sold, since, today),
        peak=figures.peak_hours(counts, since, today),
        loads=_loads(setup, today),
    )


def _window(garage: Garage, first: date, last: date) -> Range:
    """From the first day's midnight to the one that ends the last day, in the garage's zone."""
    return Range(day_range(first, garage.zone).start, day_range(last, garage.zone).end)


def _counts(garage: Garage, first: date, last: date) -> list[Count]:
    window = _window(garage, first, last)
    rows = (
        Booking.objects.filter(starts_at__gte=window.start, starts_at__lt=window.end)
        .values_list(
            TruncDate("starts_at", tzinfo=garage.zone),
            ExtractHour("starts_at", tzinfo=garage.zone),
            "source",
            "status",
        )
        .annotate(number=CountOf("pk"), in_time=CountOf("pk", filter=Q(completed_at__lte=F("ready_at"))))
        .order_by()
    )
    return [Count(*row) for row in rows]


def _sold(garage: Garage, first: date, last: date) -> list[Sold]:
    window = _window(garage, first, last)
    rows = (
        BookingLine.objects.filter(
            booking__starts_at__gte=window.start,
            booking__starts_at__lt=window.end,
            booking__status__in=(Status.COMPLETED, *figures.STILL_TO_COME),
        )
        .values_list(TruncDate("booking__starts_at", tzinfo=garage.zone), "booking__status", "name")
        .annotate(bookings=CountOf("booking", distinct=True), total=Sum("price"))
        .order_by()
    )
    return [Sold(*row) for row in rows]


def _waiting() -> Waiting:
    now = timezone.now()
    live_request = Q(status=Status.REQUESTED, starts_at__gte=now)
    expected = Q(status__in=(Status.PENDING, Status.CONFIRMED))
    numbers = Booking.objects.filter(Q(status__in=HOLDS_CAPACITY) | live_request).aggregate(
        pending=CountOf("pk", filter=Q(status=Status.PENDING)),
        requests=CountOf("pk", filter=live_request),
        missed=CountOf("pk", filter=Q(status=Status.CONFIRMED, arrived_at=None, ends_at__lt=now)),
        late=CountOf("pk", filter=Q(status=Status.IN_SERVICE, ready_at__lt=now)),
        arrived=CountOf("pk", filter=expected & Q(arrived_at__isnull=False)),
        in_workshop=CountOf("pk", filter=Q(status=Status.IN_SERVICE)),
    )
    return Waiting(**numbers)


def _loads(setup: Setup, today: date) -> list[DayLoad]:
    """Today and the six days after it. Completed jobs used their bay; cancelled ones did not."""
    garage = setup.garage
    window = _window(garage, today, today + WEEK)
    held = Booking.objects.filter(
        status__in=(*HOLDS_CAPACITY, Status.COMPLETED),
        held_until__gt=window.start,
        held_from__lt=window.end,
        bay__in=[bay.pk for bay in setup.bays],
    )
    taken: dict[int, list[Range]] = defaultdict(list)
    for bay, start, end in held.values_list("bay_id", "held_from", "held_until"):
        taken[bay].append(Range(start, end))
    clean = figures.once_each(taken)
    loads = []
    for number in range(7):
        day = today + timedelta(days=number)
        spans = opening_ranges(setup, day)
        percent = load_percent(spans, [bay.pk for bay in setup.bays], clean) if spans else None
        loads.append(DayLoad(day, percent, setup.closed_because(day) or ""))
    return loads
