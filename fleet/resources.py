"""Vehicles as a table: what a garage brings from its old system, and takes along."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.names import fold
from customers.owners import Owner, OwnerColumns, Owners
from fleet import catalogue, plates, vins
from fleet.enums import Fuel
from fleet.models import OwnModel, Vehicle
from fleet.services import change_owner, update_vehicle
from garages.exchange.fields import ByName, Choice, Column, Day, LongText, WholeNumber
from garages.exchange.resource import GarageResource, Row, in_batches
from garages.models import VehicleType

OWNER_COLUMNS = ("owner_id", "owner_phone", "owner_name")


class Registration(Column):
    """A plate; the same one in another writing changes nothing."""

    def read(self, text: str, instance: Vehicle) -> str:
        registration = plates.canonical(text)
        if not registration:
            raise ValueError(_("“%(text)s” has neither letters nor digits.") % {"text": text})
        if len(registration) > plates.LONGEST:
            raise ValueError(_("At most %(count)s letters and digits.") % {"count": plates.LONGEST})
        if registration == instance.registration:
            return instance.registration_typed
        instance.registration = registration
        return " ".join(text.split())

    def write(self, value: Any, instance: Vehicle) -> str:
        return plates.display(instance.registration, instance.garage.country)


class Make(Column):
    def read(self, text: str, instance: Vehicle) -> str:
        return catalogue.make_called(text)


class Model(Column):
    """Read after the make: the list's writing of a model depends on it."""

    def read(self, text: str, instance: Vehicle) -> str:
        return catalogue.model_called(instance.make, text)


class Vin(Column):
    def read(self, text: str, instance: Vehicle) -> str:
        return vins.canonical(text)


class VehicleResource(GarageResource):
    """Found again by registration, else by VIN, else as its owner's car of that make and model."""

    registration = Registration("registration_typed", "registration", also=["plate", "reg", "vrm", "number plate"])
    make = Make("make", "make")
    model = Model("model", "model")
    vehicle_type = ByName("vehicle_type", "type", also=["vehicle type"])
    year = WholeNumber("year", "year")
    colour = Column("colour", "colour", also=["color"])
    fuel = Choice("fuel", "fuel", choices=Fuel.choices)
    mot_expires_on = Day("mot_expires_on", "mot_expires_on", also=["mot", "mot expiry", "mot due"])
    vin = Vin("vin", "vin", also=["chassis number"])
    notes = LongText("notes", "notes")
    owner_id = Owner("owner_id", lambda owner: owner.public_id)
    owner_phone = Owner("owner_phone", lambda owner: owner.phone_typed or owner.phone)
    owner_name = Owner("owner_name", lambda owner: owner.name, also=["owner", "customer"])
    origin = Column("garage__slug", "garage", readonly=True)

    needs = (("registration", "make"),)

    class Meta:
        model = Vehicle

    def prepare(self, rows: list[Row]) -> None:
        self.names("vehicle_type", VehicleType.objects.all())
        self._owners = Owners(self.garage, rows, OwnerColumns(*OWNER_COLUMNS))
        known: list[Vehicle] = []
        for batch in in_batches({plates.canonical(row.get("registration", "")) for row in rows}):
            known += self._known().filter(registration__in=[plate for plate in batch if plate])
        for batch in in_batches({vins.canonical(row.get("vin", "")) for row in rows}):
            known += self._known().filter(vin__in=[vin for vin in batch if vin])
        self._by_registration = {vehicle.registration: vehicle for vehicle in known if vehicle.registration}
        self._by_vin = {vehicle.vin: vehicle for vehicle in known if vehicle.vin}
        owners = {owner.pk for row in rows if not row.get("registration") and (owner := self._owners.of_or_none(row))}
        self._by_owner: dict[Hashable, Vehicle] = {}
        for batch in in_batches(owners):
            for vehicle in self._known().filter(customer__in=batch):
                self._by_owner.setdefault((vehicle.customer_id, fold(vehicle.make), fold(vehicle.model)), vehicle)

    def key_of(self, row: Row) -> Hashable | None:
        registration, vin = plates.canonical(row.get("registration", "")), vins.canonical(row.get("vin", ""))
        if registration or vin:
            return registration or f"VIN {vin}"
        return self._car(row)

    def find(self, row: Row) -> Vehicle | None:
        registration, vin = plates.canonical(row.get("registration", "")), vins.canonical(row.get("vin", ""))
        if registration and registration in self._by_registration:
            return self._by_registration[registration]
        if vin:
            found = self._by_vin.get(vin)
            if found is not None and registration and found.registration:
                known = _("The garage knows this VIN under the registration %(plate)s.") % {"plate": found.registration}
                raise ValidationError({"vin": known})
            return found
        return None if registration else self._by_owner.get(self._car(row))

    def import_instance(self, instance: Vehicle, row: Row, **kwargs: Any) -> None:
        errors: dict[str, Any] = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.error_dict
        try:
            instance.customer = self._owners.of(row) or instance.customer
        except ValidationError as error:
            errors.update(error.error_dict)
        if errors:
            raise ValidationError(errors)

    def check(self, instance: Vehicle) -> Iterable[tuple[str, str]]:
        if not (instance.registration or instance.make):
            yield "registration", _("A vehicle needs a registration or a make.")
        if instance.year is not None and not 1885 <= instance.year <= timezone.now().year + 1:
            yield "year", _("No vehicle was built then.")

    def create(self, instances: list[Vehicle]) -> None:
        super().create(instances)
        own = {(vehicle.make, vehicle.model) for vehicle in instances if vehicle.make}
        OwnModel.objects.bulk_create(
            [OwnModel(make=make, model=model) for make, model in sorted(own) if not catalogue.knows(make, model)],
            ignore_conflicts=True,
        )

    def update(self, original: Vehicle, changes: dict[str, Any]) -> None:
        owner = changes.pop("customer", None)
        if changes:
            update_vehicle(original, **changes)
        if owner is not None:
            change_owner(original, owner)

    def filter_export(self, queryset: QuerySet[Vehicle], **kwargs: Any) -> QuerySet[Vehicle]:
        return queryset.select_related("garage", "customer", "vehicle_type")

    @staticmethod
    def _known() -> QuerySet[Vehicle]:
        return Vehicle.objects.select_related("customer", "vehicle_type")

    def _car(self, row: Row) -> Hashable | None:
        owner = self._owners.of_or_none(row)
        if owner is None:
            return None
        make = catalogue.make_called(row.get("make", ""))
        return owner.pk, fold(make), fold(catalogue.model_called(make, row.get("model", "")))
