"""What a booking takes besides its own time (P-3)."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.models.booking import Booking, TsTzRange
from garages.history import track
from garages.models import Bay, Technician
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel


def _never_twice(name: str, resource: str, message: Promise) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("garage", RangeOperators.EQUAL),
            (resource, RangeOperators.EQUAL),
            (TsTzRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
        ],
        condition=Q(holds=True, overbook_reason=""),
        violation_error_message=message,  # type: ignore[arg-type]  # a lazy text
        violation_error_code="slot_taken",
    )


@track(exclude=["holds"])
class Allocation(TenantModel):
    """A further stretch of a booking's work: a second pair of hands, or a part that is done at another time.

    It takes a technician, and a bay where it needs one of its own, while its booking holds capacity and it is not done:
    the database keeps `holds` in step with the booking's status, and lets no booking share what it takes (`guard` in
    its migration).
    """

    booking = TenantForeignKey(Booking, verbose_name=_("booking"), on_delete=models.CASCADE, related_name="allocations")
    technician = TenantForeignKey(
        Technician, verbose_name=_("technician"), on_delete=models.PROTECT, related_name="allocations"
    )
    bay = TenantForeignKey(
        Bay, verbose_name=_("bay"), on_delete=models.PROTECT, related_name="allocations", null=True, blank=True
    )
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    note = models.CharField(_("what for"), max_length=120, blank=True)
    overbook_reason = models.CharField(
        _("overbooked because"),
        max_length=200,
        blank=True,
        help_text="why it may share its technician or bay; else blank",
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    holds = models.BooleanField(_("takes capacity"), default=True, editable=False)

    objects = TenantManager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["garage", "booking", "starts_at"], name="bookings_allocations_of"),
            models.Index(fields=["garage", "ends_at", "starts_at"], name="bookings_allocations_when"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="bookings_allocation_order"),
            models.CheckConstraint(condition=Q(done_at=None) | Q(holds=False), name="bookings_allocation_done_is_free"),
            _never_twice("bookings_allocation_bay_taken", "bay", _("This bay is taken at that time.")),
            _never_twice(
                "bookings_allocation_technician_taken", "technician", _("This technician is taken at that time.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.technician}: {self.starts_at}"

    @property
    def duration(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def goes_along(self) -> bool:
        return self.is_during(self.booking)

    def is_during(self, booking: Booking) -> bool:
        """Whether it is a second pair of hands: begun while the booking's own work goes on. Such a stretch moves with
        the booking, any other stays where it is."""
        return booking.starts_at <= self.starts_at < booking.ends_at
