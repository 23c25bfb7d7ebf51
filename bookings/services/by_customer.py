"""What customers do with their own booking, by its link. The same verbs as at the desk, within the notice the garage
asks for (`bookings.notice`); history says that the customer did it. Sent twice, each acts once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bookings.availability import days
from bookings.enums import Source, Status
from bookings.errors import BookingError, NotOpen, SlotTaken
from bookings.jobs import Job
from bookings.models import Booking
from bookings.notice import Step, refusal
from bookings.selectors.past import last_change
from bookings.services.capacity import lock_capacity
from bookings.services.move import move_booking
from bookings.services.status import as_seen, cancel
from bookings.services.undo import undo
from bookings.signals import Change, booking_changed
from garages.models import Garage
from garages.setup import Setup
from garages.tenancy.context import remembering

# How long a customer may take back what they just did.
UNDO_FOR: Final = timedelta(minutes=10)
_UNDOABLE: Final = frozenset({"assured", "moved", Status.CANCELLED})


@transaction.atomic
def assure_by_customer(booking: Booking, *, version: int) -> Booking:
    """The customer will be there (COMP-15): remembered and shown at the desk, whose own confirmation it is not. Raises
    ChangedMeanwhile, BookingError."""
    booking = _locked(booking)
    if booking.customer_confirmed_at is not None:
        return booking
    as_seen(booking, version)
    if not may_assure(booking):
        raise BookingError(_("This booking cannot be changed any more."))
    booking.customer_confirmed_at = timezone.now()
    booking.version += 1
    with _as_customer():
        booking.save()
        booking_changed.send(sender=Booking, booking=booking, change=Change.ASSURED, by=None)
    return booking


@transaction.atomic
def cancel_by_customer(booking: Booking, *, garage: Garage, version: int, reason: str) -> Booking:
    """Call it off. Raises ChangedMeanwhile, BookingError with the sentence that says to call."""
    booking = _locked(booking)
    if booking.status == Status.CANCELLED:
        return booking
    as_seen(booking, version)
    _refuse(booking, Step.CANCEL, garage)
    with translation.override(garage.language):  # the desk reads it
        reason = reason.strip() or _("Cancelled by the customer")
    with _as_customer():
        return cancel(booking, reason=reason, by=None, version=version)


@transaction.atomic
def move_by_customer(booking: Booking, *, setup: Setup, version: int, starts_at: datetime) -> Booking:
    """Choose another of the starts that are offered online. Raises SlotTaken when it is none of them any more,
    ChangedMeanwhile, BookingError with the sentence that says to call."""
    booking = _locked(booking)
    if booking.starts_at == starts_at:
        return booking
    as_seen(booking, version)
    if not may_choose_time(booking):
        raise BookingError(_("This booking cannot be changed any more."))
    _refuse(booking, Step.MOVE, setup.garage)
    lock_capacity(setup.garage)
    day = starts_at.astimezone(setup.garage.zone).date()
    job = Job.of_booking(booking, setup)
    [offered] = days(setup, [day], job, ignoring=booking, source=Source.ONLINE, look_ahead=0)
    if starts_at not in {offer.start for offer in offered.offers}:
        raise SlotTaken
    try:
        with _as_customer():
            return move_booking(booking, version=version, setup=setup, by=None, starts_at=starts_at)
    except (NotOpen, SlotTaken) as error:
        raise SlotTaken from error  # who of the team is not there is not told


@transaction.atomic
def undo_by_customer(booking: Booking, *, version: int) -> Booking:
    """Take back what the customer has just done. Raises ChangedMeanwhile, SlotTaken when the time was given away
    meanwhile, BookingError when it is too late."""
    booking = _locked(booking)
    as_seen(booking, version)
    if not may_take_back(booking):
        raise BookingError(_("It is too late to take this back here."))
    try:
        with _as_customer():
            return undo(booking, version=version, by=None).booking
    except (NotOpen, SlotTaken) as error:
        raise SlotTaken(_("Your time was given to somebody else meanwhile. Call us for another one.")) from error


def may_assure(booking: Booking) -> bool:
    """Whether it is still open if the customer comes."""
    return may_choose_time(booking) and booking.arrived_at is None and timezone.now() < booking.starts_at


def may_choose_time(booking: Booking) -> bool:
    """A request has no time yet that could be changed: the garage answers it."""
    return booking.status in (Status.PENDING, Status.CONFIRMED)


def may_take_back(booking: Booking) -> bool:
    """Whether the last act was the customer's own, a moment ago, and can be undone. Two queries at most."""
    if booking.updated_at < timezone.now() - UNDO_FOR:
        return False
    change = last_change(booking)
    return change is not None and change.by_customer and change.kind in _UNDOABLE


def _refuse(booking: Booking, step: Step, garage: Garage) -> None:
    why = refusal(booking, step, garage)
    if why is not None:
        raise BookingError(why)


def _locked(booking: Booking) -> Booking:
    return Booking.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.pk)


@contextmanager
def _as_customer() -> Iterator[None]:
    with remembering(customer=True):
        yield
