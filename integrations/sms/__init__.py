"""SMS providers behind one small interface.

SMS_URL says which: `twilio://SID:TOKEN@/?from=%2B447700900456` (a number, an alphanumeric sender or a messaging
service), `ovh://APPLICATION_KEY:APPLICATION_SECRET@SERVICE?consumer=CONSUMER_KEY&from=SENDER`.
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from integrations.sms.ovh import Ovh
from integrations.sms.text import Text
from integrations.sms.twilio import Twilio

__all__ = ["Provider", "Text", "provider_of"]


class Provider(Protocol):
    """Takes a text and returns its own name for it. Raises Refused, Unavailable (integrations.errors)."""

    def send(self, text: Text) -> str: ...


def provider_of(url: str, *, base_url: str = "") -> Provider:
    """The provider an SMS_URL names; `base_url` replaces its public address. Raises ValueError for one unknown."""
    parts = urlsplit(url)
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    user, secret = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme == "twilio":
        return Twilio(account=user, token=secret, sender=options.get("from", ""), base_url=base_url)
    if parts.scheme == "ovh":
        return Ovh(
            application=user,
            secret=secret,
            consumer=options.get("consumer", ""),
            service=parts.hostname or "",
            sender=options.get("from", ""),
            base_url=base_url,
        )
    raise ValueError(f"SMS_URL: no provider is called {parts.scheme!r}")
