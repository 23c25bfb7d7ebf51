"""The visit's calendar entry as an invitation to the customer (RFC 5546)."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING, Final

from django.conf import settings
from icalendar import vCalAddress, vText

from bookings.ical import as_text, visit_event
from notifications.enums import Audience, Kind

if TYPE_CHECKING:
    from notifications.channels import Outgoing

_METHODS: Final = {
    Kind.CONFIRMED: "REQUEST",
    Kind.MOVED: "REQUEST",
    Kind.REMINDER: "REQUEST",
    Kind.CANCELLED: "CANCEL",
    Kind.DECLINED: "CANCEL",
}


@dataclass(frozen=True)
class Entry:
    """An iCalendar text and its method, which the attachment's type must name too."""

    method: str
    text: str


def entry_for(outgoing: Outgoing) -> Entry | None:
    """The calendar entry that belongs to a message to the customer; None for the kinds that have none."""
    method, booking, garage = _METHODS.get(Kind(outgoing.kind)), outgoing.booking, outgoing.garage
    if method is None or booking is None or outgoing.audience != Audience.CUSTOMER:
        return None
    event = visit_event(booking, garage)
    if method == "CANCEL":
        event["status"] = vText("CANCELLED")
    organizer = vCalAddress(f"mailto:{outgoing.reply_to or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["cn"] = vText(garage.name)
    event["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{outgoing.to}")
    attendee.params["rsvp"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    return Entry(method, as_text(event, method))
