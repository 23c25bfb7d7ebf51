"""Recording work: who worked on a booking from when to when, and why work stood still.

Starting and ending follow the booking (`keep_time`, called by bookings.receivers); pausing and resuming are verbs. A
further time of the booking has a clock of its own, which whoever has it starts, pauses and ends.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.enums import Awaiting, PauseReason, Status
from bookings.errors import BookingError
from bookings.models import Allocation, Booking, WorkSpan
from bookings.services.status import as_seen, locked, start_service
from bookings.signals import Change, booking_changed
from garages.models import Membership


@transaction.atomic
def pause(
    booking: Booking,
    *,
    why: PauseReason,
    note: str = "",
    by: Membership,
    version: int | None = None,
    part: Allocation | None = None,
) -> Booking:
    """Stop the booking's own clock, or that of a `part`, and mark the booking with what it waits for. Pausing twice
    keeps the first reason."""
    booking = _in_service(booking)
    running = WorkSpan.objects.filter(booking=booking, part=part, ended_at=None)
    if not running.exists():
        return booking
    as_seen(booking, version)
    running.update(ended_at=timezone.now(), paused_for=why, pause_note=note.strip())
    return _awaits(booking, by)


@transaction.atomic
def resume(booking: Booking, *, by: Membership, version: int | None = None) -> Booking:
    """Start the clock again; what was waited for has come."""
    booking = _in_service(booking)
    if booking.technician_id is None:
        raise BookingError(_("Nobody does this job yet: assign it first."))
    if WorkSpan.objects.filter(booking=booking, part=None, ended_at=None).exists():
        return booking
    as_seen(booking, version)
    _begin(booking, booking.technician_id)
    return _awaits(booking, by)


@transaction.atomic
def begin_part(booking: Booking, *, part: Allocation, by: Membership, version: int | None = None) -> Booking:
    """Start the clock of a further time, or start it again. It may be the first work on the booking."""
    booking = locked(booking)
    part = Allocation.objects.get(pk=part.pk)
    if part.done_at is not None:
        raise BookingError(_("This part is done."))
    if WorkSpan.objects.filter(part=part, ended_at=None).exists():
        return booking
    as_seen(booking, version)
    is_first = booking.status != Status.IN_SERVICE
    _begin(booking, part.technician_id, part)
    return start_service(booking, by=by) if is_first else _awaits(booking, by)


@transaction.atomic
def complete_part(booking: Booking, *, part: Allocation, by: Membership, version: int | None = None) -> Booking:
    """A further time is over, though its booking goes on: what it still took of its technician and bay is free."""
    booking = _in_service(booking)
    part = Allocation.objects.get(pk=part.pk)
    if part.done_at is not None:
        return booking
    as_seen(booking, version)
    part.done_at, part.holds = timezone.now(), False
    part.save()
    WorkSpan.objects.filter(part=part, ended_at=None).update(ended_at=part.done_at)
    return _awaits(booking, by)


def keep_time(booking: Booking, change: Change) -> None:
    """The clock starts with the work of somebody's booking, unless that began with a part of it. Clocks stop when the
    work is over, or given to another."""
    if booking.started_at is None:
        return
    running = WorkSpan.objects.filter(booking=booking, ended_at=None)
    if change == Change.STARTED and booking.technician_id is not None and not running.exists():
        _begin(booking, booking.technician_id)
    else:
        if booking.status == Status.IN_SERVICE:
            own = Q(part=None, technician=booking.technician_id)
            running = running.exclude(own | Q(part__technician=F("technician")))
        running.update(ended_at=timezone.now())


def take_time_back(booking: Booking, *, since: datetime) -> None:
    """Undo what an act at `since` did to the clocks: what it began was not worked, what it stopped goes on, unless the
    technician works on another car by now."""
    begun = list(WorkSpan.objects.filter(booking=booking, started_at__gte=since))
    stopped = Q(booking=booking, started_at__lt=since, ended_at__gte=since)
    for span in begun:  # a technician's clock on another car stopped as this one began
        stopped |= Q(technician=span.technician_id, ended_at=span.started_at)
        span.delete()
    for span in WorkSpan.objects.filter(stopped):
        if not WorkSpan.objects.filter(technician=span.technician_id, ended_at=None).exists():
            span.ended_at, span.paused_for, span.pause_note = None, "", ""
            span.save()


def stop_clock(booking: Booking) -> None:
    """Nobody's clock runs on this booking any longer, though it is not done."""
    WorkSpan.objects.filter(booking=booking, ended_at=None).update(ended_at=timezone.now())


def _begin(booking: Booking, technician: int, part: Allocation | None = None) -> None:
    """A technician works on one car at a time: their clock stops on any other."""
    now = timezone.now()
    WorkSpan.objects.filter(technician=technician, ended_at=None).update(ended_at=now)
    WorkSpan.objects.create(booking=booking, technician_id=technician, part=part, started_at=now)


def _in_service(booking: Booking) -> Booking:
    booking = locked(booking)
    if booking.status != Status.IN_SERVICE:
        raise BookingError(_("Work on this booking is not going on."))
    return booking


def _awaits(booking: Booking, by: Membership) -> Booking:
    """The booking waits for what a clock on it stands still for, the latest first. Every pause and start is news,
    whether it changes the mark or not."""
    spans = WorkSpan.objects.filter(booking=booking, part__done_at=None).order_by("part_id", "-started_at", "-pk")
    stopped = [(span.ended_at, span.paused_for) for span in spans.distinct("part_id") if span.ended_at]
    booking.awaiting = max((one for one in stopped if one[1] in Awaiting.values), default=(None, ""))[1]
    booking.version += 1
    booking.save()
    booking_changed.send(sender=Booking, booking=booking, change=Change.EDITED, by=by)
    return booking
