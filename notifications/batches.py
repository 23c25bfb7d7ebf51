"""Bookings that were made together are told of together: one message to the company, with all its cars."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from babel import Locale
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import links
from bookings.coming import day_and_clock_from
from bookings.enums import Status
from bookings.models import Batch, Booking, QueueEntry
from garages.models import Garage
from notifications.cars import named
from notifications.enums import Kind
from notifications.models import Message

_EXPECTED: Final = (Status.PENDING, Status.CONFIRMED)


def standing(batch: Batch) -> list[Booking]:
    """The bookings of the batch that are still to come, in the order of their starts: two queries."""
    expected = Booking.objects.filter(queued__batch=batch, status__in=_EXPECTED, starts_at__gt=timezone.now())
    return list(expected.select_related("vehicle").prefetch_related("lines").order_by("starts_at", "pk"))


def told_by_batch(booking: Booking) -> Q:
    """The messages that told, or will tell, of this booking among others."""
    batch = QueueEntry.objects.filter(booking=booking).order_by().values("batch")[:1]
    return Q(kind=Kind.BATCH, batch=batch)


class Told(NamedTuple):
    """How a booking stood when the customer was told of it."""

    status: str
    starts_at: datetime | None


def told_of(message: Message, booking: Booking) -> Told | None:
    """What the message told of this booking; None where it was off already when the others were told of."""
    if message.batch_id is None:
        return Told(message.about_status, message.about_start)
    told = message.facts.get("told", {}).get(booking.reference)
    return Told(told[0], datetime.fromisoformat(told[1])) if told else None


def facts_to_tell(message: Message) -> dict[str, object]:
    """What the message remembers of the bookings it tells of."""
    assert message.batch is not None
    told = {one.reference: [one.status, one.starts_at.isoformat()] for one in standing(message.batch)}
    return message.facts | {"told": told}


def values_of_batch(batch: Batch, garage: Garage, locale: Locale) -> dict[str, str]:
    """What stands for the cars of a batch, as they are expected now: a line each, and below it its own link."""
    bookings = standing(batch)
    lines = [_line(booking, garage, locale) for booking in bookings]
    first = _when(bookings[0], garage, locale) if bookings else ""
    return {"cars": "\n".join(lines), "number": str(len(bookings)), "when": first}


def _when(booking: Booking, garage: Garage, locale: Locale) -> str:
    return day_and_clock_from(booking.starts_at, booking.drop_off, garage, locale)


def _line(booking: Booking, garage: Garage, locale: Locale) -> str:
    facts = {
        "when": _when(booking, garage, locale),
        "car": named(booking.vehicle, garage),
        "work": " + ".join(line.name for line in booking.lines.all()),
        "reference": booking.reference,
    }
    told = _("%(when)s: %(car)s, %(work)s, reference %(reference)s") % facts
    if booking.status == Status.PENDING:
        told = _("%(when)s: %(car)s, %(work)s, reference %(reference)s, still to be confirmed") % facts
    return f"{told}\n{links.url_of(booking, garage)}"
