"""The words of messages: the garage's own where it wrote some, else these, in the customer's language.

Texts are plain: a placeholder is a name of `PLACEHOLDERS` in braces and is replaced by its value, nothing else happens.
A name that is not there stays as it was typed; a value never becomes a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.enums import DUE, Channel, Kind

# What a garage may write into its texts, and what stands there then.
PLACEHOLDERS: Final[dict[str, Promise]] = {
    "first_name": _("the customer's first name, or the company"),
    "name": _("the customer's whole name"),
    "service": _("the services booked"),
    "extras": _("the extras chosen with them, as “with …”"),
    "duration": _("how long the work takes"),
    "vehicle": _("make, model and registration"),
    "when": _("day and time of the visit"),
    "cars": _("several cars, a line each, with what there is to say of it"),
    "number": _("how many cars they are"),
    "ready": _("day and time the work is promised for"),
    "reference": _("the booking's reference"),
    "price": _("the agreed price"),
    "link": _("the booking's page: the customer's own, or for colleagues the one at the desk"),
    "reason": _("why it was cancelled or declined"),
    "garage": _("the garage's name"),
    "garage_phone": _("the garage's telephone number"),
    "address": _("the garage's address"),
    "until": _("until when an offered time is kept"),
    "due": _("the day something is due"),
    "item": _("what was ordered, or what is due"),
}
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Text:
    """A subject (for e-mail) and a body, with placeholders."""

    subject: str | Promise
    body: str | Promise


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, in one pass. Lines that only held an empty value are left out."""
    lines = []
    for line in text.splitlines():
        filled = _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), line)
        if filled.strip() or not line.strip():
            lines.append(filled.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def unknown_placeholders(text: str) -> list[str]:
    """Names in braces that mean nothing, in their order."""
    return [name for name in dict.fromkeys(_PLACEHOLDER.findall(text)) if name not in PLACEHOLDERS]


def built_in(kind: Kind, channel: Channel) -> Text:
    """Our own words, in the active language."""
    return _LONG[kind] if channel == Channel.EMAIL else Text("", _SHORT[kind])


_DUE_LONG: Final = Text(
    _("{item} is due: {vehicle}"),
    _(
        "Hello {first_name},\n\n{item} of your vehicle is due on {due}.\n\n{vehicle}"
        "\n\nCall us to book: {garage_phone}.\n\n{garage}\n{address}"
    ),
)
_TOGETHER_LONG: Final = Text(
    _("What is due on your vehicles"),
    _(
        "Hello {first_name},\n\nthis is due on your vehicles.\n\n{cars}"
        "\n\nCall us to book: {garage_phone}.\n\n{garage}\n{address}"
    ),
)
_LONG: Final[dict[Kind, Text]] = {
    Kind.RECEIVED: Text(
        _("We have your booking: {service}, {when}"),
        _(
            "Hello {first_name},\n\nwe have your booking. We will look at it and confirm it."
            "\n\n{service}\n{extras}\n{when}\nTakes {duration}\n{vehicle}\nReference {reference}"
            "\n\nSee, move or cancel it here:\n{link}\n\n{garage}\n{garage_phone}\n{address}"
        ),
    ),
    Kind.CONFIRMED: Text(
        _("Confirmed: {service}, {when}"),
        _(
            "Hello {first_name},\n\nyour booking is confirmed.\n\n{service}\n{extras}\n{when}\nTakes {duration}"
            "\nReady by {ready}\n{vehicle}\nReference {reference}"
            "\n\nIf something comes up, move or cancel it here, or call us: {garage_phone}.\n{link}"
            "\n\n{garage}\n{address}"
        ),
    ),
    Kind.MOVED: Text(
        _("New time: {service}, {when}"),
        _(
            "Hello {first_name},\n\nyour booking has a new time.\n\n{service}\n{extras}\n{when}\nTakes {duration}"
            "\nReady by {ready}\n{vehicle}\nReference {reference}"
            "\n\nIf that does not suit you, move or cancel it here, or call us: {garage_phone}.\n{link}"
            "\n\n{garage}\n{address}"
        ),
    ),
    Kind.CANCELLED: Text(
        _("Cancelled: {service}, {when}"),
        _(
            "Hello {first_name},\n\nyour booking for {service} on {when} is cancelled.\n\nReference {reference}"
            "\n\nTo book again, call us: {garage_phone}.\n\n{garage}"
        ),
    ),
    Kind.DECLINED: Text(
        _("We cannot take your booking: {service}, {when}"),
        _(
            "Hello {first_name},\n\nwe are sorry: we cannot take your booking for {service} on {when}."
            "\n\nReason\n{reason}\n\nCall us for another time: {garage_phone}.\n\n{garage}"
        ),
    ),
    Kind.READY: Text(
        _("Your vehicle is ready: {vehicle}"),
        _(
            "Hello {first_name},\n\nyour vehicle is ready to collect.\n\n{service}\n{vehicle}\nReference {reference}"
            "\n\nSee your booking here:\n{link}\n\n{garage}\n{garage_phone}\n{address}"
        ),
    ),
    Kind.BATCH: Text(
        _("We have your bookings: {number} vehicles, from {when}"),
        _(
            "Hello {first_name},\n\nthese vehicles are booked in with us.\n\n{cars}"
            "\n\nIf something comes up, call us: {garage_phone}.\n\n{garage}\n{address}"
        ),
    ),
    Kind.REMINDER: Text(
        _("Reminder: {service}, {when}"),
        _(
            "Hello {first_name},\n\nthis is to remind you of your visit.\n\n{service}\n{extras}\n{when}"
            "\nTakes {duration}\n{vehicle}\nReference {reference}"
            "\n\nWill you be there? Say so, move it or cancel it here, or call us: {garage_phone}.\n{link}"
            "\n\n{garage}\n{address}"
        ),
    ),
    Kind.REQUEST_RECEIVED: Text(
        _("We have your request: {service}"),
        _(
            "Hello {first_name},\n\nwe have your request. Nothing is booked yet: we will contact you."
            "\n\n{service}\n{extras}\nYou asked for {when}\nTakes {duration}\n{vehicle}\nReference {reference}"
            "\n\nSee how it stands here:\n{link}\n\n{garage}\n{garage_phone}\n{address}"
        ),
    ),
    Kind.REQUEST_TO_STAFF: Text(
        _("New request: {service}, {when}"),
        _(
            "{name} asks for this.\n\n{service}\n{extras}\n{when}\nTakes {duration}\n{vehicle}\nReference {reference}"
            "\n\nNobody has answered yet."
        ),
    ),
    Kind.UNANSWERED: Text(
        _("Not answered yet: {service}, {when}"),
        _(
            "{name} waits for an answer: {service}, {when}.\n\n{vehicle}\nReference {reference}"
            "\n\nUntil somebody answers, the customer gets no reminder."
        ),
    ),
    Kind.UNCONFIRMED: Text(
        _("Not confirmed yet: {service}, {when}"),
        _(
            "Hello {first_name},\n\nwe have not confirmed {service} on {when} yet: please do not come before you hear"
            " from us. To be sure, call us: {garage_phone}.\n\n{vehicle}\nReference {reference}"
            "\n\nSee how it stands here:\n{link}\n\n{garage}\n{address}"
        ),
    ),
    Kind.EXPIRED: Text(
        _("Your request has expired: {service}, {when}"),
        _(
            "Hello {first_name},\n\nwe are sorry: your request for {service} on {when} was not answered in time, and"
            " nothing is booked. Ask again or call us: {garage_phone}.\n\n{vehicle}\nReference {reference}\n\n{garage}"
        ),
    ),
    Kind.WAITING_OFFER: Text(
        _("A time is free: {service}, {when}"),
        _(
            "Hello {first_name},\n\na time has become free for {service}: {when}.\nIt is kept for you until {until}."
            "\n\nCall us to take it: {garage_phone}.\n\n{garage}"
        ),
    ),
    Kind.ORDER_RECEIVED: Text(
        _("We have your order: {item}"),
        _(
            "Hello {first_name},\n\nwe have your order: {item}, {price}. We will confirm it.\n\n{vehicle}"
            "\nReference {reference}\n\n{garage}\n{garage_phone}"
        ),
    ),
    Kind.ORDER_CONFIRMED: Text(
        _("Order confirmed: {item}"),
        _(
            "Hello {first_name},\n\nyour order is confirmed: {item}, {price}.\n\n{vehicle}\nReference {reference}"
            "\n\n{garage}\n{garage_phone}"
        ),
    ),
    Kind.ORDER_CANCELLED: Text(
        _("Order cancelled: {item}"),
        _(
            "Hello {first_name},\n\nyour order of {item} is cancelled.\n\nReference {reference}"
            "\n\n{garage}\n{garage_phone}"
        ),
    ),
    Kind.ASSIGNED: Text(
        _("New job: {service}, {when}"),
        _("{service}\n{extras}\n{when}\nTakes {duration}\n{vehicle}\n{first_name}\nReference {reference}"),
    ),
    **dict.fromkeys(DUE, _DUE_LONG),
    Kind.DUE_TOGETHER: _TOGETHER_LONG,
}
_SHORT: Final[dict[Kind, Promise]] = {
    Kind.RECEIVED: _("{garage}: we have your booking, {service}, {when}. We will confirm it. {link}"),
    Kind.CONFIRMED: _("{garage}: confirmed, {service}, {when}. Move or cancel: {link}"),
    Kind.MOVED: _("{garage}: new time, {service}, {when}. Move or cancel: {link}"),
    Kind.CANCELLED: _("{garage}: your booking {when} is cancelled. Ref {reference}. Call {garage_phone}"),
    Kind.DECLINED: _("{garage}: we cannot take your booking {when}. Reason: {reason} Call {garage_phone}"),
    Kind.READY: _("{garage}: your vehicle is ready to collect. Ref {reference}. {vehicle}"),
    Kind.BATCH: _("{garage}: {number} vehicles booked in, the first {when}. Questions: {garage_phone}"),
    Kind.REMINDER: _("{garage}: see you {when}, {service}. Keep, move or cancel: {link}"),
    Kind.REQUEST_RECEIVED: _("{garage}: we have your request, {service}. Not booked yet: we will contact you. {link}"),
    Kind.REQUEST_TO_STAFF: _("New request: {service}, {when}. {reference}"),
    Kind.UNANSWERED: _("Not answered yet: {service}, {when}. {reference}"),
    Kind.UNCONFIRMED: _("{garage}: {service}, {when} is NOT confirmed yet. Please hear from us first: {garage_phone}"),
    Kind.EXPIRED: _("{garage}: your request for {when} has expired, nothing is booked. Call {garage_phone}"),
    Kind.WAITING_OFFER: _("{garage}: {when} is free for {service}, kept for you until {until}. Call {garage_phone}"),
    Kind.ORDER_RECEIVED: _("{garage}: we have your order, {item}. Ref {reference}"),
    Kind.ORDER_CONFIRMED: _("{garage}: your order is confirmed, {item}. Ref {reference}"),
    Kind.ORDER_CANCELLED: _("{garage}: your order is cancelled, {item}. Ref {reference}"),
    Kind.ASSIGNED: _("New job: {service}, {when}, {first_name}. {vehicle}"),
    **dict.fromkeys(
        DUE, _("{garage}: {item} of {vehicle} is due {due}. Book, or hear no more of this: {garage_phone}")
    ),
    Kind.DUE_TOGETHER: _("{garage}: due on your vehicles. Book, or hear no more of this: {garage_phone}\n{cars}"),
}
