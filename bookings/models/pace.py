"""How long booking takes."""

from __future__ import annotations

from django.db import models

from bookings.enums import DeskPath
from garages.tenancy.models import TenantManager, TenantModel


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
