"""By which channels somebody can be reached, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

import phonenumbers

from customers.consents import latest_consents
from customers.enums import Purpose
from customers.models import Customer
from garages.models import Membership
from notifications.enums import MARKETING, Audience, Channel, Kind
from notifications.models import Alerts, Message, TelegramLink
from notifications.rules import Colleague, Rule

_NO_TEXTS = (
    phonenumbers.PhoneNumberType.FIXED_LINE,
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.UAN,
    phonenumbers.PhoneNumberType.VOICEMAIL,
)


def address(message: Message) -> str:
    """Where a message goes, by what is known now: "" when nothing is. Those to the garage itself keep what was
    planned."""
    if message.audience == Audience.CUSTOMER and message.customer is not None:
        return address_of(message.customer, Channel(message.channel))
    if message.member is not None:
        return colleague_of(message.member).to(Channel(message.channel))
    return message.to


def address_of(customer: Customer, channel: Channel) -> str:
    """Where this customer is written to by a channel: "" when that is not known or not possible."""
    if channel == Channel.EMAIL:
        return customer.email
    if channel == Channel.SMS and customer.phone:
        e164 = str(customer.phone)
        return e164 if takes_texts(e164) else ""
    return ""


def channels_to(
    customer: Customer, rule: Rule, *, stopped: Collection[str], among: Sequence[Channel] = ()
) -> list[tuple[Channel, str]]:
    """The channels to use and the address of each: the one the customer likes best, whatever the rule says, else the
    rule's first that reaches them; all that reach them where the rule says so. None when the kind is off or nothing
    reaches them.

    `stopped` are the channels by which they want nothing.
    """
    if not rule.is_on:
        return []
    liked = [channel for channel in Channel if channel == customer.preferred_channel]
    order = dict.fromkeys([*liked, *(among or rule.channels)])
    found = [(channel, to) for channel in order if channel not in stopped and (to := address_of(customer, channel))]
    return found if rule.every_channel else found[:1]


def colleague_of(member: Membership) -> Colleague:
    """Where a member of the team is reached."""
    link: TelegramLink | None = getattr(member, "telegram", None)
    alerts: Alerts | None = getattr(member, "alerts", None)
    return Colleague(
        member=member.pk,
        email=member.user.email,
        chat=str(link.chat_id) if link and link.chat_id else "",
        phone=alerts.texts_to if alerts else "",
        kinds=frozenset(alerts.kinds if alerts else ()),
    )


def stopped_channels(customers: Iterable[int]) -> dict[int, set[str]]:
    """The channels by which each of these customers wants to hear nothing at all: one query."""
    found: dict[int, set[str]] = {}
    latest = latest_consents(customers).filter(purpose=Purpose.SERVICE)
    for customer_id, channel, is_given in latest.values_list("customer_id", "channel", "is_given"):
        if not is_given:
            found.setdefault(customer_id, set()).add(channel)
    return found


def agreed_channels(customers: Iterable[int]) -> dict[int, set[str]]:
    """The channels by which each of these customers agreed to hear of what is due, and stopped nothing: one query."""
    agreed: dict[int, set[str]] = {}
    refused: dict[int, set[str]] = {}
    for said in latest_consents(customers):
        if said.purpose == Purpose.MARKETING and said.is_given:
            agreed.setdefault(said.customer_id, set()).add(said.channel)
        if said.purpose == Purpose.SERVICE and not said.is_given:
            refused.setdefault(said.customer_id, set()).add(said.channel)
    return {pk: channels - refused.get(pk, set()) for pk, channels in agreed.items()}


def may_write(customer_id: int | None, kind: Kind, channel: str) -> bool:
    """Whether this customer may be written to about it, as they said last: one query."""
    if customer_id is None:
        return True
    said = dict(latest_consents([customer_id]).filter(channel=channel).values_list("purpose", "is_given"))
    if not said.get(Purpose.SERVICE, True):
        return False
    return kind not in MARKETING or said.get(Purpose.MARKETING, False)


@lru_cache(maxsize=4096)
def takes_texts(e164: str) -> bool:
    """Whether a number may take texts: any that is not known to be none. The provider has the last word."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(e164)) not in _NO_TEXTS
    except phonenumbers.NumberParseException:
        return False
