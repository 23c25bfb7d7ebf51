"""Telegram, for staff, by TELEGRAM_BOT_TOKEN."""

from __future__ import annotations

from django.db import transaction

from integrations.errors import Refused
from integrations.telegram import GONE
from notifications.channels import Outgoing, Receipt
from notifications.telegram import bot, forget_chat


def send(outgoing: Outgoing) -> Receipt:
    """Write into a colleague's chat. Raises Refused, Unavailable; a chat that is gone is forgotten."""
    ours = bot()
    if ours is None:
        return Receipt(is_sandboxed=True)
    try:
        return Receipt(provider_id=ours.send(int(outgoing.to), outgoing.text))
    except Refused as error:
        if error.code == GONE:
            with transaction.atomic():
                forget_chat(outgoing.to)
        raise
