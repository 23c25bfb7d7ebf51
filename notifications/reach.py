"""By which channels somebody can be reached, and where."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import phonenumbers

from customers.models import Customer
from notifications.enums import Audience, Channel
from notifications.models import Message
from notifications.rules import Rule

_NO_TEXTS = (
    phonenumbers.PhoneNumberType.FIXED_LINE,
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.UAN,
    phonenumbers.PhoneNumberType.VOICEMAIL,
)


def address(message: Message) -> str:
    """Where a message goes, by what is known now: "" when nothing is. Copies and staff's keep what was planned."""
    if message.audience == Audience.CUSTOMER and message.customer is not None:
        return address_of(message.customer, Channel(message.channel))
    return message.to


def address_of(customer: Customer, channel: Channel) -> str:
    """Where this customer is written to by a channel: "" when that is not known or not possible."""
    if channel == Channel.EMAIL:
        return customer.email
    if channel == Channel.SMS and customer.phone and takes_texts(str(customer.phone)):
        return str(customer.phone)
    return ""


def channels_to(customer: Customer, rule: Rule, *, among: Sequence[Channel] = ()) -> list[tuple[Channel, str]]:
    """The channels to use and the address of each: the one the customer likes best, else the rule's first that
    reaches them; all that reach them where the rule says so. None when the kind is off or nothing reaches them."""
    if not rule.is_on:
        return []
    order = sorted(among or rule.channels, key=lambda channel: channel != customer.preferred_channel)
    found = [(channel, to) for channel in order if (to := address_of(customer, channel))]
    return found if rule.every_channel else found[:1]


@lru_cache(maxsize=4096)
def takes_texts(e164: str) -> bool:
    """Whether a number may take texts: any that is not known to be none. The provider has the last word."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(e164)) not in _NO_TEXTS
    except phonenumbers.NumberParseException:
        return False
