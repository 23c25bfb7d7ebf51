"""Several vehicles of one company on their way to bookings (LEAP-7)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.booking import Booking
from customers.models import Customer
from fleet.models import Vehicle
from garages.models import Membership
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class Batch(TenantModel):
    """Bookings of one company that were made in one act: they are told of and undone together."""

    customer = TenantForeignKey(Customer, verbose_name=_("company"), on_delete=models.CASCADE, related_name="batches")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.SET_NULL, related_name="+", null=True
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = TenantManager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["garage", "customer", "-created_at"], name="bookings_batch_of")]

    def __str__(self) -> str:
        return f"{self.customer}, {self.created_at:%Y-%m-%d}"


class QueueEntryQuerySet(TenantQuerySet["QueueEntry"]):
    def waiting(self, member: Membership) -> QueueEntryQuerySet:
        """What this person has queued and not submitted, in the order it was added."""
        return self.filter(membership=member, batch=None)


class QueueEntry(TenantModel):
    """One vehicle in somebody's queue at the desk; once it is submitted, which booking of which batch it became.

    A vehicle the garage does not know yet is only what was typed of it. `services` are keys of the menu, done one
    after the other; they are those of the whole queue unless `is_exception`. `starts_from` is the start that was
    wished for all. `problem` says why it was not booked when it was last tried, in the person's language.
    """

    membership = models.ForeignKey(
        Membership, verbose_name=_("colleague"), on_delete=models.CASCADE, related_name="queue"
    )
    customer = TenantForeignKey(Customer, verbose_name=_("company"), on_delete=models.CASCADE, related_name="+")
    vehicle = TenantForeignKey(
        Vehicle, verbose_name=_("vehicle"), on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    registration = models.CharField(_("registration"), max_length=24, blank=True)
    registration_typed = models.CharField(max_length=24, blank=True)
    make = models.CharField(_("make"), max_length=60, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    services = ArrayField(models.BigIntegerField(), default=list, blank=True)
    is_exception = models.BooleanField(default=False)
    starts_from = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=200, blank=True)
    batch = TenantForeignKey(Batch, on_delete=models.CASCADE, related_name="entries", null=True, blank=True)
    booking = TenantForeignKey(Booking, on_delete=models.CASCADE, related_name="queued", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager.from_queryset(QueueEntryQuerySet)()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["garage", "membership"], condition=Q(batch=None), name="bookings_queue_of"),
            models.Index(fields=["garage", "batch"], name="bookings_queue_batch"),
            models.Index(fields=["garage", "booking"], name="bookings_queue_booking"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "membership", "customer", "registration"],
                condition=Q(batch=None) & ~Q(registration=""),
                name="bookings_queueentry_once",
                violation_error_message=_("This vehicle is in the queue."),
            ),
            models.CheckConstraint(
                condition=Q(batch=None, booking=None) | Q(batch__isnull=False, booking__isnull=False),
                name="bookings_queueentry_made",
            ),
        ]

    def __str__(self) -> str:
        return self.registration_typed or f"{self.make} {self.model}".strip() or "–"
