"""Moving a booking through its life. Each verb locks the row, takes one step of the table of moves, tells the news.

Doing a step twice changes nothing: the second receptionist to press Confirm is not told off. `version` is the one that
was on the screen: any other step than one taken already raises ChangedMeanwhile when somebody saved since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.enums import Status
from bookings.errors import BookingError, ChangedMeanwhile, RequestExpired
from bookings.jobs import Job
from bookings.models import Booking
from bookings.services.capacity import place, refuse_overbooking
from bookings.services.marks import apply_marks
from bookings.services.wishes import hold_wish
from bookings.signals import Change, booking_changed
from garages.enums import Role
from garages.models import Membership
from garages.setup import load_setup


def may_confirm(by: Membership) -> bool:
    """Managers always; receptionists where the garage lets them; technicians never (BOOK-2)."""
    if by.at_least(Role.MANAGER):
        return True
    return by.at_least(Role.RECEPTIONIST) and by.garage.receptionists_confirm


@transaction.atomic
def confirm(booking: Booking, *, by: Membership, version: int | None = None, overbook_reason: str = "") -> Booking:
    """Promise the time. What it holds is looked at once more: a bay may have gone out of service since, a technician
    fallen ill. Raises SlotTaken when nothing is left for it, unless there is an `overbook_reason`."""
    if not may_confirm(by):
        raise BookingError(_("Your role may not confirm bookings. A manager can."))
    booking = locked(booking)
    if booking.status == Status.CONFIRMED:
        return booking
    as_seen(booking, version)
    return _hold_again(booking, Status.CONFIRMED, Change.CONFIRMED, by, overbook_reason=overbook_reason)


@transaction.atomic
def accept(
    booking: Booking,
    *,
    by: Membership,
    starts_at: datetime | None = None,
    version: int | None = None,
    overbook_reason: str = "",
) -> Booking:
    """Turn a request into a confirmed booking, at the time asked for or at `starts_at`: it takes capacity now, where it
    held none before. Raises SlotTaken, unless there is an `overbook_reason`, and NotOpen for another time."""
    if not may_confirm(by):
        raise BookingError(_("Your role may not accept requests. A manager can."))
    booking = locked(booking)
    if booking.status == Status.CONFIRMED:
        return booking
    as_seen(booking, version)
    if booking.is_expired:
        raise RequestExpired
    return _hold_again(
        booking, Status.CONFIRMED, Change.CONFIRMED, by, starts_at=starts_at, overbook_reason=overbook_reason
    )


@transaction.atomic
def decline(booking: Booking, *, reason: str, by: Membership, version: int | None = None) -> Booking:
    """Say no to a request or a pending booking, and why: the customer reads the reason."""
    if not reason.strip():
        raise BookingError(_("Say why: the customer reads it."), field="reason")
    return _step(booking, Status.DECLINED, Change.DECLINED, by, version, reason=reason.strip())


@transaction.atomic
def cancel(booking: Booking, *, reason: str, by: Membership | None, version: int | None = None) -> Booking:
    """Free the bay, and remember why. `by` is None where the customer does it."""
    if not reason.strip():
        raise BookingError(_("Say why it is cancelled."), field="reason")
    return _step(booking, Status.CANCELLED, Change.CANCELLED, by, version, reason=reason.strip())


@transaction.atomic
def check_in(
    booking: Booking, *, by: Membership, marks: Mapping[str, Any] | None = None, version: int | None = None
) -> Booking:
    """The customer is here, and with them what is noted at once (`marks`: key tag, parking place ...). The status
    stays: work begins with `start_service`."""
    booking = locked(booking)
    if booking.arrived_at is not None:
        return booking
    as_seen(booking, version)
    if booking.status not in (Status.PENDING, Status.CONFIRMED):
        raise BookingError(_("Only a booking that is still to come can be checked in."))
    booking.arrived_at = timezone.now()
    apply_marks(booking, marks or {})
    return _saved(booking, Change.ARRIVED, by)


@transaction.atomic
def start_service(booking: Booking, *, by: Membership, version: int | None = None) -> Booking:
    return _step(booking, Status.IN_SERVICE, Change.STARTED, by, version)


@transaction.atomic
def complete(booking: Booking, *, by: Membership, version: int | None = None) -> Booking:
    return _step(booking, Status.COMPLETED, Change.COMPLETED, by, version)


@transaction.atomic
def mark_no_show(booking: Booking, *, by: Membership | None, version: int | None = None) -> Booking:
    """`by` is None where the garage lets untouched bookings become no-shows by themselves."""
    return _step(booking, Status.NO_SHOW, Change.NO_SHOW, by, version)


@transaction.atomic
def reopen(booking: Booking, *, by: Membership, version: int | None = None) -> Booking:
    """Take back the end of a booking: completed goes back to work, cancelled and no-show wait for an answer again,
    declined is a request again. What holds capacity afterwards has to find it: raises SlotTaken when it is gone."""
    booking = locked(booking)
    as_seen(booking, version)
    back = {
        Status.COMPLETED: Status.IN_SERVICE,
        Status.CANCELLED: Status.PENDING,
        Status.NO_SHOW: Status.PENDING,
        Status.DECLINED: Status.REQUESTED,
    }.get(Status(booking.status))
    if back is None:
        raise BookingError(_("This booking is open."))
    booking.reason = ""
    if back == Status.REQUESTED:
        booking.move_to(back)
        setup = load_setup(by.garage)
        hold_wish(booking, setup=setup, job=Job.of_booking(booking, setup))
        return _saved(booking, Change.REOPENED, by)
    return _hold_again(booking, back, Change.REOPENED, by)


def locked(booking: Booking) -> Booking:
    """The booking as it is now, nobody else's until the transaction ends."""
    return Booking.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.pk)


