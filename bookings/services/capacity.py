"""The one function that consumes capacity. Every path that makes a booking hold a bay goes through `place`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings.availability import Job, earliest_start, opening_ranges, taken_by_bay
from bookings.errors import BookingError, NotOpen, SlotTaken
from bookings.models import Booking
from bookings.slots import Range
from garages.acts import act
from garages.enums import Role
from garages.models import Bay, Membership
from garages.setup import Setup

BAY_TAKEN: Final = "bookings_bay_taken"
TECHNICIAN_TAKEN: Final = "bookings_technician_taken"
# Someone at the counter is booked for "now"; typing takes a while.
LATE_TYPING: Final = timedelta(minutes=30)


def may_overbook(by: Membership) -> bool:
    """Managers always; receptionists where the garage lets them."""
    return by.at_least(Role.MANAGER) or (by.at_least(Role.RECEPTIONIST) and by.garage.receptionists_overbook)


@act
def place(
    booking: Booking,
    *,
    setup: Setup,
    job: Job,
    starts_at: datetime,
    bay: Bay | None = None,
    check_opening: bool = True,
    may_be_past: bool = False,
    overbook_reason: str = "",
) -> Booking:
    """Save the booking at `starts_at` in a bay that fits, or in `bay`, and let the database say whether it is free.

    Bays are tried best first; two desks that want the last one are settled by the exclusion constraint, not by the
    look before. Raises NotOpen when the garage does not work then, SlotTaken when no bay that fits is free.
    `check_opening` is False where the booking keeps the time it has, `may_be_past` True where its start does not move.
    With an `overbook_reason` a booking that finds nothing free shares a bay and keeps the reason as its mark; whether
    the person may do that is asked before.
    """
    worked, held = job.demand.worked(starts_at), job.demand.held(starts_at)
    if check_opening:
        _refuse_outside_hours(setup, worked, may_be_past=may_be_past)
    booking.starts_at, booking.ends_at = worked.start, worked.end
    booking.ready_at = worked.end if check_opening else max(booking.ready_at, worked.end)
    booking.held_from, booking.held_until = held.start, held.end
    booking.overbook_reason = ""
    fitting = _fitting(booking, job, setup, wanted=bay)
    taken = taken_by_bay([held], ignoring=booking if booking.pk else None)
    refusal = SlotTaken(_("%(bay)s is taken at that time.") % {"bay": bay.name} if bay else None)
    for candidate in fitting:
        if any(held.overlaps(range_) for range_ in taken.get(candidate, ())):
            continue
        booking.bay_id = candidate
        try:
            save_held(booking)
        except SlotTaken as error:
            refusal = error
            if error.technician:
                break
        else:
            return booking
    if not overbook_reason:
        raise refusal
    booking.bay_id, booking.overbook_reason = fitting[0], overbook_reason
    booking.save()
    return booking


def hold_as_it_was(booking: Booking) -> Booking:
    """Save the booking with the very bay, technician and time it carries: it had them once, and gets them back.

    Raises SlotTaken when one of them was given away meanwhile.
    """
    if booking.bay_id is None:
        raise BookingError(_("It had no bay, so it cannot take one back."))
    try:
        save_held(booking)
    except SlotTaken as error:
        if error.technician:
            raise
        raise SlotTaken(_("The bay it had then is taken by now. Reopen or move the booking instead.")) from error
    return booking


def save_held(booking: Booking) -> None:
    """Save a booking with its bay, time and technician as they are. Raises SlotTaken when the database objects."""
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if constraint == TECHNICIAN_TAKEN:
            raise SlotTaken(_("The technician has another job at that time."), technician=True) from error
        if constraint != BAY_TAKEN:
            raise
        raise SlotTaken from error


def _fitting(booking: Booking, job: Job, setup: Setup, *, wanted: Bay | None) -> Sequence[int]:
    """The bays that could take the job, best first: the one it has comes first, so that an edit of the services does
    not shuffle the workshop."""
    fitting = [bay.pk for bay in job.bays(setup)]
    if wanted is not None and wanted.pk not in fitting:
        raise BookingError(_("%(bay)s is not equipped for this work.") % {"bay": wanted.name}, field="bay")
    if not fitting:
        raise BookingError(_("No bay of this garage fits this service. A manager can add one."), field="service")
    return [wanted.pk] if wanted is not None else sorted(fitting, key=lambda bay: bay != booking.bay_id)


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
