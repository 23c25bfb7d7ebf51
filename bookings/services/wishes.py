"""Requests in garages where they hold the time they ask for (ruling 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bookings import limits
from bookings.availability import Book
from bookings.enums import Source
from bookings.jobs import Job
from bookings.ledger import Chance
from bookings.models import Booking, BookingLine
from bookings.services.capacity import lock_capacity
from bookings.slots import Demand
from garages.setup import Setup


def hold_wish(booking: Booking, *, setup: Setup, job: Job) -> None:
    """Give a request, which its caller saves, the first bay that is free at the time it asks for; none where nothing
    is: then it only waits for an answer. Does nothing in garages where requests hold nothing."""
    if not setup.garage.requests_hold:
        return
    lock_capacity(setup.garage)
    day = booking.starts_at.astimezone(setup.garage.zone).date()
    limit = limits.read(setup, [day], source=Source(booking.source), ignoring=booking)
    wished = [booking.bay_id] if booking.bay_id else []
    bays = [*wished, *(bay.pk for bay in job.bays(setup) if bay.pk not in wished)]
    book = Book.read(setup, [day], job, limit, ignoring=booking)
    chance = book.look_at(booking.starts_at, booking.ends_at, bays) if limit.refusal(day) is None else None
    booking.bay_id = chance.bays[0] if isinstance(chance, Chance) else None
    booking.skill_id = job.skill


def wish_for(booking: Booking, lines: Sequence[BookingLine], starts_at: datetime) -> None:
    """A booking that holds nothing has a wished-for time: it follows the services without asking the ledger."""
    worked = Demand(work=sum((line.duration for line in lines), start=booking.duration * 0)).worked(starts_at)
    booking.starts_at = booking.held_from = worked.start
    booking.ends_at = booking.ready_at = booking.held_until = worked.end
