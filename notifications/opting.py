"""STOP, START, and leaving a list by one click: what people say from outside, taken down as consents."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from customers.consents import record_consent
from customers.enums import Channel, ConsentSource, Purpose
from customers.models import Customer
from garages.models import Garage
from garages.tenancy.context import platform, tenant
from notifications.models import Alerts, Message, MessageSettings

# Twilio's own words (default opt-out keywords); it blocks the pair by itself, we remember it.
STOP_WORDS: Final = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS: Final = frozenset({"START", "YES", "UNSTOP"})
_SALT: Final = "unsubscribe"


def stop_texts(message: Message) -> None:
    """Whoever this text was for wants none at all."""
    if message.member_id is not None:
        Alerts.objects.filter(membership=message.member_id).update(stopped_at=timezone.now())
    elif message.customer is not None:
        _stop(message.customer)


def _stop(customer: Customer) -> None:
    for purpose in Purpose:
        record_consent(
            customer, purpose=purpose, channel=Channel.SMS, is_given=False, source=ConsentSource.SMS, by=None
        )


def heard(word: str, *, sender: str, recipient: str) -> int:
    """What a phone answered to one of our numbers. STOP holds in every garage that writes from that number; for how
    many customers and colleagues it was taken down. Reads keys across garages through `platform()`."""
    word = word.strip().upper()
    if word not in STOP_WORDS | START_WORDS:
        return 0
    with platform():
        own = dict(MessageSettings.objects.exclude(sms_sender="").values_list("garage_id", "sms_sender"))
        people = Customer.objects.filter(phone_digits=sender.lstrip("+"), phone=sender)
        customers = list(people.values_list("garage_id", "pk"))
        colleagues = list(Alerts.objects.filter(phone=sender).values_list("garage_id", "pk"))
    owners = {garage for garage, number in own.items() if number == recipient}

    # The account's own number is that of all garages that chose none.
    def writes(garage_id: int) -> bool:
        return garage_id in owners if owners else garage_id not in own

    for garage_id, pk in (meant := [row for row in customers if writes(row[0])]):
        with tenant(garage_id):
            (_stop if word in STOP_WORDS else _take_texts)(Customer.objects.get(pk=pk))
    for garage_id, pk in (ours := [row for row in colleagues if writes(row[0])]):
        with tenant(garage_id):
            Alerts.objects.filter(pk=pk).update(stopped_at=timezone.now() if word in STOP_WORDS else None)
    return len(meant) + len(ours)


def _take_texts(customer: Customer) -> None:
    """START takes STOP back; it is no consent to marketing."""
    facts = {"channel": Channel.SMS, "is_given": True, "source": ConsentSource.SMS, "by": None}
    record_consent(customer, purpose=Purpose.SERVICE, **facts)  # type: ignore[arg-type]


def unsubscribe_url(garage: Garage, customer: Customer) -> str:
    """Where a customer leaves the list of reminders and offers by e-mail. Signed, and good for nothing else."""
    token = signing.dumps([garage.slug, customer.public_id.hex], salt=_SALT)
    return settings.SITE_URL + reverse("unsubscribe", args=[token])


def subscriber(token: str) -> tuple[Garage, str] | None:
    """The garage and the customer's public id of such an address; None when it is not one of ours."""
    try:
        slug, public_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    garage = Garage.objects.filter(slug=slug, is_active=True).first()
    return (garage, public_id) if garage else None
