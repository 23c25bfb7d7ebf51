"""The bookings that a closure, a bay out of service or an absence hits, and where each could go instead."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bookings.availability import days
from bookings.jobs import Job
from bookings.models import Booking, BookingQuerySet
from bookings.selectors.rows import with_row_parts
from bookings.slots import Offer, Range
from garages.setup import Setup

# How far ahead another time is looked for.
_DAYS_AHEAD: Final = 21


def affected_by(window: Range, *, bay: str = "", technician: str = "") -> BookingQuerySet:
    """What holds capacity within the window, soonest first: of one bay or technician (their public ids), or of all."""
    held = Booking.objects.holding_capacity().filter(held_until__gt=window.start, held_from__lt=window.end)
    if bay:
        held = held.filter(bay__public_id=bay)
    if technician:
        held = held.filter(technician__public_id=technician)
    return with_row_parts(held).order_by("starts_at", "pk")


def next_offer(setup: Setup, booking: Booking) -> Offer | None:
    """The first start from its own time on at which the booking could be honoured: at its own time in another bay, or
    later. None within three weeks. A few queries."""
    first = max(booking.starts_at.astimezone(setup.garage.zone).date(), setup.garage.today())
    dates = [first + timedelta(days=number) for number in range(_DAYS_AHEAD)]
    offered = days(setup, dates, Job.of_booking(booking, setup), ignoring=booking)
    return next((offer for day in offered for offer in day.offers if offer.start >= booking.starts_at), None)
