"""Moving a booking: to another time, bay or technician, or its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Final, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.enums import OPEN, Status
from bookings.errors import BookingError, ChangedMeanwhile, NotOpen, RequestExpired
from bookings.hours import work_between
from bookings.jobs import Job
from bookings.models import Booking
from bookings.services.capacity import place, refuse_overbooking
from bookings.services.refusing import save_held
from bookings.services.staying import refuse_absent
from bookings.services.wishes import hold_wish
from bookings.signals import Change, booking_changed
from garages.models import Bay, Membership, Technician
from garages.setup import Setup


class Nobody(Enum):
    """The technician of a booking that nobody does yet; None would mean "as it is"."""

    UNASSIGNED = "unassigned"


UNASSIGNED: Final = Nobody.UNASSIGNED


@transaction.atomic
def move_booking(
    booking: Booking,
    *,
    version: int,
    setup: Setup,
    by: Membership | None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    bay: Bay | None = None,
    technician: Technician | Literal[Nobody.UNASSIGNED] | None = None,
    overbook_reason: str = "",
) -> Booking:
    """Move to a time, to a bay, to a technician, and make longer or shorter, in one act; None leaves as it is.

    Moving the start alone moves the whole job, `ends_at` is the end of the work. `version` is the one that was seen:
    raises ChangedMeanwhile when somebody saved since. Raises NotOpen, SlotTaken or BookingError when it cannot be, and
    then nothing is kept. With `overbook_reason`, from those who may overbook, it shares a bay or technician that is
    taken. A request holds nothing: only its wish changes. Nothing to change changes nothing and tells nobody. `by` is
    None where the customer does it.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.pk)
    if booking.version != version:
        raise ChangedMeanwhile
    if booking.is_expired:
        raise RequestExpired
    if booking.status not in OPEN:
        raise BookingError(_("This booking is over. Reopen it first."))
    refuse_overbooking(by, overbook_reason)
    start = starts_at or booking.starts_at
    end = ends_at or (start + booking.duration if start != booking.starts_at else booking.ends_at)
    if end <= start:
        raise BookingError(_("The end comes after the start."), field="time")
    if booking.status == Status.IN_SERVICE and start != booking.starts_at:
        raise BookingError(_("Work has begun: only its end, bay and technician can be changed."), field="time")
    retimed = (start, end) != (booking.starts_at, booking.ends_at)
    rebayed = bay is not None and bay.pk != booking.bay_id
    reassigned = _assign(booking, technician)
    if not (retimed or rebayed or reassigned):
        return booking
    booking.version += 1
    if not booking.holds_capacity:
        _wish(booking, start, end, bay)
        hold_wish(booking, setup=setup, job=Job.of_booking(booking, setup))
        booking.save()
    elif retimed or rebayed:
        place(
            booking,
            setup=setup,
            job=_job(booking, setup, start, ends_at),
            starts_at=start,
            bay=bay,
            check_opening=retimed,
            may_be_past=start == booking.starts_at,
            overbook_reason=overbook_reason,
        )
        if ends_at is not None and booking.ends_at != ends_at:
            raise NotOpen(_("The work would not fit into the opening hours of that day."), field="time")
    else:
        booking.overbook_reason = overbook_reason or booking.overbook_reason
        refuse_absent(booking, setup)
        save_held(booking)
    change = Change.MOVED if retimed or rebayed else Change.EDITED
    booking_changed.send(sender=Booking, booking=booking, change=change, by=by)
    return booking


def _assign(booking: Booking, technician: Technician | Literal[Nobody.UNASSIGNED] | None) -> bool:
    """Whether that changed who does the job."""
    if technician is None:
        return False
    before = booking.technician_id
    booking.technician = None if technician is UNASSIGNED else technician
    return booking.technician_id != before


def _job(booking: Booking, setup: Setup, start: datetime, ends_at: datetime | None) -> Job:
    """The job it is; with a new end, the work that fits before it, over night where the end says so."""
    if ends_at is None:
        return Job.of_booking(booking, setup)
    work = work_between(setup, start, ends_at)
    if not work:
        raise NotOpen(_("The garage is closed at that time."), field="time")
    return replace(Job.of_booking(booking, setup, work=work), overnight=True)


def _wish(booking: Booking, start: datetime, end: datetime, bay: Bay | None) -> None:
    booking.starts_at = booking.held_from = start
    booking.ends_at = booking.ready_at = booking.held_until = end
    booking.bay = bay or booking.bay
