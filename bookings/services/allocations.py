"""Further times of a booking (P-3): a second pair of hands, or a part of the work done at another time.

Each verb is an act on the booking: it is refused when somebody saved since `version`, makes a new one, and is undone
with it. A car is promised for no earlier than the end of its last time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.errors import BookingError
from bookings.hours import work_between
from bookings.models import Allocation, Booking
from bookings.services.capacity import allot, promise, refuse_overbooking
from bookings.services.lending import lend
from bookings.services.refusing import save_held
from bookings.services.status import as_seen
from bookings.signals import Change, booking_changed
from garages.models import Bay, Membership, Technician
from garages.setup import Setup


@transaction.atomic
def add_time(
    booking: Booking,
    *,
    version: int,
    setup: Setup,
    by: Membership,
    technician: Technician,
    starts_at: datetime,
    work: timedelta,
    bay: Bay | None = None,
    note: str = "",
    overbook_reason: str = "",
) -> Allocation:
    """Take so much more of a technician's time, and of a bay's. Raises what `capacity.allot` raises. With an
    `overbook_reason`, from those who may overbook, it shares what is taken."""
    refuse_overbooking(by, overbook_reason)
    booking = _locked(booking, version)
    allocation = Allocation(booking=booking, technician=technician, bay=bay, note=note.strip())
    allot(allocation, setup=setup, starts_at=starts_at, work=work, overbook_reason=overbook_reason)
    _changed(booking, setup, by)
    return allocation


@transaction.atomic
def change_time(
    allocation: Allocation,
    *,
    version: int,
    setup: Setup,
    by: Membership,
    technician: Technician,
    starts_at: datetime,
    work: timedelta,
    bay: Bay | None,
    note: str,
    overbook_reason: str = "",
) -> Allocation:
    """Give it another technician, bay, time, length or purpose; what is done, only another purpose. Nothing to change
    changes nothing. With an `overbook_reason`, from those who may overbook, it shares what is taken; where it stays,
    longer or shorter, it keeps the reason it has."""
    refuse_overbooking(by, overbook_reason)
    booking = _locked(allocation.booking, version)
    before = Allocation.objects.select_for_update().get(pk=allocation.pk)
    after = Allocation.objects.select_related("technician", "bay").get(pk=allocation.pk)
    after.technician, after.bay, after.note = technician, bay, note.strip()
    moves = starts_at != before.starts_at
    is_resized = work != work_between(setup, before.starts_at, before.ends_at)
    is_reassigned = (before.technician_id, before.bay_id) != (after.technician_id, after.bay_id)
    if before.done_at is not None and (moves or is_resized or is_reassigned):
        raise BookingError(_("This part is done: only what it was for can be changed."))
    reason = overbook_reason or ("" if moves or is_reassigned else before.overbook_reason)
    if moves or is_resized:
        allot(after, setup=setup, starts_at=starts_at if moves else None, work=work, overbook_reason=reason)
    elif is_reassigned:
        allot(after, setup=setup, overbook_reason=reason)
    elif before.note == after.note:
        return after
    else:
        after.save()
    if booking.ready_at == before.ends_at:
        booking.ready_at = booking.ends_at
    _changed(booking, setup, by)
    return after


@transaction.atomic
def remove_time(allocation: Allocation, *, version: int, setup: Setup, by: Membership) -> Booking:
    """Give the time back. What was promised because of it is promised for earlier again."""
    booking = _locked(allocation.booking, version)
    gone = Allocation.objects.select_for_update().get(pk=allocation.pk)
    if booking.ready_at == gone.ends_at:
        booking.ready_at = booking.ends_at
    gone.delete()
    return _changed(booking, setup, by)


def _locked(booking: Booking, version: int) -> Booking:
    booking = Booking.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.pk)
    as_seen(booking, version)
    if not booking.holds_capacity:
        raise BookingError(_("Only a booking that has its time can take more."))
    return booking


def _changed(booking: Booking, setup: Setup, by: Membership) -> Booking:
    booking.version += 1
    promise(booking)
    lend(booking, setup)
    save_held(booking)
    booking_changed.send(sender=Booking, booking=booking, change=Change.EDITED, by=by)
    return booking
