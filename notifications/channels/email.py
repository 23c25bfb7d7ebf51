"""E-mail by EMAIL_URL: plain text and HTML, with the visit as a calendar entry."""

from __future__ import annotations

import smtplib
from email.utils import formataddr, parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from integrations.errors import Refused, Unavailable
from notifications.calendar import entry_for
from notifications.channels import Outgoing, Receipt
from notifications.enums import Audience

_PERMANENT: Final = 500  # SMTP: 5xx says no, 4xx not now


def send(outgoing: Outgoing) -> Receipt:
    """Hand one e-mail to the mail server. Raises Refused, Unavailable."""
    if settings.EMAIL_IS_SANDBOX:
        return Receipt(is_sandboxed=True)
    mail = build(outgoing)
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise _of_code(next(iter(error.recipients.values()))[0]) from error
    except smtplib.SMTPResponseException as error:
        raise _of_code(error.smtp_code) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable(type(error).__name__) from error
    return Receipt(provider_id=mail.extra_headers["Message-ID"])


def _of_code(code: int) -> Refused | Unavailable:
    return Refused(f"smtp-{code}") if code >= _PERMANENT else Unavailable(f"smtp-{code}")


def build(outgoing: Outgoing) -> EmailMultiAlternatives:
    """The e-mail as it leaves. Its Message-ID is the same each time it is tried."""
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = sender.rpartition("@")[2]
    reply_to = outgoing.reply_to
    if outgoing.audience in (Audience.STAFF, Audience.COPY) and outgoing.booking and outgoing.booking.customer.email:
        reply_to = outgoing.booking.customer.email  # staff's answer reaches the customer (ORD-8)
    headers = {"Message-ID": f"<{outgoing.reference}@{domain}>", "Auto-Submitted": "auto-generated"}
    if outgoing.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        subject=outgoing.subject,
        body="\n\n".join(filter(None, [outgoing.text, outgoing.unsubscribe_url])) + "\n",
        from_email=formataddr((outgoing.garage.name or name, sender)),
        to=[outgoing.to],
        reply_to=[reply_to] if reply_to else None,
        headers=headers,
    )
    with translation.override(outgoing.language):
        html = render_to_string("notifications/email.html", {"mail": outgoing, "garage": outgoing.garage})
    mail.attach_alternative(html, "text/html")
    entry = entry_for(outgoing)
    if entry is not None:
        mail.attach_alternative(entry.text, f"text/calendar; method={entry.method}")
        mail.attach("visit.ics", entry.text, f"text/calendar; method={entry.method}")
    return mail
