"""How vehicles come to be and change. Every function runs inside the garage's scope."""

from __future__ import annotations

from datetime import date
from typing import Final, TypedDict, Unpack

from django.db import IntegrityError, transaction

from customers.models import Customer
from customers.names import fold
from fleet import catalogue, plates, vins
from fleet.enums import MileageSource
from fleet.errors import NothingKnown, RegistrationTaken
from fleet.models import MileageReading, OwnModel, Vehicle
from fleet.signals import vehicle_changed
from garages.acts import act
from garages.models import VehicleType
from garages.rows import read
from garages.tenancy.context import current_garage_id


class VehicleFields(TypedDict, total=False):
    """What may be said of a vehicle. `registration_typed` is the plate; its canonical form follows from it."""

    registration_typed: str
    make: str
    model: str
    vehicle_type: VehicleType | None
    vin: str
    year: int | None
    colour: str
    fuel: str
    mot_expires_on: date | None
    notes: str


@act
def create_vehicle(*, customer: Customer | None, **fields: Unpack[VehicleFields]) -> Vehicle:
    """A new vehicle of `customer`. Raises RegistrationTaken, NothingKnown."""
    vehicle = Vehicle(customer=customer)
    _write(vehicle, fields)
    _save(vehicle)
    vehicle_changed.send(sender=Vehicle, vehicle=vehicle, created=True)
    return vehicle


@act
def update_vehicle(vehicle: Vehicle, **fields: Unpack[VehicleFields]) -> Vehicle:
    """Change what is given, leave the rest. Raises RegistrationTaken, NothingKnown."""
    vehicle = Vehicle.objects.select_for_update().get(pk=vehicle.pk)
    known_as = str(vehicle)
    _write(vehicle, fields)
    _save(vehicle)
    if str(vehicle) != known_as:
        vehicle_changed.send(sender=Vehicle, vehicle=vehicle, created=False)
    return vehicle


@act
def change_owner(vehicle: Vehicle, customer: Customer) -> Vehicle:
    """The vehicle was sold, or is not whose it was thought to be. Its bookings stay with whom they were made for."""
    vehicle = Vehicle.objects.select_for_update().get(pk=vehicle.pk)
    if vehicle.customer_id != customer.pk:
        vehicle.customer = customer
        vehicle.save(update_fields=["customer", "updated_at"])
        vehicle_changed.send(sender=Vehicle, vehicle=vehicle, created=False)
    return vehicle


@act
def identify_vehicle(*, customer: Customer, **fields: Unpack[VehicleFields]) -> Vehicle | None:
    """The vehicle somebody means by these words; None when neither plate nor make nor model was given.

    A plate the garage knows is that vehicle, whoever owns it now. Without one (or when the plate is new and the
    customer's car had none yet) it is the customer's vehicle of that make and model. What was unknown is filled in,
    what was known stays. Anything else is a new vehicle of the customer.
    """
    registration = plates.canonical(fields.get("registration_typed", ""))
    make, model = fields.get("make", ""), fields.get("model", "")
    if not (registration or make.strip() or model.strip()):
        return None
    found = _with_registration(registration) or _of_make(customer, make, model, bare=bool(registration))
    if found is None:
        try:
            with transaction.atomic():
                return create_vehicle(customer=customer, **fields)
        except RegistrationTaken as error:  # by somebody else, a moment ago
            found = error.vehicle
    return _complete(found, customer, fields)


def add_mileage(
    vehicle: Vehicle, *, value: int, unit: str, read_on: date, source: MileageSource = MileageSource.STAFF
) -> MileageReading:
    """One more reading of the odometer."""
    return MileageReading.objects.create(vehicle=vehicle, value=value, unit=unit, read_on=read_on, source=source)


def _write(vehicle: Vehicle, fields: VehicleFields) -> None:
    for name, value in fields.items():
        setattr(vehicle, name, " ".join(value.split()) if isinstance(value, str) and name != "notes" else value)
    if "registration_typed" in fields:
        vehicle.registration = plates.canonical(vehicle.registration_typed)[: plates.LONGEST]
    if "vin" in fields:
        vehicle.vin = vins.canonical(vehicle.vin)[: vins.LENGTH]
    if {"make", "model"} & fields.keys():
        vehicle.make = catalogue.make_called(vehicle.make)
        vehicle.model = catalogue.model_called(vehicle.make, vehicle.model)
    if not (vehicle.registration or vehicle.make or vehicle.model):
        raise NothingKnown


def _save(vehicle: Vehicle) -> None:
    """Write the row; the database is the one that says whether its registration is free."""
    try:
        with transaction.atomic():
            vehicle.save()
    except IntegrityError as error:
        taken = _with_registration(vehicle.registration)
        if taken is None or taken.pk == vehicle.pk:
            raise
        raise RegistrationTaken(taken) from error
    _remember_model(vehicle.make, vehicle.model)


def _remember_model(make: str, model: str) -> None:
    """Keep a model the list does not have, so that this garage is offered it next time."""
    if make and not catalogue.knows(make, model):
        OwnModel.objects.bulk_create([OwnModel(make=make, model=model)], ignore_conflicts=True)


# At most one, by a unique index of registrations: that ours is none of the empty ones, a kept plan has to be told.
_WITH_REGISTRATION: Final = """
where t.garage_id = %s and t.merged_into_id is null and t.registration = %s and t.registration <> ''
"""


def _with_registration(registration: str) -> Vehicle | None:
    if not registration:
        return None
    found = read(Vehicle, _WITH_REGISTRATION, [current_garage_id(), registration])
    return found[0] if found else None


def _of_make(customer: Customer, make: str, model: str, *, bare: bool) -> Vehicle | None:
    """The customer's vehicle of this make and model. `bare`: one whose registration is not known yet.

    A make alone means their only vehicle of it.
    """
    wanted_make = fold(catalogue.make_called(make))
    wanted_model = fold(catalogue.model_called(make, model))
    theirs = [
        vehicle
        for vehicle in Vehicle.objects.filter(customer=customer)
        if fold(vehicle.make) == wanted_make and not (bare and vehicle.registration)
    ]
    if not wanted_model:
        return theirs[0] if len(theirs) == 1 and not bare else None
    return next((vehicle for vehicle in theirs if fold(vehicle.model) == wanted_model), None)


def _complete(vehicle: Vehicle, customer: Customer, fields: VehicleFields) -> Vehicle:
    known = {name for name in fields if getattr(vehicle, "vehicle_type_id" if name == "vehicle_type" else name)}
    if vehicle.make:
        known.add("model")  # a model belongs to its make: never "Ford" with somebody else's "Clio"
    if vehicle.make and not vehicle.model and fold(vehicle.make) == fold(catalogue.make_called(fields.get("make", ""))):
        known.discard("model")
    news = {name: value for name, value in fields.items() if value and name not in known}
    if vehicle.customer_id is None:
        vehicle = change_owner(vehicle, customer)
    return update_vehicle(vehicle, **news) if news else vehicle  # type: ignore[arg-type]  # a subset of the same fields
