"""Carrying work over: what is not finished today takes hours of the next days, so nobody is promised them (COMP-4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.availability import Job, days
from bookings.enums import Status
from bookings.errors import BookingError, ChangedMeanwhile, SlotTaken
from bookings.models import Booking
from bookings.services.capacity import place
from bookings.signals import Change, booking_changed
from bookings.slots import Offer
from garages.models import Membership
from garages.setup import Setup

# What is left of work that should be over: nobody knows better yet.
_AT_LEAST: Final = timedelta(minutes=30)


@transaction.atomic
def carry_over(
    booking: Booking, *, version: int, setup: Setup, by: Membership, left: timedelta | None = None
) -> Booking:
    """Move what is left of work that has begun to the first room on the days after today, promised for its new end.

    `left` is what is still to do; None is what its time says. The bay it stands in is asked first. Raises
    ChangedMeanwhile, BookingError, or SlotTaken when the coming weeks are full.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.pk)
    if booking.version != version:
        raise ChangedMeanwhile
    if booking.status != Status.IN_SERVICE:
        raise BookingError(_("Only work that has begun is carried over."))
    left = left or left_of(booking, timezone.now())
    offer = next_room(booking, setup=setup, left=left)
    if offer is None:
        raise SlotTaken(_("No bay has room for what is left in the coming weeks."))
    booking.version += 1
    place(booking, setup=setup, job=Job.of_booking(booking, setup, work=left), starts_at=offer.start)
    booking_changed.send(sender=Booking, booking=booking, change=Change.MOVED, by=by)
    return booking


def left_of(booking: Booking, now: datetime) -> timedelta:
    """What is still to do by the booking's own time, in whole minutes."""
    return timedelta(minutes=max(booking.ends_at - now, _AT_LEAST) // timedelta(minutes=1))


def next_room(booking: Booking, *, setup: Setup, left: timedelta) -> Offer | None:
    """The first start after today at which what is left can be done."""
    tomorrow = setup.garage.today() + timedelta(days=1)
    job = Job.of_booking(booking, setup, work=left)
    first = days(setup, [tomorrow], job, ignoring=booking, first_only=True)[0]
    return first.offers[0] if first.offers else first.next_best