def as_seen(booking: Booking, version: int | None) -> None:
    """Refuse to act on what nobody looked at; `booking` is locked."""
    if version is not None and booking.version != version:
        raise ChangedMeanwhile


def _step(
    booking: Booking, status: Status, change: Change, by: Membership | None, version: int | None, *, reason: str = ""
) -> Booking:
    booking = locked(booking)
    if booking.status == status:
        return booking
    as_seen(booking, version)
    booking.move_to(status)
    if reason:
        booking.reason = reason
    return _saved(booking, change, by)


def _hold_again(
    booking: Booking,
    status: Status,
    change: Change,
    by: Membership,
    *,
    starts_at: datetime | None = None,
    overbook_reason: str = "",
) -> Booking:
    """Move to a status that holds capacity, at the time the booking has or is given, wherever a bay is free."""
    refuse_overbooking(by, overbook_reason)
    setup = load_setup(by.garage)
    booking.move_to(status)
    booking.version += 1
    _stamp(booking)
    place(
        booking,
        setup=setup,
        job=Job.of_booking(booking, setup),
        starts_at=starts_at or booking.starts_at,
        check_opening=starts_at is not None,
        overbook_reason=overbook_reason or booking.overbook_reason,
    )
    booking_changed.send(sender=Booking, booking=booking, change=change, by=by)
    return booking


def _saved(booking: Booking, change: Change, by: Membership | None) -> Booking:
    _stamp(booking)
    booking.version += 1
    booking.save()
    booking_changed.send(sender=Booking, booking=booking, change=change, by=by)
    return booking


def _stamp(booking: Booking) -> None:
    """Keep the moments in step with the status."""
    now = timezone.now()
    if booking.status in (Status.REQUESTED, Status.PENDING):
        booking.answered_at = None
    elif booking.status in (Status.CONFIRMED, Status.DECLINED):
        booking.answered_at = booking.answered_at or now
    if booking.status == Status.IN_SERVICE:
        booking.started_at = booking.started_at or now
        booking.arrived_at = booking.arrived_at or now
        booking.completed_at = None
    elif booking.status == Status.COMPLETED:
        booking.completed_at = now
