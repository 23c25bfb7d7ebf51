"""All that is queued, booked in one act, with a result for each row (FLEET-6, LEAP-7)."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.enums import DropOff, Priority
from bookings.errors import BookingError
from bookings.models import Batch, Booking, QueueEntry
from bookings.queue import QueueRow, entries_of, read_queue
from bookings.services.capacity import lock_capacity
from bookings.services.create import create_booking
from bookings.signals import batch_made
from customers.models import Customer
from fleet import plates
from fleet.errors import NothingKnown
from fleet.models import Vehicle
from fleet.services import create_vehicle, identify_vehicle
from garages.acts import act
from garages.errors import DomainError
from garages.models import Membership, VehicleType
from garages.setup import Setup, VehicleTypeInfo


@dataclass
class Submitted:
    """What became of a queue: the batch with its bookings, none when nothing could be booked, and how many rows stay
    behind, each with its reason."""

    batch: Batch | None = None
    bookings: list[Booking] = field(default_factory=list)
    refused: int = 0


@dataclass(frozen=True)
class Common:
    """What all bookings of a batch are made with."""

    vehicle_type: VehicleTypeInfo | None = None
    confirmed: bool = False
    workshop_notes: str = ""
    internal_notes: str = ""
    priority: Priority = Priority.NORMAL
    drop_off: DropOff = DropOff.DROP
    typed_name: str = ""
    typed_phone: str = ""
    typed_email: str = ""


@act
def submit(customer: Customer, *, setup: Setup, by: Membership, common: Common) -> Submitted:
    """Book whatever somebody queued for a company. A row that cannot be booked stays in the queue with its reason and
    takes nothing from the others; submitted twice, each row is booked once. Raises BookingError for an empty queue."""
    locked = QueueEntry.objects.waiting(by).filter(customer=customer).select_for_update()
    if not list(locked.values_list("pk", flat=True)):
        raise BookingError(_("The queue is empty."))
    lock_capacity(setup.garage)  # from here on what is planned can be had
    queue = read_queue(entries_of(by, customer), setup, vehicle_type=common.vehicle_type, way=common.drop_off)
    batch = Batch.objects.create(customer=customer, created_by=by.user)
    done = Submitted(batch)
    meant = queue.vehicle_keys
    for row in queue.rows:
        try:
            with transaction.atomic():
                booking = _book(row, batch, setup=setup, by=by, common=common, meant=meant)
            done.bookings.append(booking)
            meant.add(booking.vehicle_id)
        except DomainError as error:
            row.entry.problem = str(error)[:200]
            row.entry.save(update_fields=["problem"])
            done.refused += 1
    if not done.bookings:
        batch.delete()
        return Submitted(refused=done.refused)
    batch_made.send(sender=Batch, batch=batch, bookings=done.bookings)
    return done


def _book(
    row: QueueRow, batch: Batch, *, setup: Setup, by: Membership, common: Common, meant: Set[int | None]
) -> Booking:
    entry = row.entry
    if not row.services:
        raise BookingError(_("Choose a service."))
    if row.offer is None:
        raise BookingError(_("Nothing is free in the next weeks for this work."))
    booking = create_booking(
        setup=setup,
        customer=entry.customer,
        vehicle=_vehicle(row, meant),
        vehicle_type=row.vehicle_type,
        services=row.services,
        starts_at=row.offer.start,
        by=by,
        confirmed=common.confirmed,
        workshop_notes=common.workshop_notes,
        internal_notes=common.internal_notes,
        priority=common.priority,
        drop_off=common.drop_off,
        typed_name=common.typed_name,
        typed_phone=common.typed_phone,
        typed_email=common.typed_email,
        batch=batch,
    )
    entry.batch, entry.booking, entry.vehicle, entry.problem = batch, booking, booking.vehicle, ""
    entry.save(update_fields=["batch", "booking", "vehicle", "problem"])
    return booking


def _vehicle(row: QueueRow, meant: Set[int | None]) -> Vehicle:
    """The vehicle a row means; those that others mean are `meant`. Two rows never mean the same one: a second van
    without a plate is another van."""
    entry = row.entry
    if entry.vehicle is not None:
        return entry.vehicle
    if entry.registration and not plates.SHORTEST <= len(entry.registration) <= plates.LONGEST:
        raise BookingError(_("That is no registration."))
    kind = row.vehicle_type
    facts = {
        "registration_typed": entry.registration_typed,
        "make": entry.make or row.says.get("make", ""),
        "model": entry.model or row.says.get("model", ""),
        "vehicle_type": VehicleType(pk=kind.pk, name=kind.name) if kind else None,
    }
    found = identify_vehicle(customer=entry.customer, **facts)  # type: ignore[arg-type]  # the fields it names
    if found is None:
        raise NothingKnown
    if found.pk in meant:
        return create_vehicle(customer=entry.customer, **facts)  # type: ignore[arg-type]
    return found
