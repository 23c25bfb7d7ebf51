"""Calls from the desk instead of a message."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleet.models import Vehicle
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel
from notifications.enums import DUE, Kind


class DueCall(TenantModel):
    """Somebody rang the owner of a vehicle about what is due on it that day."""

    vehicle = TenantForeignKey(Vehicle, verbose_name=_("vehicle"), on_delete=models.CASCADE, related_name="due_calls")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    due_on = models.DateField(_("due"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["garage", "vehicle", "kind", "due_on"], name="notifications_duecall_once"),
            models.CheckConstraint(condition=Q(kind__in=DUE), name="notifications_duecall_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.due_on}"
