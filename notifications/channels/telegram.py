"""Telegram by TELEGRAM_BOT_TOKEN: for staff."""

from __future__ import annotations

from django.conf import settings

from integrations.errors import Refused
from notifications.channels import Outgoing, Receipt


def send(outgoing: Outgoing) -> Receipt:
    """Hand one text to the bot. Raises Refused, Unavailable."""
    if not settings.TELEGRAM_BOT_TOKEN:
        return Receipt(is_sandboxed=True)
    raise Refused("no-provider")
