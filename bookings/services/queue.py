"""A person's queue of one company's vehicles: filled at the desk, kept here, so that nothing on the way loses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from bookings.errors import BookingError
from bookings.models import Booking, QueueEntry
from customers.models import Customer
from fleet import plates
from fleet.models import Vehicle
from fleet.register import has_register
from garages.acts import act
from garages.models import Membership
from garages.setup import ServiceInfo
from integrations.vehicles.answers import ask

LONGEST_QUEUE: Final = 100


@dataclass(frozen=True)
class Wish:
    """What is wished for all vehicles of a queue: the work, and the start from which on they may come. What is not said
    stays as it was."""

    services: Sequence[ServiceInfo] = ()
    starts_from: datetime | None = None

    @property
    def service_keys(self) -> list[int]:
        return [service.pk for service in self.services]


@act
def add_to_queue(
    *,
    by: Membership,
    customer: Customer,
    wish: Wish,
    plates_typed: Iterable[str] = (),
    vehicles: Iterable[Vehicle] = (),
    make: str = "",
    model: str = "",
    is_exception: bool = False,
) -> None:
    """Queue vehicles the garage knows, and others by their plates; make and model are those of all of these. Without
    plates, a make or a model is one vehicle. What is queued already stays as it is. Plates nobody knows go to be looked
    up. Raises BookingError for more than LONGEST_QUEUE.
    """
    typed = {plates.canonical(text)[:24]: text.strip()[:24] for text in plates_typed if plates.canonical(text)}
    if not typed and (make or model):
        typed[""] = ""
    known = {one.registration: one for one in Vehicle.objects.filter(registration__in=[key for key in typed if key])}
    entries = [QueueEntry(vehicle=one, registration_typed=one.registration_typed) for one in vehicles]
    for registration, text in typed.items():
        vehicle = known.get(registration)
        entries.append(QueueEntry(vehicle=vehicle, registration_typed=text))
        if vehicle is None:
            entries[-1].make, entries[-1].model = make[:60], model[:80]
    for entry in entries:
        entry.membership, entry.customer = by, customer
        entry.registration = entry.vehicle.registration if entry.vehicle else plates.canonical(entry.registration_typed)
        entry.services, entry.starts_from, entry.is_exception = wish.service_keys, wish.starts_from, is_exception
    queued = list(QueueEntry.objects.waiting(by))
    if len(queued) + len(entries) > LONGEST_QUEUE:
        raise BookingError(_("A queue holds %(most)s vehicles. Submit these first.") % {"most": LONGEST_QUEUE})
    theirs = [one for one in queued if one.customer_id == customer.pk]
    if not wish.services:
        usual = next((one.services for one in theirs if not one.is_exception), [])
        for entry in entries:
            entry.services = usual
    held = {one.vehicle_id for one in theirs}
    fresh = [entry for entry in entries if entry.vehicle_id is None or entry.vehicle_id not in held]
    QueueEntry.objects.bulk_create(fresh, ignore_conflicts=True)
    for entry in fresh:
        look_up(entry, by)


def look_up(entry: QueueEntry, by: Membership) -> None:
    """Have the register asked about a plate that it may know."""
    if has_register(by.garage) and plates.SHORTEST <= len(entry.registration) <= plates.LONGEST:
        ask(entry.registration)


@act
def keep_choices(
    entries: Sequence[QueueEntry],
    *,
    by: Membership,
    wish: Wish,
    own_services: Mapping[str, ServiceInfo | None] | None,
    plates_typed: Mapping[str, str],
) -> None:
    """Keep what was chosen for the queue, and row by row: `own_services` by the entry's public id, None where it
    follows the others; None altogether where one service is for all. A plate is taken by a row that has none."""
    for entry in entries:
        key = str(entry.public_id)
        if own_services is None:
            entry.is_exception = False
        elif key in own_services:
            own = own_services[key]
            entry.is_exception = own is not None
            entry.services = [own.pk] if own else entry.services
        if not entry.is_exception and wish.services:
            entry.services = wish.service_keys
        entry.starts_from = wish.starts_from or entry.starts_from
        if not entry.registration and plates.canonical(plates_typed.get(key, "")):
            _give_plate(entry, plates_typed[key], by, taken={one.registration for one in entries})
    QueueEntry.objects.bulk_update(
        entries,
        ["services", "is_exception", "starts_from", "registration", "registration_typed", "vehicle"],
    )


def _give_plate(entry: QueueEntry, typed: str, by: Membership, *, taken: set[str]) -> None:
    registration = plates.canonical(typed)[:24]
    if registration in taken:
        return
    entry.registration, entry.registration_typed = registration, typed.strip()[:24]
    entry.vehicle = Vehicle.objects.filter(registration=registration).first()
    look_up(entry, by)


@act
def duplicate(entry: QueueEntry) -> QueueEntry:
    """One more such vehicle for the same work (FLEET-7). Its plate is its own, so it has none yet."""
    known = entry.vehicle
    return QueueEntry.objects.create(
        membership=entry.membership,
        customer=entry.customer,
        make=known.make if known else entry.make,
        model=known.model if known else entry.model,
        services=entry.services,
        is_exception=entry.is_exception,
        starts_from=entry.starts_from,
    )


def queue_again(booking: Booking) -> bool:
    """A booking of a batch was undone: its vehicle waits again in the queue it came from, as it stood there. Queued
    anew meanwhile, it waits once. Says whether it does; what was not booked from a queue does not."""
    again = [
        QueueEntry(
            membership_id=entry.membership_id,
            customer_id=entry.customer_id,
            vehicle_id=entry.vehicle_id,
            registration=entry.registration,
            registration_typed=entry.registration_typed,
            make=entry.make,
            model=entry.model,
            services=entry.services,
            is_exception=entry.is_exception,
            starts_from=entry.starts_from,
        )
        for entry in booking.queued.all()
    ]
    QueueEntry.objects.bulk_create(again, ignore_conflicts=True)
    return bool(again)


def remove_vehicle(vehicle: Vehicle, *, by: Membership) -> None:
    """Take a vehicle of the fleet out of somebody's queue."""
    QueueEntry.objects.waiting(by).filter(vehicle=vehicle).delete()


def clear(customer: Customer, *, by: Membership) -> None:
    QueueEntry.objects.waiting(by).filter(customer=customer).delete()
