"""What was already done."""

from __future__ import annotations

from django.db import models

from garages.tenancy.models import TenantManager, TenantModel


class IdempotencyKey(TenantModel):
    """One act that made something: sending the same form again answers with what it made the first time."""

    key = models.UUIDField()
    act = models.CharField(max_length=40)
    request_hash = models.CharField(max_length=64)
    made = models.CharField(max_length=64, blank=True, help_text="public id or reference of what was made")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["garage", "key", "act", "request_hash"], name="garages_idempotencykey_once")
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.key}"
