"""What is to be known of single days."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from garages.tenancy.models import TenantManager, TenantModel


class DayNote(TenantModel):
    """A line of the garage's diary: somebody's leave, an event. `is_full` says that the day takes no more bookings,
    whatever its bays say."""

    day = models.DateField(_("day"))
    text = models.CharField(_("note"), max_length=120, blank=True)
    is_full = models.BooleanField(_("fully booked"), default=False)

    objects = TenantManager()

    class Meta:
        ordering = ["day", "pk"]
        indexes = [models.Index(fields=["garage", "day"], name="garages_daynote_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "day"], condition=Q(is_full=True), name="garages_daynote_full_once"
            ),
            models.CheckConstraint(condition=~Q(text="") | Q(is_full=True), name="garages_daynote_says"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.text or _('fully booked')}"
