"""The bookings that a closure, a bay out of service or an absence hits, and where each could go instead."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from bookings import limits
from bookings.availability import Book, days
from bookings.jobs import Job
from bookings.ledger import Chance
from bookings.models import Allocation, Booking, BookingQuerySet
from bookings.selectors.further import further_times_in
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


def affected_times(window: Range, *, bay: str = "", technician: str = "") -> QuerySet[Allocation]:
    """The further times that take capacity within the window, of one bay or technician, or all."""
    held = further_times_in(window).filter(holds=True)
    if bay:
        held = held.filter(bay__public_id=bay)
    return held.filter(technician__public_id=technician) if technician else held


def next_offer(setup: Setup, booking: Booking) -> Offer | None:
    """The first start from its own time on at which the booking could be honoured: at its own time in another bay, or
    later. None within three weeks. A few queries."""
    job = Job.of_booking(booking, setup)
    first = max(booking.starts_at.astimezone(setup.garage.zone).date(), setup.garage.today())
    own = _at_its_time(setup, booking, job)
    if own is not None:
        return own
    dates = [first + timedelta(days=number) for number in range(_DAYS_AHEAD)]
    offered = days(setup, dates, job, ignoring=booking)
    return next((offer for day in offered for offer in day.offers if offer.start >= booking.starts_at), None)


def _at_its_time(setup: Setup, booking: Booking, job: Job) -> Offer | None:
    """Its own time, which may lie off the grid that is offered: in its own bay if it can be, else in another."""
    day = booking.starts_at.astimezone(setup.garage.zone).date()
    limit = limits.read(setup, [day], ignoring=booking)
    if limit.refusal(day) is not None:
        return None
    bays = sorted((bay.pk for bay in job.bays(setup)), key=lambda bay: bay != booking.bay_id)
    chance = Book.read(setup, [day], job, limit, ignoring=booking).look(booking.starts_at, bays)
    if not isinstance(chance, Chance):
        return None
    return Offer(booking.starts_at, booking.ends_at, chance.bays, chance.technicians)
