"""STOP, START, and leaving a list by one click: what people say from outside, taken down as consents."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse

from customers.consents import record_consent
from customers.enums import Channel, ConsentSource, Purpose
from customers.models import Customer
from garages.models import Garage
from garages.tenancy.context import platform, tenant
from notifications.models import MessageSettings

# Twilio's own words (default opt-out keywords); it blocks the pair by itself, we remember it.
STOP_WORDS: Final = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS: Final = frozenset({"START", "YES", "UNSTOP"})
_SALT: Final = "unsubscribe"


def stop_texts(customer: Customer) -> None:
    """They want no texts at all."""
    for purpose in Purpose:
        record_consent(
            customer, purpose=purpose, channel=Channel.SMS, is_given=False, source=ConsentSource.SMS, by=None
        )


def heard(word: str, *, sender: str, recipient: str) -> int:
    """What a phone answered to one of our numbers. STOP holds in every garage that writes from that number; how many
    customers it was taken down for. Reads keys across garages through `platform()`."""
    word = word.strip().upper()
    if word not in STOP_WORDS | START_WORDS:
        return 0
    with platform():
        own = dict(MessageSettings.objects.exclude(sms_sender="").values_list("garage_id", "sms_sender"))
        people = Customer.objects.filter(phone_digits=sender.lstrip("+"), phone=sender)
        found = list(people.values_list("garage_id", "pk"))
    owners = {garage for garage, number in own.items() if number == recipient}
    # The account's own number is that of all garages that chose none.
    meant = [(garage, pk) for garage, pk in found if (garage in owners if owners else garage not in own)]
    for garage_id, pk in meant:
        with tenant(garage_id):
            customer = Customer.objects.get(pk=pk)
            if word in STOP_WORDS:
                stop_texts(customer)
            else:
                _take_texts(customer)
    return len(meant)


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
