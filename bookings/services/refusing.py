"""Why a time cannot be had, in words for the desk: what the rules say before it is saved, and the database after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings import limits
from bookings.availability import earliest_start
from bookings.errors import BookingError, NotOpen, SlotTaken
from bookings.jobs import Job
from bookings.ledger import Why
from bookings.models import Booking
from bookings.refusals import Reason
from garages.models import Bay
from garages.rows import insert
from garages.setup import Setup

BAY_TAKEN: Final = ("bookings_bay_taken", "bookings_allocation_bay_taken")
TECHNICIAN_TAKEN: Final = ("bookings_technician_taken", "bookings_allocation_technician_taken")
COURTESY_CAR_TAKEN: Final = "bookings_courtesy_car_taken"
# Someone at the counter is booked for "now"; typing takes a while.
LATE_TYPING: Final = timedelta(minutes=30)
_MAY_BE_OVERBOOKED: Final = (Reason.MARKED_FULL, Reason.CARS, *limits.FULL_REASONS.values())


def save_held(booking: Booking) -> None:
    """Save a booking with its bay, time and technician as they are. Raises SlotTaken when the database objects."""
    with refusing_twice():
        if booking._state.adding:
            insert([booking])
        else:
            booking.save()


@contextmanager
def refusing_twice() -> Iterator[None]:
    """What the database's guards object to, in words for the desk. Raises SlotTaken and NotOpen."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if constraint in TECHNICIAN_TAKEN:
            raise SlotTaken(_("The technician has another job at that time."), technician=True) from error
        if constraint == COURTESY_CAR_TAKEN:
            raise NotOpen(_("The courtesy car is lent at that time."), field="drop_off") from error
        if constraint not in BAY_TAKEN:
            raise
        raise SlotTaken from error


def bays_for(job: Job, setup: Setup, *, wanted: Bay | None = None, first: int | None = None) -> Sequence[int]:
    """The bays that could take the job, best first: `first` is the one it has, so that an edit of the services does
    not shuffle the workshop."""
    fitting = [bay.pk for bay in job.bays(setup)]
    if wanted is not None and wanted.pk not in fitting:
        raise BookingError(_("%(bay)s is not equipped for this work.") % {"bay": wanted.name}, field="bay")
    if not fitting:
        raise BookingError(_("No bay of this garage fits this service. A manager can add one."), field="service")
    return [wanted.pk] if wanted is not None else sorted(fitting, key=lambda bay: bay != first)


def refuse_day(limit: limits.Limits, starts_at: datetime, *, may_be_past: bool, overbooks: bool) -> None:
    """A start that stays where it is may be past, too soon, and one too many for its day."""
    if not may_be_past and starts_at < earliest_start() - LATE_TYPING:
        raise NotOpen(_("This time has passed."), field="time")
    if not may_be_past and limit.notice and starts_at < earliest_start() + limit.notice - LATE_TYPING:
        raise NotOpen(_("This time is too soon: the workshop needs some notice."), field="time")
    refusal = limit.refusal(starts_at.astimezone(limit.setup.garage.zone).date())
    if refusal is None and limit.is_busy(starts_at) and not (may_be_past or overbooks):
        raise NotOpen(str(limit.refusal_at_busy.text), field="drop_off")
    if refusal is None or (may_be_past and refusal.reason not in (Reason.CLOSED, Reason.TOO_FAR)):
        return
    if overbooks and refusal.reason in _MAY_BE_OVERBOOKED:
        return
    raise NotOpen(str(refusal.text), field="date")


def refused(why: Why, setup: Setup, bay: Bay | None, job: Job) -> BookingError:
    if why == Why.CLOSED:
        return NotOpen(_("The garage is closed at that time."), field="time")
    if why == Why.TOO_LONG:
        return NotOpen(_("The work would not fit into the opening hours of that day."), field="time")
    if why == Why.TECHNICIANS:
        name = next((person.name for person in setup.technicians if person.pk == job.technician), "")
        if name:
            return SlotTaken(
                _("%(name)s is not there or has another job at that time.") % {"name": name}, technician=True
            )
        return SlotTaken(_("No technician who can do this is free at that time."), technician=True)
    return SlotTaken(_("%(bay)s is taken at that time.") % {"bay": bay.name} if bay else None)
