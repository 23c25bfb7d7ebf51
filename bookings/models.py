"""Bookings: the heart of the product."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.enums import (
    HOLDS_CAPACITY,
    MOVES,
    Awaiting,
    DeskPath,
    DropOff,
    PauseReason,
    Priority,
    Source,
    Status,
    Waiting,
)
from bookings.errors import IllegalMove
from bookings.standing import Standing
from customers.models import Customer
from fleet.models import Vehicle
from garages.history import track
from garages.models import Bay, Service, Skill, Technician, VehicleType
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class TsTzRange(Func):
    """Two moments as a half-open range: jobs that touch do not overlap."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


def _never_twice(name: str, resource: str, message: Promise) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("garage", RangeOperators.EQUAL),
            (resource, RangeOperators.EQUAL),
            (TsTzRange("held_from", "held_until", RangeBoundary()), RangeOperators.OVERLAPS),
        ],
        condition=Q(status__in=HOLDS_CAPACITY, overbook_reason=""),
        violation_error_message=message,  # type: ignore[arg-type]  # a lazy text
        violation_error_code="slot_taken",
    )


class BookingQuerySet(TenantQuerySet["Booking"]):
    """Short, chainable filters; reads with joins live in `bookings.selectors`."""

    def holding_capacity(self) -> BookingQuerySet:
        return self.filter(status__in=HOLDS_CAPACITY)


