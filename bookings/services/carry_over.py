"""Carrying over: what today did not finish, or did not begin, takes the next day's hours (COMP-4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from typing import Final

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from bookings.availability import days
from bookings.enums import Status
from bookings.errors import BookingError, ChangedMeanwhile, SlotTaken
from bookings.hours import opening_ranges, work_between
from bookings.jobs import Job
from bookings.models import Booking, WorkSpan
from bookings.services.capacity import may_overbook, place
from bookings.services.move import move_booking
from bookings.services.work import stop_clock
from bookings.signals import Change, booking_changed
from bookings.slots import Demand
from garages.models import Membership
from garages.setup import Setup

LOOK_AHEAD: Final = 14


@transaction.atomic
def carry_over(booking: Booking, *, version: int, setup: Setup, by: Membership) -> Booking:
    """Go on with it on the next day that has room.

    What was not begun moves there. A car that is worked on keeps its bay over night, and what is left of the work sold
    takes the next morning; it stays where it is even when that bay was promised to another, for those who may overbook.
    Raises ChangedMeanwhile, SlotTaken or BookingError, and then nothing is kept.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.pk)
    if booking.version != version:
        raise ChangedMeanwhile
    if booking.status == Status.IN_SERVICE:
        return _keep_over_night(booking, setup, by)
    if booking.status not in (Status.PENDING, Status.CONFIRMED):
        raise BookingError(_("Only what is still to be done can be carried over."))
    known = days(setup, _next_days(setup), _job(booking, setup), ignoring=booking)
    for offer in chain.from_iterable(day.offers for day in known):
        try:
            with transaction.atomic():
                return move_booking(booking, version=version, setup=setup, by=by, starts_at=offer.start)
        except SlotTaken:  # the technician's, not the bay's: another start may suit them
            continue
    raise SlotTaken(_("Nothing is free in the next two weeks for this work."))


def _keep_over_night(booking: Booking, setup: Setup, by: Membership) -> Booking:
    opening = next((spans[0] for day in _next_days(setup) if (spans := opening_ranges(setup, day))), None)
    if opening is None:
        raise BookingError(_("The garage is closed for the next two weeks."))
    job = _job(booking, setup)
    stop_clock(booking)
    booking.ends_at = min(opening.start + _left(booking, setup), opening.end)
    booking.overnight = True
    booking.version += 1
    try:
        place(
            booking,
            setup=setup,
            job=replace(job, demand=replace(job.demand, work=work_between(setup, booking.starts_at, booking.ends_at))),
            starts_at=booking.starts_at,
            check_opening=False,
            overbook_reason=_("Carried over") if may_overbook(by) else "",
        )
    except SlotTaken as error:
        raise SlotTaken(
            _("The next morning is promised to others. Move them first, or ask somebody who may overbook.")
        ) from error
    booking_changed.send(sender=Booking, booking=booking, change=Change.MOVED, by=by)
    return booking


def _left(booking: Booking, setup: Setup) -> timedelta:
    """What is left of the minutes sold, one step of the grid at least."""
    sold = sum((line.duration for line in booking.lines.all()), start=timedelta())
    spans = WorkSpan.objects.filter(booking=booking)
    worked = spans.aggregate(worked=Sum(F("ended_at") - F("started_at")))["worked"] or timedelta()
    return max(sold - worked, timedelta(minutes=setup.garage.slot_step))


def _job(booking: Booking, setup: Setup) -> Job:
    """What the booking needs on another day: its services, with the buffers it has."""
    services = setup.services_of(line.service_id for line in booking.lines.all())
    demand = Demand(
        booking.work, before=booking.starts_at - booking.held_from, after=booking.held_until - booking.ends_at
    )
    return replace(Job.of(services), demand=demand) if services else Job(demand)


def _next_days(setup: Setup) -> list[date]:
    return [setup.garage.today() + timedelta(days=number) for number in range(1, LOOK_AHEAD + 1)]
