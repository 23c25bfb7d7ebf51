"""The waiting list: joining, leaving, and whose turn it is when something becomes free (WAIT-1, WAIT-2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.availability import days
from bookings.enums import Priority, Status, Waiting
from bookings.errors import BookingError, SlotTaken
from bookings.jobs import Job
from bookings.models import Booking, WaitingEntry
from bookings.services.capacity import keep, release
from bookings.services.create import create_booking
from bookings.signals import waiting_offered
from customers.models import Customer
from fleet.models import Vehicle
from garages.live import announce
from garages.models import Garage, Membership
from garages.setup import ServiceInfo, Setup, VehicleTypeInfo, load_setup

OFFER_STANDS: Final = timedelta(minutes=60)
# Somebody who takes any day is offered one of the coming ones.
ANY_DAY: Final = 7


@transaction.atomic
def join(
    *,
    customer: Customer,
    vehicle: Vehicle | None,
    vehicle_type: VehicleTypeInfo | None,
    services: Sequence[ServiceInfo],
    day: date | None,
    priority: Priority = Priority.NORMAL,
) -> WaitingEntry:
    """Put a customer on the list. Joining twice for the same day and work is joining once."""
    if not services:
        raise BookingError(_("Choose a service."), field="service")
    wanted = {"customer": customer, "services": [service.pk for service in services], "day": day}
    known = WaitingEntry.objects.filter(state__in=(Waiting.WAITING, Waiting.OFFERED), **wanted).first()
    if known is not None:
        return known
    entry = WaitingEntry.objects.create(
        **wanted,
        vehicle=vehicle,
        vehicle_type_id=vehicle_type.pk if vehicle_type else None,
        priority=priority,
        visits=Booking.objects.filter(customer=customer, status=Status.COMPLETED).count(),
    )
    announce("waiting")
    return entry


@transaction.atomic
def leave(entry: WaitingEntry) -> WaitingEntry:
    """Take somebody off the list; what was offered to them is free for the next."""
    entry = _locked(entry)
    if entry.state not in (Waiting.WAITING, Waiting.OFFERED):
        return entry
    _take_back(entry)
    entry.state = Waiting.LEFT
    entry.save()
    offer_what_is_free(entry.garage)
    return entry


@transaction.atomic
def take(entry: WaitingEntry, *, setup: Setup, by: Membership) -> Booking:
    """Book what is offered. Raises SlotTaken when the offer is over, and whatever booking raises."""
    entry = _locked(entry)
    if not entry.is_offered or entry.offered_start is None:
        raise SlotTaken(_("This offer is over: the time went to the next in line."))
    booking = create_booking(
        setup=setup,
        customer=entry.customer,
        vehicle=entry.vehicle,
        vehicle_type=setup.vehicle_type(entry.vehicle_type_id),
        services=_services(entry, setup),
        starts_at=entry.offered_start,
        by=by,
        priority=Priority(entry.priority),
        hold=entry.hold,
    )
    entry.state, entry.booking, entry.hold = Waiting.BOOKED, booking, None
    entry.save()
    announce("waiting")
    return booking


@transaction.atomic
def offer_what_is_free(garage: Garage) -> list[WaitingEntry]:
    """Go through the list in its order: an offer that was not taken passes, whoever there is room for is offered it.

    Called whenever something may have become free, and by the clock.
    """
    entries = list(
        WaitingEntry.objects.select_for_update(of=("self",), skip_locked=True).filter(
            state__in=(Waiting.WAITING, Waiting.OFFERED)
        )
    )
    if not entries:
        return []
    setup = load_setup(garage)
    for entry in entries:
        if entry.state == Waiting.OFFERED and not entry.is_offered:
            _take_back(entry)
            entry.offers_passed += 1
            entry.state = Waiting.LEFT if entry.day is not None and entry.day < garage.today() else Waiting.WAITING
            entry.save()
    line = sorted(entries, key=lambda entry: entry.offers_passed)  # who just let one pass stands behind the others
    offered = [entry for entry in line if entry.state == Waiting.WAITING and _offer(entry, setup)]
    announce("waiting")
    return offered


def _offer(entry: WaitingEntry, setup: Setup) -> bool:
    """Whether there was room, which is theirs for a while now."""
    services = _services(entry, setup)
    today = setup.garage.today()
    if not services or (entry.day is not None and entry.day < today):
        return False
    job = Job.of(services)
    wanted = [entry.day] if entry.day else [today + timedelta(days=number) for number in range(ANY_DAY)]
    found = (offer for known in days(setup, wanted, job, first_only=True) for offer in known.offers)
    offer = next(found, None)
    if offer is None:
        return False
    until = min(timezone.now() + OFFER_STANDS, offer.start)
    try:
        hold = keep(setup=setup, job=job, starts_at=offer.start, expires_at=until)
    except BookingError:  # somebody was faster: the next change asks again
        return False
    entry.state, entry.hold = Waiting.OFFERED, hold.public_id
    entry.offered_start, entry.offered_until = offer.start, until
    entry.save()
    waiting_offered.send(sender=WaitingEntry, entry=entry)
    return True


def _take_back(entry: WaitingEntry) -> None:
    if entry.hold is not None:
        release(entry.hold)
    entry.hold = entry.offered_start = entry.offered_until = None


def _services(entry: WaitingEntry, setup: Setup) -> list[ServiceInfo]:
    by_pk = {service.pk: service for service in setup.services}
    return [by_pk[pk] for pk in entry.services if pk in by_pk]


def _locked(entry: WaitingEntry) -> WaitingEntry:
    rows = WaitingEntry.objects.select_for_update(of=("self",))
    return rows.select_related("customer", "vehicle", "garage").get(pk=entry.pk)
