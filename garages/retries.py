"""When to try again what did not leave the house."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

MOST_ATTEMPTS: Final = 8
LONGEST_PAUSE: Final = 3600.0  # seconds


def lease() -> timedelta:
    """How long a worker may take over one message before another tries."""
    return timedelta(seconds=settings.MESSAGE_LEASE_SECONDS)


def next_attempt(now: datetime, attempts: int, retry_after: float | None = None) -> datetime:
    """Exponential back-off with full jitter; never earlier than the partner asked for, in seconds."""
    longest = min(LONGEST_PAUSE, settings.MESSAGE_FIRST_PAUSE_SECONDS * 2**attempts)
    pause = random.uniform(0, longest)  # noqa: S311 - no secret
    return now + timedelta(seconds=max(pause, retry_after or 0, 1))
