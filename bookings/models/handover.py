"""What one shift writes down for the next."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from garages.tenancy.models import TenantManager, TenantModel


class HandoverNote(TenantModel):
    """A few words for whoever is at the desk next; what was done to bookings stands in their history."""

    text = models.TextField(_("note"), max_length=1000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    written_at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["garage", "-written_at"], name="bookings_handover_latest")]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="bookings_handovernote_text")]

    def __str__(self) -> str:
        return self.text[:60]
