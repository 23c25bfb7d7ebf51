"""How a written message leaves the house. Each channel is a module with one function, `send`.

A channel raises integrations.errors: Refused where asking again is no use, Unavailable where it is. Without its setting
it is a sandbox: the message is written, shown on the messages page, and goes nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from bookings.models import Booking
from garages.models import Garage
from notifications.enums import MARKETING, Audience, Channel
from notifications.models import Message, MessageSettings
from notifications.opting import unsubscribe_url
from notifications.writing import link_of


@dataclass(frozen=True)
class Outgoing:
    """All a channel needs: plain facts, read before anything leaves. `reference` is the same each time it is tried."""

    message_id: int
    reference: str
    kind: str
    channel: Channel
    audience: str
    to: str
    subject: str
    text: str
    language: str
    garage: Garage
    reply_to: str
    sms_sender: str
    booking: Booking | None
    booking_url: str
    tried_before: bool
    unsubscribe_url: str

    @classmethod
    def of(cls, message: Message, garage: Garage) -> Outgoing:
        """Reads the garage's settings: one query."""
        settings = MessageSettings.objects.first() or MessageSettings()
        return cls(
            message_id=message.pk,
            reference=str(message.public_id),
            kind=message.kind,
            channel=Channel(message.channel),
            audience=message.audience,
            to=message.to,
            subject=message.subject,
            text=message.text,
            language=message.language,
            garage=garage,
            reply_to=settings.reply_to or garage.email,
            sms_sender=settings.sms_sender,
            booking=message.booking,
            booking_url=link_of(message, message.booking, garage) if message.booking else "",
            tried_before=message.attempts > 1,
            unsubscribe_url=unsubscribe_url(garage, message.customer)
            if message.kind in MARKETING and message.customer and message.audience == Audience.CUSTOMER
            else "",
        )


@dataclass(frozen=True)
class Receipt:
    """That a provider took a message, and what it calls it. `is_sandboxed`: it went nowhere, as it should."""

    provider_id: str = ""
    is_sandboxed: bool = False


class Sends(Protocol):
    """What a channel's module can do."""

    def send(self, outgoing: Outgoing) -> Receipt: ...


def channel_of(channel: Channel) -> Sends:
    return cast("Sends", import_module(f"notifications.channels.{channel}"))
