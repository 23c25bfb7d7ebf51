"""From a row of the outbox to what the person reads: values of placeholders, subject, text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel import Locale
from babel.dates import get_timezone_location
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bookings import links
from bookings.coming import comes_from
from bookings.models import Booking, WaitingEntry
from garages import formats
from garages.models import Garage, Service
from notifications.batches import values_of_batch
from notifications.cars import named
from notifications.enums import DUE, DUE_WORDS, Audience, Channel, Kind
from notifications.models import Message, MessageTemplate
from notifications.texts import PLACEHOLDERS, Text, built_in, fill
from notifications.together import due_on, led, values_of_several


@dataclass(frozen=True)
class Written:
    """What is sent: `subject` is empty where the channel has none."""

    subject: str
    text: str
    language: str


def write(message: Message, garage: Garage) -> Written:
    """Write the message from what is true now, in its reader's language: one query, for the garage's own words.

    A test stands as it was typed.
    """
    if message.audience == Audience.TEST:
        return Written(message.subject, message.text, message.language)
    language = language_of(message, garage)
    channel = Channel(message.channel)
    several = led(message)
    text = text_of(Kind(message.kind) if len(several) == 1 else DUE_WORDS, channel, language)
    with translation.override(language):
        values = values_of(message, garage, language)
        if len(several) > 1:
            values |= values_of_several(several, garage, formats.locale_of(garage, language))
        return filled(text, values, channel, language)


def text_of(kind: Kind, channel: Channel, language: str) -> Text:
    """The garage's own words, else ours."""
    own = MessageTemplate.objects.filter(kind=kind, channel=channel, language=language).first()
    if own is not None:
        return Text(own.subject, own.text)
    with translation.override(language):
        text = built_in(kind, channel)
        return Text(str(text.subject), str(text.body))


def filled(text: Text, values: dict[str, str], channel: Channel, language: str) -> Written:
    subject = fill(str(text.subject), values).replace("\n", " ")[:200]
    return Written(subject if channel == Channel.EMAIL else "", fill(str(text.body), values), language)


def language_of(message: Message, garage: Garage) -> str:
    """The customer's or the colleague's, where we speak it; else the garage's first."""
    chosen = ""
    if message.audience == Audience.CUSTOMER and message.customer:
        chosen = message.customer.language
    elif message.member:
        chosen = message.member.user.language
    return chosen if chosen in dict(settings.LANGUAGES) else garage.language


def values_of(message: Message, garage: Garage, language: str) -> dict[str, str]:
    """What stands for each placeholder, in the active language."""
    locale = formats.locale_of(garage, language)
    customer, booking = message.customer, message.booking
    values = values_of_garage(garage)
    if customer is not None:
        values |= {"name": customer.name, "first_name": customer.first_name or customer.name}
    if booking is not None:
        values |= _of_booking(booking, garage, locale) | {"link": link_of(message, booking, garage)}
    if message.order is not None:
        price = formats.money(message.order.price, garage.currency, locale)
        values |= {"item": message.order.name, "price": price}
    if message.kind in DUE:
        values |= {
            "vehicle": named(message.vehicle, garage),
            "due": formats.day(due_on(message), locale, long=True, year=True),
        }
    if message.batch is not None:
        values |= values_of_batch(message.batch, garage, locale)
    if message.kind == Kind.WAITING_OFFER and (entry := entry_of(message)):
        values |= _of_offer(entry, garage, locale)
    return values | {name: str(value) for name, value in message.facts.items()}


def entry_of(message: Message) -> WaitingEntry | None:
    """The place on the waiting list that a message of an offer is about."""
    rows = WaitingEntry.objects.select_related("vehicle").filter(public_id=message.facts.get("entry"))
    return rows.first()


def _of_offer(entry: WaitingEntry, garage: Garage, locale: Locale) -> dict[str, str]:
    names = dict(Service.objects.filter(pk__in=entry.services).values_list("pk", "name"))
    return {
        "service": " + ".join(names[pk] for pk in entry.services if pk in names),
        "vehicle": named(entry.vehicle, garage),
        "when": in_zone(entry.offered_start, garage, locale) if entry.offered_start else "",
        "until": in_zone(entry.offered_until, garage, locale) if entry.offered_until else "",
    }


def values_of_garage(garage: Garage) -> dict[str, str]:
    """Every placeholder, with what the garage alone tells."""
    return dict.fromkeys(PLACEHOLDERS, "") | {
        "garage": garage.name,
        "garage_phone": garage.phone,
        "address": ", ".join(garage.address_lines),
    }


def _of_booking(booking: Booking, garage: Garage, locale: Locale) -> dict[str, str]:
    lines = list(booking.lines.select_related("service"))
    extras = [line.name for line in lines if line.service.is_extra]
    services = [line.name for line in lines if not line.service.is_extra]
    return {
        "service": " + ".join(services or extras),
        "extras": with_extras(extras if services else []),
        "duration": formats.minutes(int(booking.work.total_seconds()) // 60),
        "vehicle": named(booking.vehicle, garage),
        "when": coming(booking, garage, locale),
        "ready": in_zone(booking.ready_at, garage, locale),
        "reference": booking.reference,
        "price": formats.money(sum(line.price for line in lines), garage.currency, locale),
        "reason": booking.reason,
    }


def link_of(message: Message, booking: Booking, garage: Garage) -> str:
    """The customer's own page. Whoever else reads the message is led to the desk's, where they act as themselves."""
    if message.audience == Audience.CUSTOMER:
        return links.url_of(booking, garage)
    return settings.SITE_URL + reverse("bookings:detail", args=[garage.slug, booking.reference])


def with_extras(names: list[str]) -> str:
    return _("with %(extras)s") % {"extras": ", ".join(names)} if names else ""


def coming(booking: Booking, garage: Garage, locale: Locale) -> str:
    """When the customer comes; where a day is chosen and no time, from when on the car may be left."""
    first = comes_from(booking.starts_at, booking.drop_off, garage)
    if first == booking.starts_at:
        return in_zone(booking.starts_at, garage, locale)
    local = first.astimezone(garage.zone)
    city = get_timezone_location(garage.zone, locale=locale, return_city=True)
    words = {"day": formats.day(local.date(), locale), "time": formats.clock(local.time(), locale), "city": city}
    return _("%(day)s, from %(time)s (%(city)s time)") % words


def in_zone(when: datetime, garage: Garage, locale: Locale) -> str:
    """Day and time on the garage's clock, which is named (ruling 12): Tue 1 December, 08:30 (London time)."""
    city = get_timezone_location(garage.zone, locale=locale, return_city=True)
    return _("%(moment)s (%(city)s time)") % {
        "moment": formats.moment(when.astimezone(garage.zone), locale),
        "city": city,
    }
