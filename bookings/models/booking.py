"""A booking, and the services it is for."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.enums import HOLDS_CAPACITY, MOVES, Awaiting, DropOff, Priority, Source, Status
from bookings.errors import IllegalMove
from bookings.search import LONGEST
from bookings.standing import Standing
from customers.models import Customer
from fleet.models import Vehicle
from garages.history import track
from garages.models import Bay, CourtesyCar, Service, Skill, Technician, VehicleType
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class TsTzRange(Func):
    """Two moments as a half-open range: jobs that touch do not overlap."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


def _never_twice(
    name: str, resource: str, message: Promise, *, span: tuple[str, str] = ("held_from", "held_until")
) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("garage", RangeOperators.EQUAL),
            (resource, RangeOperators.EQUAL),
            (TsTzRange(*span, RangeBoundary()), RangeOperators.OVERLAPS),
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
    `typed_name`, `typed_phone` and `typed_email` keep what was entered at the desk, whatever the customer's record
    says. `customer_confirmed_at` is when the customer said by their link that they will be there; another start forgets
    it. `follows` is the request this one was proposed instead of; `answered_at` is when the garage said yes or no to
    what waited.
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

    customer_confirmed_at = models.DateTimeField(_("customer confirmed"), null=True, blank=True)

    drop_off = models.CharField(_("leaving the car"), max_length=10, choices=DropOff, default=DropOff.DROP)
    courtesy_car = TenantForeignKey(
        CourtesyCar,
        verbose_name=_("courtesy car"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bookings",
    )
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
    typed_email = models.EmailField(blank=True, editable=False)

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
            models.Index(fields=["garage", "starts_at", "id"], include=["search_text"], name="bookings_by_start"),
            models.Index(fields=["garage", "customer", "-starts_at"], name="bookings_of_customer"),
            models.Index(
                fields=["garage", "vehicle", "-starts_at"], include=["id", "status"], name="bookings_of_vehicle"
            ),
            models.Index(
                fields=["garage", "status", "starts_at"],
                condition=Q(status__in=(Status.REQUESTED, Status.PENDING, Status.IN_SERVICE)),
                name="bookings_open",
            ),
            models.Index(
                fields=["garage", "held_until", "held_from"],
                include=["id", "bay", "skill", "technician"],  # all that availability reads of a month
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
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("search_text"), Value(LONGEST)), name="bookings_booking_words"
            ),
            models.CheckConstraint(condition=Q(drop_off__in=DropOff.values), name="bookings_booking_drop_off"),
            models.CheckConstraint(condition=Q(awaiting__in=["", *Awaiting.values]), name="bookings_booking_awaiting"),
            _never_twice("bookings_bay_taken", "bay", _("This bay is taken at that time.")),
            _never_twice("bookings_technician_taken", "technician", _("This technician is taken at that time.")),
            _never_twice(
                "bookings_courtesy_car_taken",
                "courtesy_car",
                _("This courtesy car is lent at that time."),
                span=("starts_at", "ready_at"),
            ),
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
    def car(self) -> str:
        """Make and model, else the type of vehicle; blank where neither was said."""
        said = self.vehicle.description if self.vehicle else ""
        return said or (self.vehicle_type.name if self.vehicle_type else "")

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
        indexes = [models.Index(fields=["garage", "booking", "position"], include=["service"], name="bookings_line_of")]

    def __str__(self) -> str:
        return self.name

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.minutes)
