"""SMS by SMS_URL."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from integrations.sms import Text, provider_of
from integrations.sms.text import plain
from notifications.channels import Outgoing, Receipt


def send(outgoing: Outgoing) -> Receipt:
    """Hand one text to the SMS provider. Raises Refused, Unavailable."""
    if not settings.SMS_URL:
        return Receipt(is_sandboxed=True)
    provider = provider_of(settings.SMS_URL, base_url=settings.SMS_BASE_URL)
    text = Text(
        to=outgoing.to,
        body=plain(outgoing.text),
        sender=outgoing.sms_sender,
        reference=outgoing.reference,
        tried_before=outgoing.tried_before,
        # Providers refuse addresses they cannot reach: without TLS there is no call back.
        status_url=settings.SITE_URL + reverse("hook-twilio") if settings.SITE_URL.startswith("https:") else "",
    )
    return Receipt(provider_id=provider.send(text))
