"""Records of one customer or vehicle that became one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from garages.tenancy.models import TenantManager, TenantModel


class Merge(TenantModel):
    """Two records of one customer or vehicle became one: what was re-pointed and changed, so that it can be undone.

    `kept` and `gone` are public ids. `moved` lists primary keys by "app.Model.column", `fields` the old and the new
    value of each column that changed on the record that was kept.
    """

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        VEHICLE = "vehicle", _("Vehicle")

    kind = models.CharField(max_length=10, choices=Kind)
    kept = models.UUIDField()
    gone = models.UUIDField()
    gone_name = models.CharField(max_length=200)
    reason = models.CharField(_("reason"), max_length=200)
    fields = models.JSONField()
    moved = models.JSONField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    undone_at = models.DateTimeField(null=True)

    objects = TenantManager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["garage", "kept", "-made_at"], name="bookings_merge_into")]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="bookings_merge_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="bookings_merge_reason"),
        ]

    def __str__(self) -> str:
        return self.gone_name
