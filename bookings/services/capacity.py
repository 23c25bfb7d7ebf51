"""The one function that consumes capacity. Every path that makes a booking hold a bay goes through `place`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings.availability import Job, earliest_start, opening_ranges, taken_by_bay
from bookings.errors import BookingError, NotOpen, SlotTaken
from bookings.models import Booking
from bookings.slots import Range
from garages.setup import Setup

BAY_TAKEN: Final = "bookings_bay_taken"
TECHNICIAN_TAKEN: Final = "bookings_technician_taken"
# Someone at the counter is booked for "now"; typing takes a while.
LATE_TYPING: Final = timedelta(minutes=30)


@transaction.atomic
def place(
    booking: Booking,
    *,
    setup: Setup,
    job: Job,
    starts_at: datetime,
    check_opening: bool = True,
    may_be_past: bool = False,
) -> Booking:
    """Save the booking at `starts_at` in a bay that fits, and let the database say whether it is free.

    Bays are tried best first; two desks that want the last one are settled by the exclusion constraint, not by the
    look before. Raises NotOpen when the garage does not work then, SlotTaken when no bay that fits is free.
    `check_opening` is False where the booking keeps the time it has, `may_be_past` True where its start does not move.
    """
    worked, held = job.demand.worked(starts_at), job.demand.held(starts_at)
    if check_opening:
        _refuse_outside_hours(setup, worked, may_be_past=may_be_past)
    booking.starts_at, booking.ends_at = worked.start, worked.end
    booking.ready_at = worked.end if check_opening else max(booking.ready_at, worked.end)
    booking.held_from, booking.held_until = held.start, held.end
    fitting = [bay.pk for bay in job.bays(setup)]
    if not fitting:
        raise BookingError(_("No bay of this garage fits this service. A manager can add one."), field="service")
    taken = taken_by_bay([held], ignoring=booking if booking.pk else None)
    # The bay it already has comes first: an edit of the notes' neighbours should not shuffle the workshop.
    for bay in sorted(fitting, key=lambda bay: bay != booking.bay_id):
        if any(held.overlaps(range_) for range_ in taken.get(bay, ())):
            continue
        if _save_in(booking, bay):
            return booking
    raise SlotTaken


def hold_as_it_was(booking: Booking) -> Booking:
    """Save the booking with the very bay, technician and time it carries: it had them once, and gets them back.

    Raises SlotTaken when one of them was given away meanwhile.
    """
    if booking.bay_id is None:
        raise BookingError(_("It had no bay, so it cannot take one back."))
    if not _save_in(booking, booking.bay_id):
        raise SlotTaken(_("The bay it had then is taken by now. Reopen or move the booking instead."))
    return booking


def _save_in(booking: Booking, bay: int) -> bool:
    """Whether the database let the booking have the bay."""
    booking.bay_id = bay
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if constraint == TECHNICIAN_TAKEN:
            raise SlotTaken(_("The technician has another job at that time.")) from error
        if constraint != BAY_TAKEN:
            raise
        return False
    return True


def _refuse_outside_hours(setup: Setup, worked: Range, *, may_be_past: bool) -> None:
    garage = setup.garage
    day = worked.start.astimezone(garage.zone).date()
    if not may_be_past and worked.start < earliest_start() - LATE_TYPING:
        raise NotOpen(_("This time has passed."), field="time")
    if day > garage.today() + timedelta(days=garage.horizon_days):
        raise NotOpen(
            _("That is too far ahead: bookings are taken for the next %(days)s days.") % {"days": garage.horizon_days},
            field="date",
        )
    closed_because = setup.closed_because(day)
    if closed_because is not None:
        raise NotOpen(_("Closed on that day: %(reason)s.") % {"reason": closed_because}, field="date")
    spans = opening_ranges(setup, day)
    if not spans:
        raise NotOpen(_("The garage is closed on that day of the week."), field="date")
    if not any(span.contains(worked) for span in spans):
        raise NotOpen(_("The work would not fit into the opening hours of that day."), field="time")
