"""A technician's day: their jobs and further times with the time worked on them, jobs nobody has yet, and their own
week in figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from bookings.enums import HOLDS_CAPACITY, Status
from bookings.models import Allocation, Booking, BookingQuerySet, WorkSpan
from bookings.selectors.further import further_times_in
from bookings.selectors.rows import with_row_parts
from bookings.slots import day_range
from fleet.models import RegisterCheck
from garages.models import Garage, Technician
from integrations.vehicles import VehicleFacts

_LENGTH: Final = ExpressionWrapper(F("ended_at") - F("started_at"), output_field=DurationField())
_TODAYS: Final = (Status.PENDING, Status.CONFIRMED, Status.IN_SERVICE, Status.COMPLETED)


@dataclass(frozen=True)
class Clock:
    """`worked` is all but what is being counted since `running_since`; `pause` says why it stands still."""

    worked: timedelta
    running_since: datetime | None
    pause: dict[str, str]

    @classmethod
    def of(cls, row: Any) -> Clock:
        """The clock of a row that was read with `_clock_of`."""
        return cls(row.worked or timedelta(), row.running_since, row.pause or {})

    @property
    def was_begun(self) -> bool:
        """Whether it ever ran; work without a technician has none."""
        return bool(self.pause)

    @property
    def worked_by_now(self) -> timedelta:
        return self.worked + (timezone.now() - self.running_since if self.running_since else timedelta())


@dataclass(frozen=True)
class Job:
    """A booking as the one who does it sees it, with its own clock; `facts` is what the register said of the car."""

    booking: Any
    clock: Clock
    facts: VehicleFacts | None = None

    @property
    def is_paused(self) -> bool:
        return self.booking.status == Status.IN_SERVICE and self.clock.running_since is None

    @property
    def sold(self) -> timedelta:
        return timedelta(minutes=sum(line["minutes"] for line in self.booking.line_list))

    @property
    def percent(self) -> int:
        """How much of the sold time is used up."""
        return min(100, int(100 * self.clock.worked_by_now / self.sold)) if self.sold else 0


@dataclass(frozen=True)
class Part:
    """A further time with its clock."""

    time: Allocation
    clock: Clock

    @property
    def percent(self) -> int:
        """How much of the planned time is used up."""
        return min(100, int(100 * self.clock.worked_by_now / self.time.duration))


@dataclass(frozen=True)
class Week:
    """One technician's own figures since Monday: a part of somebody else's booking that is done counts, too, but what
    was sold is theirs whose booking it was."""

    done: int
    worked: timedelta
    sold: timedelta


@dataclass(frozen=True)
class MyDay:
    """`further` are the further times of the technician today, on whoever's bookings, and any they are at now."""

    own: list[Job]
    further: list[Part]
    free: list[Job]
    week: Week


def my_day(technician: Technician, garage: Garage) -> MyDay:
    """Jobs of today and whatever of one's own is still in the workshop, in order. Five queries."""
    today = day_range(garage.today(), garage.zone)
    is_today = Q(starts_at__gte=today.start, starts_at__lt=today.end)
    own = Q(technician=technician) & (Q(is_today, status__in=_TODAYS) | Q(status=Status.IN_SERVICE))
    free = Q(is_today, technician=None, status__in=(Status.CONFIRMED, Status.IN_SERVICE))
    jobs = jobs_of(Booking.objects.filter(own | free))
    at_work = WorkSpan.objects.filter(technician=technician, ended_at=None).exclude(part=None).values("part")
    mine = Q(technician=technician, booking__status__in=HOLDS_CAPACITY)
    further = further_times_in(today, or_else=Q(pk__in=at_work)).filter(mine)
    return MyDay(
        own=[job for job in jobs if job.booking.technician_id],
        further=parts_of(further),
        free=[job for job in jobs if not job.booking.technician_id],
        week=_week(technician, garage),
    )


def jobs_of(bookings: BookingQuerySet) -> list[Job]:
    """These bookings with their clocks, in order of time: one query."""
    clock = _clock_of(WorkSpan.objects.filter(booking=OuterRef("pk"), part=None))
    checks = RegisterCheck.objects.filter(vehicle=OuterRef("vehicle"))
    rows: Any = with_row_parts(bookings).annotate(register=Subquery(checks.values("facts")[:1]), **clock)
    return [
        Job(row, Clock.of(row), VehicleFacts.from_json(row.register) if row.register else None)
        for row in rows.order_by("starts_at", "pk")
    ]


def parts_of(times: QuerySet[Allocation]) -> list[Part]:
    """These further times with their clocks: one query."""
    spans = WorkSpan.objects.filter(booking=OuterRef("booking"), part=OuterRef("pk"))
    return [Part(time, Clock.of(time)) for time in times.annotate(**_clock_of(spans))]


def _clock_of(spans: QuerySet[WorkSpan]) -> dict[str, Any]:
    latest = spans.order_by("-started_at").values(json=JSONObject(why="paused_for", note="pause_note"))
    return {
        "worked": Subquery(spans.order_by().values("booking").annotate(total=Sum(_LENGTH)).values("total")),
        "running_since": Subquery(spans.filter(ended_at=None).values("started_at")[:1]),
        "pause": Subquery(latest[:1]),
    }


def _week(technician: Technician, garage: Garage) -> Week:
    today = garage.today()
    monday = day_range(today - timedelta(days=today.weekday()), garage.zone).start
    length = ExpressionWrapper(Coalesce("ended_at", timezone.now()) - F("started_at"), output_field=DurationField())
    spans = WorkSpan.objects.filter(technician=technician, started_at__gte=monday)
    completed = Booking.objects.filter(technician=technician, status=Status.COMPLETED, completed_at__gte=monday)
    done = completed.aggregate(done=Count("pk", distinct=True), sold=Sum("lines__minutes"))
    parts = Allocation.objects.filter(technician=technician, done_at__gte=monday)
    return Week(
        done=done["done"] + parts.exclude(booking__in=completed).count(),
        worked=spans.aggregate(worked=Sum(length))["worked"] or timedelta(),
        sold=timedelta(minutes=done["sold"] or 0),
    )
