"""Taking the last act back: what was before it stands in the history and is written again. Nothing is deleted."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import psycopg
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings.enums import OrderState, Status
from bookings.errors import BookingError, ChangedMeanwhile
from bookings.models import Allocation, Booking, BookingLine
from bookings.selectors.past import LastChange, last_change
from bookings.services.capacity import allot
from bookings.services.create import search_text
from bookings.services.last_use import note_last_use
from bookings.services.orders import follow_lines
from bookings.services.queue import queue_again
from bookings.services.status import may_confirm
from bookings.services.staying import hold_as_it_was
from bookings.services.work import take_time_back
from bookings.signals import Change, booking_changed
from garages.enums import Role
from garages.models import Membership
from garages.setup import load_setup
from garages.tenancy.context import remembering

# What an act never changes, and the name of what is written.
_LEFT_ALONE: Final = frozenset({"id", "garage_id", "public_id", "reference", "customer_id", "version"})
_WORKSHOP: Final = frozenset({Status.CONFIRMED, Status.IN_SERVICE, Status.COMPLETED})
_UNANSWERED: Final = frozenset({Status.REQUESTED, Status.PENDING})


class Undone(NamedTuple):
    """The booking as it is again, the kind of the act that was taken back, and whether its vehicle is queued again."""

    booking: Booking
    kind: str
    is_queued: bool


@transaction.atomic
def undo(booking: Booking, *, version: int, by: Membership | None) -> Undone:
    """Take back the act that made `version`, for whoever might have done it, however long ago. `by` is None for the
    customer, of whom the caller has asked whether they may.

    A booking that was just made becomes cancelled; its customer and vehicle stay, they were told to us. One of a batch
    is back in the queue. Undoing is an
    act itself: it has a version and can be undone. Raises ChangedMeanwhile when `version` is not the present one,
    SlotTaken when bay or technician were given away meanwhile, BookingError; then nothing is kept.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.pk)
    if booking.version != version:
        raise ChangedMeanwhile(_("Somebody changed this booking since. Its history says what happened."))
    change = last_change(booking)
    if change is None:
        raise BookingError(_("What was before is not recorded, so this cannot be undone."))
    if by is not None and not may_undo(booking, change, by=by):
        raise BookingError(_("Your role may not undo this. A manager can."))
    left, is_queued = booking.vehicle_id, False
    with remembering(undid=change.kind):
        if change.before is None:
            _call_off(booking)
            is_queued = queue_again(booking)
        else:
            _put_back(booking, change)
    if change.before is not None and change.lines:
        follow_lines(booking, gone=OrderState.RECEIVED, by=by)
    take_time_back(booking, since=change.at)
    if left != booking.vehicle_id:
        note_last_use(left)
    booking_changed.send(sender=Booking, booking=booking, change=Change.UNDONE, by=by)
    return Undone(booking, change.kind, is_queued)


def may_undo(booking: Booking, change: LastChange, *, by: Membership) -> bool:
    """Who could have done the act may undo it: its two ends say what it asked for."""
    if change.before is None:  # customers' own bookings are cancelled, with a reason they read
        return by.at_least(Role.RECEPTIONIST) and booking.created_by_id is not None
    was, now = Status(change.before.status), Status(booking.status)
    if not by.at_least(Role.RECEPTIONIST):
        took = change.before.technician_id is None and booking.technician_id is not None
        return {was, now} <= _WORKSHOP and (was != now or took or _ended_a_part(change))
    answered = {was, now} & _UNANSWERED and Status.CONFIRMED in (was, now)
    if answered and not may_confirm(by):
        return False
    return by.at_least(Role.MANAGER) or not _prices_differ(booking, change)


def _ended_a_part(change: LastChange) -> bool:
    """Whether the act was that a further time is done."""
    open_ones = [key for key, was in change.times.items() if was is not None and was.done_at is None]
    return Allocation.objects.filter(pk__in=open_ones).exclude(done_at=None).exists()


def _prices_differ(booking: Booking, change: LastChange) -> bool:
    """Whether an agreed price would change by itself, which is a manager's act (BOOK-3)."""
    if change.before is None or change.before.vehicle_type_id != booking.vehicle_type_id:
        return False
    return any(
        was is not None and was.price != line.price
        for line in booking.lines.all()
        for was in [change.lines.get(line.pk)]
    )


def _call_off(booking: Booking) -> None:
    booking.move_to(Status.CANCELLED)
    booking.reason = _("Undone")
    booking.version += 1
    booking.save()


def _put_back(booking: Booking, change: LastChange) -> None:
    before, lines, starts_at = change.before, change.lines, booking.starts_at
    assert before is not None
    kept = {field.attname for field in before._meta.concrete_fields} - _LEFT_ALONE
    for name in kept & {field.attname for field in booking._meta.concrete_fields}:
        setattr(booking, name, getattr(before, name))
    if booking.vehicle is not None and booking.vehicle.merged_into_id is not None:
        booking.vehicle_id = booking.vehicle.merged_into_id
    if booking.contacted_at is None:
        booking.contacted_by = None
    try:
        with transaction.atomic():
            _put_lines_back(lines)
            Allocation.objects.filter(pk__in=[key for key, was in change.times.items() if was is None]).delete()
            booking.search_text = search_text(
                booking, [line.name for line in booking.lines.all()], booking.vehicle_type
            )
            booking.version += 1
            if booking.holds_capacity:
                hold_as_it_was(booking)
            else:
                booking.save()
            _put_times_back(booking, change.times, earlier=booking.starts_at < starts_at)
    except IntegrityError as error:
        if not isinstance(error.__cause__, psycopg.errors.ForeignKeyViolation):
            raise
        raise BookingError(_("A bay, person or service it had then is gone, so this cannot be undone.")) from error


def _put_lines_back(lines: dict[int, Any | None]) -> None:
    columns = [field.attname for field in BookingLine._meta.concrete_fields]
    BookingLine.objects.filter(pk__in=[key for key, was in lines.items() if was is None]).delete()
    for was in lines.values():
        if was is not None:
            BookingLine(**{name: getattr(was, name) for name in columns}).save()


def _put_times_back(booking: Booking, times: dict[int, Any | None], *, earlier: bool) -> None:
    """Whatever goes first leaves room for the next."""
    columns = [field.attname for field in Allocation._meta.concrete_fields if field.attname != "holds"]
    kept = sorted((was for was in times.values() if was is not None), key=lambda was: was.starts_at)
    taken = {one.pk: _takes(one) for one in Allocation.objects.filter(pk__in=times, holds=True)}
    for was in kept if earlier else kept[::-1]:
        holds = booking.holds_capacity and was.done_at is None
        allocation = Allocation(holds=holds, **{name: getattr(was, name) for name in columns})
        if holds and taken.get(allocation.pk) != _takes(allocation):
            allot(allocation, setup=load_setup(booking.garage), overbook_reason=was.overbook_reason)
        else:
            allocation.save()


def _takes(time: Allocation) -> tuple[Any, ...]:
    return time.technician_id, time.bay_id, time.starts_at, time.ends_at, time.overbook_reason
