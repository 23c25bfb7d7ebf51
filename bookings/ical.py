"""A visit as a calendar entry (RFC 5545): one UID for the booking's life, SEQUENCE rising with its version."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event

from bookings import links
from bookings.coming import comes_from
from bookings.enums import Status
from bookings.models import Booking
from garages.models import Garage


def visit_event(booking: Booking, garage: Garage) -> Event:
    """Nobody is invited by it: who sends it says whom."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    event = Event()
    event.add("uid", f"booking-{booking.public_id}@{domain}")
    event.add("sequence", booking.version)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", comes_from(booking.starts_at, booking.drop_off, garage).astimezone(garage.zone))
    event.add("dtend", booking.ready_at.astimezone(garage.zone))
    event.add("summary", f"{garage.name}: {', '.join(line.name for line in booking.lines.all())}")
    event.add("location", ", ".join([garage.name, *garage.address_lines]))
    event.add("url", links.url_of(booking, garage))
    event.add("status", "TENTATIVE" if booking.status == Status.PENDING else "CONFIRMED")
    return event


def as_text(event: Event, method: str) -> str:
    """The calendar that holds the entry; `method` as RFC 5546 has them."""
    calendar = Calendar()
    calendar.add("prodid", "-//Garage Desk//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical().decode()
