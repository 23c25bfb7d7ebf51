"""What all workers share of a partner: how much may still be asked, and whether it answers at all.

A row a partner, outside any garage: limits belong to our account with the partner. It lives in PostgreSQL, so that it
holds with Redis away; only workers write it, once a call.
"""

from __future__ import annotations

from django.db import models


class Allowance(models.Model):
    """A token bucket with a daily cap, and a circuit breaker. `tokens` are calls that may be made at once."""

    partner = models.CharField(max_length=20, unique=True)
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField()
    day = models.DateField()
    used_today = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, help_text="in a row")
    open_until = models.DateTimeField(null=True, blank=True, help_text="nobody asks before then")

    def __str__(self) -> str:
        return self.partner


class HookEvent(models.Model):
    """A call of a partner's that was taken, by its own name for it: told twice, it counts once. Kept for a month."""

    partner = models.CharField(max_length=20)
    event = models.CharField(max_length=120)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["received_at"], name="integrations_hook_age")]
        constraints = [models.UniqueConstraint(fields=["partner", "event"], name="integrations_hookevent_once")]

    def __str__(self) -> str:
        return f"{self.partner} {self.event}"
