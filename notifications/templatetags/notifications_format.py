"""How messages are shown."""

from __future__ import annotations

from datetime import datetime

from django import template

from notifications.channels import Outgoing
from notifications.enums import State
from notifications.models import Message

register = template.Library()

_TONES = {State.DELIVERED: "tag--ok", State.SENT: "tag--ok", State.FAILED: "tag--bad"}


@register.filter
def message_time(message: Message) -> datetime:
    """When it was sent; of one that waits, when it will be; of one dropped, when it was written."""
    if message.state == State.QUEUED:
        return message.due_at
    return message.sent_at or message.created_at


@register.filter
def around_button(mail: Outgoing) -> tuple[str, str] | None:
    """The text before and after the line that holds nothing but the booking's address: a button stands there. None
    where a garage wrote its text otherwise."""
    before, found, after = mail.text.partition(f"\n{mail.booking_url}\n")
    return (before, after) if mail.booking_url and found else None


@register.filter
def message_tone(message: Message) -> str:
    """The class of its state's tag."""
    return _TONES.get(State(message.state), "")
