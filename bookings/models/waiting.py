"""Times kept for somebody, and who waits for one."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.enums import Priority, Waiting
from bookings.models.booking import Booking
from customers.models import Customer
from fleet.models import Vehicle
from garages.models import Bay, Skill, Technician, VehicleType
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class SlotHoldQuerySet(TenantQuerySet["SlotHold"]):
    """Holds end by the clock: one that is over counts for nothing, whether or not it was swept away."""

    def alive(self) -> SlotHoldQuerySet:
        return self.filter(expires_at__gt=timezone.now())


class SlotHold(TenantModel):
    """A time kept for somebody who is about to book it (LEAP-4, P-20): it takes what a booking would take.

    `public_id` is the token the form carries. Made and consumed by `bookings.services.capacity`, which work on
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


class WaitingEntryQuerySet(TenantQuerySet["WaitingEntry"]):
    """Whoever waited for a day that is over waits no more, without anybody taking them off the list."""

    def in_line(self, today: date) -> WaitingEntryQuerySet:
        wanted = Q(day__isnull=True) | Q(day__gte=today)
        return self.filter(wanted, state__in=(Waiting.WAITING, Waiting.OFFERED))


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

    objects = TenantManager.from_queryset(WaitingEntryQuerySet)()

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