@track(exclude=["search_text", "updated_at", "created_by", "created_at", "contacted_by"])
class Booking(Standing, TenantModel):
    """A vehicle expected at a time, for services at agreed prices.

    All moments are aware. `starts_at` is when the customer comes, `ends_at` when the work ends, `ready_at` what was
    promised. `held_from` and `held_until` add the services' buffers: that is what bay and technician are taken for.
    `work_minutes` is set where work stands still in between, over lunch or over night; else it takes all of the time.
    `typed_name` and `typed_phone` keep what was entered at the desk, whatever the customer's record says. `follows` is
    the request this one was proposed instead of; `answered_at` is when the garage said yes or no to what waited.
    """

    reference = models.CharField(_("reference"), max_length=8, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.RECEPTION)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)

    customer = TenantForeignKey(Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="bookings")
    vehicle = TenantForeignKey(
        Vehicle, verbose_name=_("vehicle"), on_delete=models.PROTECT, related_name="bookings", null=True, blank=True
    )
    vehicle_type = TenantForeignKey(
        VehicleType,
        verbose_name=_("vehicle type"),
        on_delete=models.PROTECT,
        related_name="bookings",
        null=True,
        blank=True,
    )
    bay = TenantForeignKey(
        Bay, verbose_name=_("bay"), on_delete=models.PROTECT, related_name="bookings", null=True, blank=True
    )
    technician = TenantForeignKey(
        Technician,
        verbose_name=_("technician"),
        on_delete=models.PROTECT,
        related_name="bookings",
        null=True,
        blank=True,
    )

    skill = TenantForeignKey(
        Skill, verbose_name=_("needed skill"), on_delete=models.SET_NULL, null=True, blank=True, related_name="bookings"
    )

    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    ready_at = models.DateTimeField(_("ready by"))
    held_from = models.DateTimeField(editable=False)
    held_until = models.DateTimeField(editable=False)
    work_minutes = models.PositiveIntegerField(null=True, blank=True, editable=False)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    started_at = models.DateTimeField(_("work began"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)

    drop_off = models.CharField(_("leaving the car"), max_length=10, choices=DropOff, default=DropOff.DROP)
    key_tag = models.CharField(_("key tag"), max_length=12, blank=True)
    parking = models.CharField(_("parking place"), max_length=20, blank=True)
    awaiting = models.CharField(_("waiting for"), max_length=16, choices=Awaiting, blank=True)
    overnight = models.BooleanField(_("stays overnight"), default=False)
    collect_at = models.DateTimeField(_("collection"), null=True, blank=True)

    follows = TenantForeignKey(
        "self", verbose_name=_("follows"), on_delete=models.PROTECT, related_name="followers", null=True, blank=True
    )
    contacted_at = models.DateTimeField(_("contacted"), null=True, blank=True)
    contacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, editable=False
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)

    workshop_notes = models.TextField(_("notes"), blank=True)
    internal_notes = models.TextField(_("internal notes"), blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, help_text="why it was cancelled or declined")
    overbook_reason = models.CharField(
        _("overbooked because"),
        max_length=200,
        blank=True,
        help_text="why it may share its bay or technician; else blank",
    )
    typed_name = models.CharField(max_length=200, blank=True, editable=False)
    typed_phone = models.CharField(max_length=40, blank=True, editable=False)

    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    search_text = models.TextField(editable=False, default="", help_text="see bookings.search")

    objects = TenantManager.from_queryset(BookingQuerySet)()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["garage", "starts_at", "id"], name="bookings_by_start"),
            models.Index(fields=["garage", "customer", "-starts_at"], name="bookings_of_customer"),
            models.Index(fields=["garage", "vehicle", "-starts_at"], name="bookings_of_vehicle"),
            models.Index(
                fields=["garage", "status", "starts_at"],
                condition=Q(status__in=(Status.REQUESTED, Status.PENDING, Status.IN_SERVICE)),
                name="bookings_open",
            ),
            models.Index(
                fields=["garage", "held_until", "held_from"],
                condition=Q(status__in=HOLDS_CAPACITY),
                name="bookings_holding",
            ),
            models.Index(fields=["garage"], condition=~Q(key_tag=""), name="bookings_keys"),
            models.Index(fields=["garage", "technician", "starts_at"], name="bookings_of_technician"),
            models.Index(
                fields=["garage", "-answered_at"], condition=Q(answered_at__isnull=False), name="bookings_answered"
            ),
            models.Index(fields=["garage", "updated_at"], name="bookings_by_change"),
            GinIndex(F("garage"), OpClass(F("search_text"), name="gin_trgm_ops"), name="bookings_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["garage", "reference"], name="bookings_booking_reference"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="bookings_booking_order"),
            models.CheckConstraint(
                condition=Q(held_from__lte=F("starts_at"), held_until__gte=F("ends_at")),
                name="bookings_booking_held",
            ),
            models.CheckConstraint(
                condition=Q(ready_at__gte=F("ends_at")),
                name="bookings_booking_ready",
                violation_error_message=_("The promised time is not before the end of the work."),
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="bookings_booking_status"),
            models.CheckConstraint(condition=Q(drop_off__in=DropOff.values), name="bookings_booking_drop_off"),
            models.CheckConstraint(condition=Q(awaiting__in=["", *Awaiting.values]), name="bookings_booking_awaiting"),
            _never_twice("bookings_bay_taken", "bay", _("This bay is taken at that time.")),
            _never_twice("bookings_technician_taken", "technician", _("This technician is taken at that time.")),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def duration(self) -> timedelta:
        """From start to end, with the nights in between."""
        return self.ends_at - self.starts_at

    @property
    def work(self) -> timedelta:
        """How long is worked on it."""
        return self.duration if self.work_minutes is None else timedelta(minutes=self.work_minutes)

    @property
    def holds_capacity(self) -> bool:
        return self.status in HOLDS_CAPACITY

    def may_become(self, status: Status) -> bool:
        return status in MOVES[Status(self.status)]

    def move_to(self, status: Status) -> None:
        """Take one step of the table of moves. Raises IllegalMove with a sentence for the screen."""
        if not self.may_become(status):
            raise IllegalMove(Status(self.status), status)
        self.status = status


class SlotHoldQuerySet(TenantQuerySet["SlotHold"]):
    """Holds end by the clock: one that is over counts for nothing, whether or not it was swept away."""

    def alive(self) -> SlotHoldQuerySet:
        return self.filter(expires_at__gt=timezone.now())


class SlotHold(TenantModel):
    """A time kept for somebody who is about to book it (LEAP-4, P-20): it takes what a booking would take.

    `public_id` is the token the form carries. Made and consumed by `bookings.services.holds` and `place`, which work on
    one garage's capacity one after the other.
    """

    bay = TenantForeignKey(Bay, on_delete=models.CASCADE, related_name="holds")
    skill = TenantForeignKey(Skill, on_delete=models.SET_NULL, null=True, blank=True, related_name="holds")
    technician = TenantForeignKey(Technician, on_delete=models.CASCADE, null=True, blank=True, related_name="holds")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    held_from = models.DateTimeField()
    held_until = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = TenantManager.from_queryset(SlotHoldQuerySet)()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["garage", "expires_at"], name="bookings_hold_expires")]

    def __str__(self) -> str:
        return f"{self.bay}: {self.starts_at}"


