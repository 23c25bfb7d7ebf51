"""Moving a booking: to another time, bay or technician, or its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.availability import Job
from bookings.enums import OPEN, Status
from bookings.errors import BookingError, ChangedMeanwhile
from bookings.models import Booking
from bookings.services.capacity import may_overbook, place, save_held
from bookings.signals import Change, booking_changed
from bookings.slots import Demand
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
    by: Membership,
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
    taken. A request holds nothing: only its wish changes. Nothing to change changes nothing and tells nobody.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.pk)
    if booking.version != version:
        raise ChangedMeanwhile
    if booking.status not in OPEN:
        raise BookingError(_("This booking is over. Reopen it first."))
    if overbook_reason and not may_overbook(by):
        raise BookingError(_("Your role may not overbook. A manager can."))
    start = starts_at or booking.starts_at
    end = ends_at or start + booking.duration
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
    elif retimed or rebayed:
        place(
            booking,
            setup=setup,
            job=_job(booking, setup, end - start),
            starts_at=start,
            bay=bay,
            check_opening=retimed,
            may_be_past=start == booking.starts_at,
            overbook_reason=overbook_reason,
        )
    else:
        booking.overbook_reason = overbook_reason or booking.overbook_reason
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


def _wish(booking: Booking, start: datetime, end: datetime, bay: Bay | None) -> None:
    booking.starts_at = booking.held_from = start
    booking.ends_at = booking.ready_at = booking.held_until = end
    booking.bay = bay or booking.bay
    booking.save()


def _job(booking: Booking, setup: Setup, work: timedelta) -> Job:
    """What the booking needs, with the buffers it has and so much work."""
    by_pk = {service.pk: service for service in setup.services}
    services = [by_pk[line.service_id] for line in booking.lines.all() if line.service_id in by_pk]
    demand = Demand(work, before=booking.starts_at - booking.held_from, after=booking.held_until - booking.ends_at)
    return Job(demand, Job.of(services).bay_kind if services else "")
