"""How long booking takes, and what the plate card sells."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

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


class CardOffer(TenantModel):
    """What the plate card offered for one booking, and what of it was taken (LEAP-10). Like a pace, it names nobody:
    neither booking nor plate."""

    day = models.DateField()
    mot_offered = models.BooleanField()
    mot_taken = models.BooleanField(help_text="whether the MOT was added from the card and booked")
    remarks_offered = models.PositiveSmallIntegerField()
    remarks_taken = models.PositiveSmallIntegerField(help_text="how many were put into the notes")

    objects = TenantManager()

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["garage", "day"], name="bookings_offers_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(mot_offered=True) | Q(remarks_offered__gt=0), name="bookings_card_offers"
            ),
            models.CheckConstraint(
                condition=(Q(mot_taken=False) | Q(mot_offered=True)) & Q(remarks_taken__lte=F("remarks_offered")),
                name="bookings_card_taken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.mot_taken + self.remarks_taken} / {self.mot_offered + self.remarks_offered}"