class WaitingEntry(TenantModel):
    """Somebody who would come if a time became free (WAIT-2): on `day`, or on any when that is blank.

    Who is urgent comes first, then who came most often (`visits`, as counted when they joined), then who waits longest;
    whoever let an offer pass stands behind those who did not. An offer is `offered_start`, kept by `hold` until
    `offered_until`.
    """

    customer = TenantForeignKey(Customer, on_delete=models.CASCADE, related_name="waiting")
    vehicle = TenantForeignKey(Vehicle, on_delete=models.SET_NULL, null=True, blank=True, related_name="waiting")
    vehicle_type = TenantForeignKey(VehicleType, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    services = ArrayField(models.BigIntegerField(), help_text="keys of services, in the order they are done")
    day = models.DateField(_("day"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    visits = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=Waiting, default=Waiting.WAITING)
    offers_passed = models.PositiveSmallIntegerField(default=0)
    offered_start = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    hold = models.UUIDField(null=True, blank=True)
    booking = TenantForeignKey(Booking, on_delete=models.SET_NULL, null=True, blank=True, related_name="waited")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager()

    class Meta:
        ordering = ["offers_passed", "-priority", "-visits", "created_at"]
        indexes = [models.Index(fields=["garage", "state"], name="bookings_waiting_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=Waiting.values), name="bookings_waitingentry_state")
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_state_display()}"

    @property
    def is_offered(self) -> bool:
        """Whether an offer stands at this moment."""
        return self.state == Waiting.OFFERED and self.offered_until is not None and self.offered_until > timezone.now()


@track()
class BookingLine(TenantModel):
    """One service of a booking. Name, minutes and price are snapshots: what was agreed is honoured."""

    booking = TenantForeignKey(Booking, on_delete=models.CASCADE, related_name="lines")
    service = TenantForeignKey(Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="lines")
    name = models.CharField(max_length=80)
    minutes = models.PositiveSmallIntegerField()
    price = models.PositiveIntegerField(_("price"), help_text="minor units of the garage's currency")
    position = models.PositiveSmallIntegerField(default=0)

    objects = TenantManager()

    class Meta:
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["garage", "booking", "position"], name="bookings_line_of")]

    def __str__(self) -> str:
        return self.name

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class WorkSpan(TenantModel):
    """A stretch of one technician's work on one booking; it goes on while `ended_at` is empty.

    A technician works on one car at a time. `paused_for` is blank where the job was completed, or left for another.
    """

    booking = TenantForeignKey(Booking, on_delete=models.CASCADE, related_name="work_spans")
    technician = TenantForeignKey(
        Technician, verbose_name=_("technician"), on_delete=models.PROTECT, related_name="work_spans"
    )
    started_at = models.DateTimeField(_("start"))
    ended_at = models.DateTimeField(_("end"), null=True, blank=True)
    paused_for = models.CharField(_("paused for"), max_length=16, choices=PauseReason, blank=True)
    pause_note = models.CharField(_("why"), max_length=200, blank=True)

    objects = TenantManager()

    class Meta:
        ordering = ["started_at", "pk"]
        indexes = [
            models.Index(fields=["garage", "booking", "started_at"], name="bookings_work_on"),
            models.Index(fields=["garage", "technician", "started_at"], name="bookings_work_of"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "technician"], condition=Q(ended_at=None), name="bookings_workspan_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="bookings_workspan_order"),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%H:%M}"


class Merge(TenantModel):
    """Two records of one customer or vehicle became one: what was re-pointed and changed, so that it can be undone.

    `kept` and `gone` are public ids. `moved` lists primary keys by "app.Model.column", `fields` the old and the new
    value of each column that changed on the record that was kept.
    """

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        VEHICLE = "vehicle", _("Vehicle")

    kind = models.CharField(max_length=10, choices=Kind)
    kept = models.UUIDField()
    gone = models.UUIDField()
    gone_name = models.CharField(max_length=200)
    reason = models.CharField(_("reason"), max_length=200)
    fields = models.JSONField()
    moved = models.JSONField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    undone_at = models.DateTimeField(null=True)

    objects = TenantManager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["garage", "kept", "-made_at"], name="bookings_merge_into")]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="bookings_merge_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="bookings_merge_reason"),
        ]

    def __str__(self) -> str:
        return self.gone_name


class DeskPace(TenantModel):
    """How long one booking took at the desk, from the first key to saved, and on which path (LEAP-15).

    Neither booking nor person nor clock time is kept: from a row nobody can tell who was booked, nor who booked.
    """

    day = models.DateField()
    path = models.CharField(max_length=8, choices=DeskPath)
    is_known = models.BooleanField(help_text="whether the customer was known")
    is_business = models.BooleanField()
    milliseconds = models.PositiveIntegerField()
    keys = models.PositiveSmallIntegerField()
    clicks = models.PositiveSmallIntegerField()

    objects = TenantManager()

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["garage", "day"], name="bookings_pace_by_day")]

    def __str__(self) -> str:
        return f"{self.get_path_display()}, {self.milliseconds / 1000:.1f} s"
