"""What is asked of a booking that stays where it is, and of one that goes back to where it was."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bookings import limits
from bookings.availability import Book
from bookings.enums import HOLDS_CAPACITY
from bookings.errors import BookingError, NotOpen, SlotTaken
from bookings.hours import is_there
from bookings.jobs import Job
from bookings.ledger import Why
from bookings.models import Booking
from bookings.services.capacity import allot, lock_capacity, still_to_do
from bookings.services.lending import lend
from bookings.services.refusing import save_held
from garages.setup import Setup, load_setup


def hold_as_it_was(booking: Booking) -> Booking:
    """Save the booking with the very bay, technician and time it carries: it had them once, and gets them back.

    Raises SlotTaken when one of them was given away meanwhile.
    """
    if booking.bay_id is None:
        raise BookingError(_("It had no bay, so it cannot take one back."))
    kept = ("bay_id", "technician_id", "held_from", "held_until", "overbook_reason")
    same = {name: getattr(booking, name) for name in kept}
    further = [one for one in still_to_do(booking) if not one.holds]
    if not Booking.objects.filter(pk=booking.pk, status__in=HOLDS_CAPACITY, **same).exists():
        _refuse_given_away(booking)
    save_held(booking)
    for one in further:
        allot(one, setup=load_setup(booking.garage), overbook_reason=one.overbook_reason)
    return booking


def _refuse_given_away(booking: Booking) -> None:
    lock_capacity(booking.garage)
    setup = load_setup(booking.garage)
    day = booking.starts_at.astimezone(setup.garage.zone).date()
    job = Job.of_booking(booking, setup)
    book = Book.read(setup, [day], job, limits.Limits(setup), ignoring=booking)
    chance = book.look_at(booking.starts_at, booking.ends_at, [booking.bay_id or 0])
    if chance == Why.BAYS and not booking.overbook_reason:
        raise SlotTaken(_("The bay it had then is taken by now. Reopen or move the booking instead."))
    if chance == Why.TECHNICIANS and not booking.overbook_reason:
        raise SlotTaken(_("No technician is free for it at that time any more."), technician=True)


def refuse_absent(booking: Booking, setup: Setup) -> None:
    """A technician who is not there cannot be given a job, unless it is overbooked. Raises SlotTaken. Capacity is
    locked first: the database's guards would do it after the row is written, when others may wait for that."""
    lock_capacity(setup.garage)
    technician = booking.technician
    if technician is None or booking.overbook_reason or not booking.holds_capacity:
        return
    if not is_there(setup, technician.pk, booking.starts_at, booking.ends_at):
        raise SlotTaken(_("%(name)s is not there at that time.") % {"name": technician.name}, technician=True)


def refuse_drop_off(booking: Booking, setup: Setup) -> None:
    """One seat, place in the shuttle or courtesy car more than the garage has cannot be promised to a booking that
    holds capacity, unless it is overbooked. Raises NotOpen with the field `drop_off`."""
    if booking.overbook_reason or not booking.holds_capacity:
        return
    lock_capacity(setup.garage)
    day = booking.starts_at.astimezone(setup.garage.zone).date()
    limit = limits.read(setup, [day], ignoring=booking)
    refusal = limit.full.get(day)
    if refusal is not None and refusal.reason == limits.FULL_REASONS[limit.way]:
        raise NotOpen(str(refusal.text), field="drop_off")
    if limit.is_busy(booking.starts_at):
        raise NotOpen(str(limit.refusal_at_busy.text), field="drop_off")
    lend(booking, setup)
