"""What technicians did on a booking."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.enums import PauseReason
from bookings.models.allocation import Allocation
from bookings.models.booking import Booking
from garages.models import Technician
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel


class WorkSpan(TenantModel):
    """A stretch of one technician's work on one booking; it goes on while `ended_at` is empty.

    A technician works on one car at a time. `part` is the further time it was worked in, None in the booking's own.
    `paused_for` is blank where the job was completed, or left for another.
    """

    booking = TenantForeignKey(Booking, on_delete=models.CASCADE, related_name="work_spans")
    technician = TenantForeignKey(
        Technician, verbose_name=_("technician"), on_delete=models.PROTECT, related_name="work_spans"
    )
    part = TenantForeignKey(
        Allocation,
        verbose_name=_("further time"),
        on_delete=models.SET_NULL,
        related_name="work_spans",
        null=True,
        blank=True,
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
            models.Index(fields=["garage", "part"], condition=~Q(part=None), name="bookings_work_in_part"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "technician"], condition=Q(ended_at=None), name="bookings_workspan_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="bookings_workspan_order"),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%H:%M}"
