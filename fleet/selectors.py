"""Finding vehicles, and the customers they belong to."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from customers.names import fold
from fleet import catalogue, plates
from fleet.models import OwnModel, Vehicle

SHORTEST_PLATE: Final = 3


# --- Makes and models: the world's and the garage's own ---------------------------------------------------------------
def makes() -> list[str]:
    """Every make to choose from, in the order of the alphabet."""
    own = OwnModel.objects.values_list("make", flat=True).distinct()
    known = {fold(make): make for make in own} | {fold(make): make for make in catalogue.makes()}
    return [known[key] for key in sorted(known)]


def models_of(make: str) -> list[str]:
    """The models of a make: the common ones first, then what this garage added."""
    make = catalogue.make_called(make)
    listed = catalogue.models_of(make)
    taken = {fold(model) for model in listed}
    own = OwnModel.objects.filter(make__iexact=make).exclude(model="").values_list("model", flat=True)
    return listed + [model for model in own if fold(model) not in taken]


# --- Plates -------------------------------------------------------------------------------------------------------
def by_registration(text: str) -> Vehicle | None:
    """The vehicle with exactly this registration, however it is typed."""
    registration = plates.canonical(text)
    if not registration:
        return None
    return Vehicle.objects.select_related("customer", "vehicle_type").filter(registration=registration).first()


def matching_plate(text: str) -> QuerySet[Vehicle]:
    """Vehicles whose registration contains these signs; fewer than three find nothing."""
    registration = plates.canonical(text)
    if len(registration) < SHORTEST_PLATE:
        return Vehicle.objects.none()
    pattern = f"%{registration.lower()}%"
    ids = RawSQL("select fleet_vehicles_matching(%s, array[%s])", [pattern, pattern])
    return Vehicle.objects.filter(pk__in=ids, registration__contains=registration)
