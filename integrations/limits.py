"""How often a partner is asked, by all workers together, and when it is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from integrations.errors import Unavailable
from integrations.models import Allowance

FAILURES_TO_OPEN: Final = 5
OPEN_FOR: Final = timedelta(seconds=30)


class TooMany(Unavailable):
    """Our own limit: nothing was asked. `retry_after` says when there is room."""


class LeftAlone(Unavailable):
    """The partner failed several times in a row and is given a rest."""


@dataclass(frozen=True)
class Limit:
    """`rate` calls a second on average, `burst` at once, `daily` from midnight UTC."""

    partner: str
    rate: float
    burst: int
    daily: int

    def take(self) -> None:
        """Take leave for one call. Raises TooMany, LeftAlone."""
        now = timezone.now()
        with transaction.atomic():
            row = self._row(now)
            if row.open_until is not None and now < row.open_until:
                raise LeftAlone("left-alone", retry_after=(row.open_until - now).total_seconds())
            tokens = min(self.burst, row.tokens + (now - row.refilled_at).total_seconds() * self.rate)
            used = row.used_today if row.day == now.date() else 0
            if used >= self.daily:
                midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
                raise TooMany("daily-allowance", retry_after=(midnight - now).total_seconds())
            if tokens < 1:
                raise TooMany("too-fast", retry_after=(1 - tokens) / self.rate)
            row.tokens, row.refilled_at, row.day, row.used_today = tokens - 1, now, now.date(), used + 1
            row.save(update_fields=["tokens", "refilled_at", "day", "used_today"])

    def answered(self) -> None:
        """The partner did its part, whatever it said: the breaker closes."""
        Allowance.objects.filter(partner=self.partner).exclude(failures=0, open_until=None).update(
            failures=0, open_until=None
        )

    def failed(self) -> None:
        """The partner did not answer; after several in a row it is left alone for a while, then tried again."""
        now = timezone.now()
        with transaction.atomic():
            row = self._row(now)
            row.failures += 1
            if row.failures >= FAILURES_TO_OPEN:
                row.open_until = now + OPEN_FOR
            row.save(update_fields=["failures", "open_until"])

    def _row(self, now: datetime) -> Allowance:
        fresh = Allowance(partner=self.partner, tokens=self.burst, refilled_at=now, day=now.date())
        Allowance.objects.bulk_create([fresh], ignore_conflicts=True)
        return Allowance.objects.select_for_update().get(partner=self.partner)
