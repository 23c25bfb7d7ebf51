"""What stands in somebody's queue, as the strip under the booking form shows it: car, price and start of each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bookings.availability import plan
from bookings.enums import DropOff
from bookings.jobs import Job
from bookings.models import Batch, QueueEntry
from bookings.slots import Offer
from customers.models import Customer
from fleet import plates
from fleet.mot import SOON
from fleet.register import fields_of, has_register
from fleet.selectors import usual_type
from fleet.services import VehicleFields
from garages.models import Membership
from garages.setup import ServiceInfo, Setup, VehicleTypeInfo
from integrations.models import PlateAnswer
from integrations.vehicles import VehicleFacts
from integrations.vehicles.answers import facts_of

_KNOWN_CAR: Final = ("vehicle__customer", "vehicle__vehicle_type")


@dataclass
class QueueRow:
    """One vehicle of the queue. `name` is its plate as the country writes it, else make and model; `says` are the
    register's facts in this garage's words, `trouble` is why it has none; `is_awaited` while its answer is on its way.
    `offer` is the start the row would get now."""

    entry: QueueEntry
    name: str
    services: list[ServiceInfo]
    vehicle_type: VehicleTypeInfo | None
    facts: VehicleFacts | None = None
    says: VehicleFields = field(default_factory=VehicleFields)
    trouble: str = ""
    is_awaited: bool = False
    offer: Offer | None = None

    @property
    def public_id(self) -> str:
        return str(self.entry.public_id)

    @property
    def car(self) -> str:
        """Make and model, whoever knows them: the garage, whoever typed them, the register."""
        vehicle, typed = self.entry.vehicle, f"{self.entry.make} {self.entry.model}".strip()
        known = vehicle.description if vehicle else ""
        return known or typed or f"{self.says.get('make', '')} {self.says.get('model', '')}".strip()

    @property
    def other_owner(self) -> Customer | None:
        """Whose car it is, when that is not the company."""
        owner = self.entry.vehicle.customer if self.entry.vehicle else None
        return owner if owner is not None and owner.pk != self.entry.customer_id else None

    @property
    def mot_due_on(self) -> date | None:
        if self.facts:
            return self.facts.mot_due_on
        return self.entry.vehicle.mot_expires_on if self.entry.vehicle else None

    @property
    def needs_mot(self) -> bool:
        """Whether its MOT runs out before the visit or soon after it."""
        due_on = self.mot_due_on
        return due_on is not None and self.offer is not None and due_on <= self.offer.start.date() + SOON

    @property
    def price(self) -> int:
        return sum(service.price_for(self.vehicle_type) for service in self.services)

    @property
    def minutes(self) -> int:
        return sum(service.minutes for service in self.services)


@dataclass
class Queue:
    """The rows of one company's queue, and what they come to."""

    rows: list[QueueRow]

    @property
    def total(self) -> int:
        return sum(row.price for row in self.rows)

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.rows)

    @property
    def is_each(self) -> bool:
        """Whether services are chosen row by row."""
        return any(row.entry.is_exception for row in self.rows)

    @property
    def vehicle_keys(self) -> set[int | None]:
        return {row.entry.vehicle_id for row in self.rows}

    @property
    def awaited(self) -> list[QueueRow]:
        return [row for row in self.rows if row.is_awaited]

    @property
    def problems(self) -> int:
        return sum(bool(row.entry.problem) for row in self.rows)

    @property
    def is_spread(self) -> bool:
        """Whether the vehicles do not all come at one time."""
        return len({row.offer.start for row in self.rows if row.offer}) > 1


def entries_of(member: Membership, customer: Customer | None = None) -> list[QueueEntry]:
    """What this person has queued for a company; for the company they queued for last, when none is named. Two queries
    at most."""
    waiting = QueueEntry.objects.waiting(member)
    if customer is None:
        latest = waiting.last()
        if latest is None:
            return []
        return list(waiting.filter(customer=latest.customer_id).select_related("customer", *_KNOWN_CAR))
    return list(waiting.filter(customer=customer).select_related("customer", *_KNOWN_CAR))


def read_queue(
    entries: Sequence[QueueEntry], setup: Setup, *, vehicle_type: VehicleTypeInfo | None, way: DropOff
) -> Queue:
    """The entries with all that is known of them. `vehicle_type` is that of cars nobody knows the type of, `way` how
    they are left. A few queries, and one more for each make and model that is new here."""
    answers = _answers(entries, setup)
    rows = [_row(entry, setup, answers.get(entry.registration), vehicle_type) for entry in entries]
    _read_types(rows, setup)
    ready = [row for row in rows if row.services]
    if ready:
        begins = max(entries[0].starts_from or setup.garage.now(), setup.garage.now())
        offers = plan(setup, [Job.of(row.services) for row in ready], not_before=begins, drop_off=way)
        for row, offer in zip(ready, offers, strict=True):
            row.offer = offer
    return Queue(rows)


def batch_rows(batch: Batch) -> list[QueueEntry]:
    """What a batch became, row by row: one query."""
    return list(batch.entries.select_related("booking__vehicle", "booking__customer"))


def _answers(entries: Sequence[QueueEntry], setup: Setup) -> Mapping[str, PlateAnswer]:
    asked = {entry.registration for entry in entries if entry.registration}
    if not asked or not has_register(setup.garage):
        return {}
    return {row.registration: row for row in PlateAnswer.objects.filter(registration__in=asked)}


def _row(entry: QueueEntry, setup: Setup, answer: PlateAnswer | None, vehicle_type: VehicleTypeInfo | None) -> QueueRow:
    by_pk = {service.pk: service for service in setup.services}
    plate = plates.shown(entry.registration, entry.registration_typed, setup.garage.country)
    services = [by_pk[key] for key in entry.services if key in by_pk]
    row = QueueRow(entry, plate or str(entry), services, vehicle_type)
    if answer is not None:
        row.facts = facts_of(answer)
        row.says = fields_of(row.facts) if row.facts else VehicleFields()
        row.is_awaited = not answer.state
        row.trouble = answer.state if answer.state and row.facts is None else ""
    return row


def _read_types(rows: Sequence[QueueRow], setup: Setup) -> None:
    """Each car's own type; that of most of the garage's cars like it; else the one given."""
    usual: dict[tuple[str, str], int | None] = {}
    for row in rows:
        vehicle, entry = row.entry.vehicle, row.entry
        own = vehicle.vehicle_type_id if vehicle else None
        car = (entry.make or row.says.get("make", ""), entry.model or row.says.get("model", ""))
        if own is None and vehicle is None and all(car):
            if car not in usual:
                usual[car] = usual_type(*car)
            own = usual[car]
        row.vehicle_type = setup.vehicle_type(own) or row.vehicle_type
