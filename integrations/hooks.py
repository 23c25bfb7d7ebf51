"""Calls from partners to us."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone

from integrations.models import HookEvent

_KEPT: Final = timedelta(days=30)


def is_new(partner: str, event: str) -> bool:
    """Whether this event was not taken before: partners tell some twice. It is remembered with the transaction."""
    _row, was_made = HookEvent.objects.get_or_create(partner=partner, event=event[:120])
    return was_made


def forget_old_events() -> None:
    """Nobody repeats what is a month old."""
    HookEvent.objects.filter(received_at__lt=timezone.now() - _KEPT).delete()
