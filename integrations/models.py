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


class PlateAnswer(models.Model):
    """What the registers say of a plate, kept for every garage that asks. The same for all, so it belongs to none.

    `state` is a `LookupState`, or empty while the answer is on its way. `facts` as `VehicleFacts.as_json` writes them.
    """

    registration = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=16, blank=True)
    source = models.CharField(max_length=10, blank=True)
    code = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(null=True, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.registration
