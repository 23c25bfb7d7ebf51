"""The one place where capacity is consumed. Every path that makes a booking hold a bay goes through `place`; `keep` and
`allot` stand beside it for holds and further times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import limits
from bookings.availability import Book, earliest_start
from bookings.enums import DropOff, Source
from bookings.errors import BookingError, NotOpen, SlotTaken
from bookings.hours import is_there, minute, moment_of, work_between
from bookings.jobs import Job
from bookings.ledger import Chance, Why
from bookings.models import Allocation, Booking, SlotHold
from bookings.services.lending import lend
from bookings.services.refusing import LATE_TYPING, bays_for, refuse_day, refused, refusing_twice, save_held
from bookings.slots import Demand
from garages.acts import act
from garages.enums import Role
from garages.models import Bay, Garage, Membership
from garages.rows import prepared
from garages.setup import Setup

# What is missing where an overbooking is possible: no reason opens a closed garage.
_MAY_BE_SHARED: Final = (Why.BAYS, Why.TECHNICIANS)


def may_overbook(by: Membership) -> bool:
    """Managers always; receptionists where the garage lets them."""
    return by.at_least(Role.MANAGER) or (by.at_least(Role.RECEPTIONIST) and by.garage.receptionists_overbook)


def refuse_overbooking(by: Membership | None, reason: str) -> None:
    """Raises BookingError when there is a reason to overbook, and not the right."""
    if reason and (by is None or not may_overbook(by)):
        raise BookingError(_("Your role may not overbook. A manager can."))


def lock_capacity(garage: Garage) -> None:
    """Let one transaction at a time give away this garage's capacity, until it ends.

    Bays and named technicians are guarded by constraints. What no constraint can see (technicians counted by skill,
    cars a day, holds) is looked at under this lock: the look sees all that was given away before. One row for all of a
    garage's days: nobody can wait for two of them in different order.
    """
    with prepared() as cursor:
        cursor.execute("select from garages_garage where id = %s for no key update", [garage.pk])


@act
def place(
    booking: Booking,
    *,
    setup: Setup,
    job: Job,
    starts_at: datetime,
    bay: Bay | None = None,
    hold: UUID | None = None,
    check_opening: bool = True,
    may_be_past: bool = False,
    overbook_reason: str = "",
) -> Booking:
    """Save the booking at `starts_at` in a bay that fits, or in `bay`, and let the database say whether it is free.

    The work is laid out over the opening hours from there. Raises NotOpen when the garage does not work then, or takes
    no more that day; SlotTaken when no bay that fits or no technician is free. `hold` is the hold that kept the time
    for this booking; it is used up. `check_opening` is False where the booking keeps the time it has, `may_be_past`
    True where its start does not move. With an `overbook_reason` a booking that finds nothing free shares a bay and
    keeps the reason as its mark; whether the person may do that is asked before.

    Its further times follow: those begun during its own work move with it, the others stay where they are, and those
    that held nothing while it was over hold again; what is done of them stays as it is. Raises SlotTaken when one of
    them cannot: one that moves may share what is taken for the same reason, one that is taken up again for its own.
    """
    lock_capacity(setup.garage)
    further = _FurtherTimes(booking, setup)
    if check_opening:
        starts_at = moment_of(minute(starts_at))
    day = starts_at.astimezone(setup.garage.zone).date()
    limit = limits.read(setup, [day], source=Source(booking.source), ignoring=booking)
    if check_opening:
        refuse_day(limit, starts_at, may_be_past=may_be_past, overbooks=bool(overbook_reason))
    own_bay = booking.bay_id
    fitting = bays_for(job, setup, wanted=bay, first=own_bay)
    book = Book.read(setup, [day], job, limit, ignoring=booking, but_hold=hold)
    if not check_opening and booking.ends_at <= timezone.now():
        book.ledger.workers = None  # nobody is looked for to do what is over
    chance = book.look(starts_at, fitting) if check_opening else book.look_at(starts_at, booking.ends_at, fitting)
    if isinstance(chance, Why) and not (overbook_reason and chance in _MAY_BE_SHARED):
        raise refused(chance, setup, bay, job)
    ends_at = book.end_of(starts_at) if check_opening else booking.ends_at
    _write_times(booking, job, starts_at, ends_at, keeps_promise=not check_opening)
    booking.skill_id = job.skill
    booking.overbook_reason = ""
    lend(booking, setup)
    if hold is not None:
        release(hold)
    if isinstance(chance, Chance):
        snug = book.snug(chance.bays, starts_at, ends_at)
        if _save_in_first(booking, sorted(snug, key=lambda one: one != own_bay)):
            return further.follow(overbook_reason)
    if not overbook_reason:
        raise SlotTaken
    booking.bay_id, booking.overbook_reason = fitting[0], overbook_reason
    booking.save()
    return further.follow(overbook_reason)


class _FurtherTimes:
    """Those of a booking that are not done, as they are before it is placed."""

    def __init__(self, booking: Booking, setup: Setup) -> None:
        self.booking, self.setup, self.was = booking, setup, booking.starts_at
        self.all = list(still_to_do(booking)) if booking.pk else []
        self.with_it = [one for one in self.all if one.is_during(booking)]
        self.given_up = [one for one in self.all if not one.holds]

    def follow(self, overbook_reason: str) -> Booking:
        """Once the booking is placed."""
        if not self.all:
            return self.booking
        shift = self.booking.starts_at - self.was
        moving = self.with_it if shift else []
        # Whoever goes first leaves room for the next.
        for one in reversed(moving) if shift > timedelta() else moving:
            try:
                allot(one, setup=self.setup, starts_at=one.starts_at + shift, overbook_reason=overbook_reason)
            except BookingError as error:
                words = {"name": one.technician.name, "why": error}
                raise SlotTaken(_("%(name)s helps with it: %(why)s") % words, technician=True) from error
        for one in self.given_up:
            if one not in moving:
                allot(one, setup=self.setup, overbook_reason=one.overbook_reason)
        if promise(self.booking):
            save_held(self.booking)
        return self.booking


def allot(
    allocation: Allocation,
    *,
    setup: Setup,
    starts_at: datetime | None = None,
    work: timedelta | None = None,
    overbook_reason: str = "",
) -> Allocation:
    """Save a further time of a booking that holds capacity: its work (as much as it is, or `work`) laid out over the
    opening hours from `starts_at`, or at the very time it has. Raises NotOpen and SlotTaken as `place` does; with an
    `overbook_reason` it, too, shares what is taken where it finds nothing free, and keeps the reason as its mark."""
    lock_capacity(setup.garage)
    keeps = starts_at is None and work is None
    start = starts_at or allocation.starts_at
    if starts_at is not None and starts_at < earliest_start() - LATE_TYPING:
        raise NotOpen(_("This time has passed."), field="time")
    demand = Demand(work if work is not None else work_between(setup, allocation.starts_at, allocation.ends_at))
    if not (keeps or demand.work):
        raise refused(Why.CLOSED, setup, None, Job(demand))
    bays = (allocation.bay_id,) if allocation.bay_id else None
    job = Job(demand, technician=allocation.technician_id, in_bays=bays or ())
    day = start.astimezone(setup.garage.zone).date()
    book = Book.read(setup, [day], job, limits.Limits(setup), but_allocation=allocation.public_id)
    chance = book.look_at(start, allocation.ends_at, bays) if keeps else book.look(start, bays)
    lacks = chance if isinstance(chance, Why) and not (keeps and allocation.ends_at <= timezone.now()) else None
    may_share = _MAY_BE_SHARED if overbook_reason else ()
    if lacks is not None and lacks not in may_share:
        raise refused(lacks, setup, allocation.bay, job)
    if not keeps:
        allocation.starts_at, allocation.ends_at = moment_of(minute(start)), book.end_of(start)
    if lacks is None and not is_there(setup, allocation.technician_id, allocation.starts_at, allocation.ends_at):
        lacks = Why.TECHNICIANS
    allocation.holds, allocation.overbook_reason = True, ""
    lacks = lacks or _lacks_once_saved(allocation)
    if lacks is not None:
        if lacks not in may_share:
            raise refused(lacks, setup, allocation.bay, job)
        allocation.overbook_reason = overbook_reason
        allocation.save()
    return allocation


def _lacks_once_saved(allocation: Allocation) -> Why | None:
    """What the database objects to; None where it saved it."""
    try:
        with refusing_twice():
            allocation.save()
    except SlotTaken as error:
        return Why.TECHNICIANS if error.technician else Why.BAYS
    return None


def still_to_do(booking: Booking) -> QuerySet[Allocation]:
    """Its further times that are not done, in order of time."""
    return booking.allocations.filter(done_at=None).select_related("technician", "bay")


def promise(booking: Booking) -> bool:
    """A car is not ready before the last of its further times is over: whether that made the promise a later one."""
    ends = still_to_do(booking).filter(ends_at__gt=booking.ready_at).aggregate(latest=Max("ends_at"))["latest"]
    booking.ready_at = ends or booking.ready_at
    return ends is not None


@transaction.atomic
def keep(
    *,
    setup: Setup,
    job: Job,
    starts_at: datetime,
    expires_at: datetime,
    source: Source = Source.RECEPTION,
    drop_off: DropOff = DropOff.DROP,
    instead_of: UUID | None = None,
) -> SlotHold:
    """Hold a start for somebody who is about to book it: until `expires_at` it takes what the booking will take.

    `instead_of` is the hold this one replaces. Raises what `place` raises.
    """
    lock_capacity(setup.garage)
    if instead_of is not None:
        release(instead_of)
    starts_at = moment_of(minute(starts_at))
    day = starts_at.astimezone(setup.garage.zone).date()
    limit = limits.read(setup, [day], source=source, drop_off=drop_off)
    refuse_day(limit, starts_at, may_be_past=False, overbooks=False)
    book = Book.read(setup, [day], job, limit)
    chance = book.look(starts_at, bays_for(job, setup))
    if isinstance(chance, Why):
        raise refused(chance, setup, None, job)
    ends_at = book.end_of(starts_at)
    return SlotHold.objects.create(
        bay_id=book.snug(chance.bays, starts_at, ends_at)[0],
        skill_id=job.skill,
        technician_id=job.technician,
        starts_at=starts_at,
        ends_at=ends_at,
        held_from=starts_at - job.demand.before,
        held_until=ends_at + job.demand.after,
        expires_at=expires_at,
    )


def release(hold: UUID) -> None:
    """Give a held time back; one that is gone already stays gone."""
    SlotHold.objects.filter(public_id=hold).delete()


def _save_in_first(booking: Booking, bays: Sequence[int]) -> bool:
    """Whether the database let the booking have one of them."""
    for bay in bays:
        booking.bay_id = bay
        try:
            save_held(booking)
        except SlotTaken as error:
            if error.technician:
                raise
        else:
            return True
    return False


def _write_times(booking: Booking, job: Job, starts_at: datetime, ends_at: datetime, *, keeps_promise: bool) -> None:
    demand = job.demand
    if booking.starts_at != starts_at:
        booking.customer_confirmed_at = None
    booking.starts_at, booking.ends_at = starts_at, ends_at
    booking.ready_at = max(booking.ready_at, ends_at) if keeps_promise else ends_at
    booking.held_from, booking.held_until = starts_at - demand.before, ends_at + demand.after
    stands_still = demand.work != ends_at - starts_at
    booking.work_minutes = demand.work // timedelta(minutes=1) if stands_still else None
