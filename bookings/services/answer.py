"""Answering what waits: yes as it stands on the screen, another time, or first a call.

Whoever answers has read the checks of a row. They are made again inside the transaction, and what was not on the
screen stops the answer: nothing is confirmed unseen.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.enums import Status
from bookings.errors import BookingError, NotAsSeen, NotOpen
from bookings.inbox import State, checks_of, concerns, job_of
from bookings.models import Booking, BookingLine
from bookings.selectors.inbox import facts_for, waiting_rows
from bookings.services.create import unused_reference
from bookings.services.move import move_booking
from bookings.services.status import accept, as_seen, confirm, decline
from bookings.services.wishes import hold_wish
from bookings.signals import Change, booking_changed
from garages import formats
from garages.models import Membership
from garages.setup import Setup


@transaction.atomic
def say_yes(
    booking: Booking,
    *,
    version: int,
    seen: Collection[str],
    setup: Setup,
    by: Membership,
    starts_at: datetime | None = None,
) -> Booking:
    """Confirm a pending booking or accept a request, at its own time or a request at `starts_at`.

    `seen` names the checks that were not fine on the screen: raises NotAsSeen when another one is not fine now, and
    ChangedMeanwhile when somebody saved since. SlotTaken and the like as `confirm` and `accept` do.
    """
    booking = _locked(booking, version)
    found = checks_of(booking, facts_for([booking], setup, timezone.now()))
    decided_anew = {"room", "technician"} if starts_at is not None else set()
    unseen = [check for check in concerns(found) if check.name not in {*seen, *decided_anew}]
    if unseen:
        raise NotAsSeen(check.text for check in unseen)
    if booking.status == Status.REQUESTED:
        return accept(booking, by=by, starts_at=starts_at)
    return confirm(booking, by=by)


@transaction.atomic
def propose(booking: Booking, *, version: int, starts_at: datetime, setup: Setup, by: Membership) -> list[Booking]:
    """Offer another time; returns what changed, the booking that stands there now first.

    A pending one moves and goes on waiting. A request cannot move (ruling 10): a new one, which follows it, asks for
    the new time, and the old one is closed. Raises ChangedMeanwhile, NotOpen, SlotTaken.
    """
    locked = _locked(booking, version)
    if locked.status == Status.PENDING:
        return [move_booking(locked, version=version, setup=setup, by=by, starts_at=starts_at)]
    if locked.status != Status.REQUESTED:
        raise BookingError(_("This booking was answered already."))
    proposed = _ask_instead(locked, starts_at, setup, by)
    garage = setup.garage
    when = formats.moment(starts_at.astimezone(garage.zone), formats.locale_of(garage))
    closed = decline(locked, reason=_("Another time was proposed: %(when)s") % {"when": when}, by=by)
    return [proposed, closed]


@transaction.atomic
def mark_contacted(booking: Booking, *, contacted: bool, by: Membership, version: int | None = None) -> Booking:
    """Remember that somebody talked to the customer, and who; or that nobody did after all. Twice changes nothing."""
    booking = Booking.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.pk)
    if (booking.contacted_at is not None) == contacted:
        return booking
    as_seen(booking, version)
    booking.contacted_at = timezone.now() if contacted else None
    booking.contacted_by = by.user if contacted else booking.contacted_by
    booking.version += 1
    booking.save()
    booking_changed.send(sender=Booking, booking=booking, change=Change.CONTACTED, by=by)
    return booking


def _locked(booking: Booking, version: int) -> Any:
    """The booking with its parts, locked, as long as nobody saved since `version`."""
    locked = waiting_rows(Booking.objects.all()).select_for_update(of=("self",)).get(pk=booking.pk)
    as_seen(locked, version)
    return locked


def _ask_instead(asked: Any, starts_at: datetime, setup: Setup, by: Membership) -> Booking:
    """A request for the same at another time, at the prices agreed; like any request it holds nothing."""
    worked = job_of(asked, setup).demand.worked(starts_at)
    held = job_of(asked, setup).demand.held(starts_at)
    proposed = Booking(
        reference=unused_reference(),
        status=Status.REQUESTED,
        source=asked.source,
        priority=asked.priority,
        customer=asked.customer,
        vehicle=asked.vehicle,
        vehicle_type=asked.vehicle_type,
        technician=asked.technician,
        skill=asked.skill,
        work_minutes=asked.work_minutes,
        follows=asked,
        starts_at=worked.start,
        ends_at=worked.end,
        ready_at=worked.end,
        held_from=held.start,
        held_until=held.end,
        workshop_notes=asked.workshop_notes,
        internal_notes=asked.internal_notes,
        typed_name=asked.typed_name,
        typed_phone=asked.typed_phone,
        typed_email=asked.typed_email,
        created_by=by.user,
    )
    proposed.search_text = asked.search_text.replace(asked.reference.lower(), proposed.reference.lower())
    hold_wish(proposed, setup=setup, job=job_of(asked, setup))
    proposed.save()
    BookingLine.objects.bulk_create(
        BookingLine(
            booking=proposed,
            service_id=line.service_id,
            name=line.name,
            minutes=line.minutes,
            price=line.price,
            position=line.position,
        )
        for line in asked.lines.all()
    )
    saved = waiting_rows(Booking.objects.all()).get(pk=proposed.pk)
    for check in checks_of(saved, facts_for([saved], setup, timezone.now())):
        if check.name == "room" and check.state == State.BLOCK:
            raise NotOpen(check.text, field="time")
    booking_changed.send(sender=Booking, booking=proposed, change=Change.PROPOSED, by=by)
    return proposed
