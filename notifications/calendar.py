"""The visit as a calendar entry (RFC 5545, 5546): one UID for the booking's life, SEQUENCE rising with its version."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vText

from bookings.enums import Status
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


def entry_for(outgoing: Outgoing, domain: str) -> Entry | None:
    """The calendar entry that belongs to a message to the customer; None for the kinds that have none."""
    method, booking, garage = _METHODS.get(Kind(outgoing.kind)), outgoing.booking, outgoing.garage
    if method is None or booking is None or outgoing.audience != Audience.CUSTOMER:
        return None
    event = Event()
    event.add("uid", f"booking-{booking.public_id}@{domain}")
    event.add("sequence", booking.version)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", booking.starts_at.astimezone(garage.zone))
    event.add("dtend", booking.ready_at.astimezone(garage.zone))
    event.add("summary", f"{garage.name}: {', '.join(line.name for line in booking.lines.all())}")
    event.add("location", ", ".join(filter(None, [garage.name, *garage.address.splitlines(), garage.town])))
    sure = "TENTATIVE" if booking.status == Status.PENDING else "CONFIRMED"
    event.add("url", outgoing.booking_url)
    event.add("status", "CANCELLED" if method == "CANCEL" else sure)
    organizer = vCalAddress(f"mailto:{outgoing.reply_to or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["cn"] = vText(garage.name)
    event["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{outgoing.to}")
    attendee.params["rsvp"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//Garage Desk//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return Entry(method, calendar.to_ical().decode())
