"""Finding vehicles, and the customers they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.db.models import Case, Count, F, Max, OuterRef, Q, QuerySet, Subquery, When, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber

from customers.models import Customer
from customers.names import fold
from customers.selectors import Chosen, matching, split, with_contact
from fleet import catalogue, plates
from fleet.models import MileageReading, OwnModel, Vehicle
from garages.tenancy.context import current_garage_id

SHORTEST_PLATE: Final = 3


# --- Makes and models: the world's and the garage's own ---------------------------------------------------------------
class Choices:
    """The makes and models this garage chooses from. Reads its own additions once."""

    def __init__(self) -> None:
        self._own = tuple(OwnModel.objects.values_list("make", "model"))

    def makes(self) -> tuple[str, ...]:
        """In the order of the alphabet."""
        return _makes_with(self._own)

    def models_of(self, make: str) -> tuple[str, ...]:
        """The common ones first, then what this garage added."""
        return _models_with(self._own, catalogue.make_called(make))


@lru_cache(maxsize=256)
def _makes_with(own: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    known = {fold(make): make for make, _ in own} | {fold(make): make for make in catalogue.makes()}
    return tuple(known[key] for key in sorted(known))


@lru_cache(maxsize=1024)
def _models_with(own: tuple[tuple[str, str], ...], make: str) -> tuple[str, ...]:
    listed = catalogue.models_of(make)
    taken = {fold(model) for model in listed} | {""}
    added = (model for its, model in own if fold(its) == fold(make) and fold(model) not in taken)
    return (*listed, *added)


# How many of the garage's cars of a make and model are looked at.
_LIKE_IT: Final = 200


def usual_type(make: str, model: str) -> int | None:
    """The key of the vehicle type that most of the garage's cars of this make and model have; None without any."""
    make = catalogue.make_called(make)
    alike = Vehicle.objects.filter(make=make, model=catalogue.model_called(make, model))
    kinds = alike.exclude(vehicle_type=None).order_by().values_list("vehicle_type", flat=True)[:_LIKE_IT]
    return next((kind for kind, _times in Counter(kinds).most_common(1)), None) if make and model else None


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


# How many of the plates that contain the text are looked at before the likeliest are chosen.
CANDIDATES: Final = 200
_CARS_LIKE: Final = """
select customer_id, id from fleet_vehicle
where garage_id = %s and merged_into_id is null and customer_id is not null and {plate}
order by registration <> %s, not starts_with(registration, %s), used_at desc nulls last, id desc limit %s
"""
_CONTAINS: Final = """
id in (select fleet_vehicles_matching(%s, array[%s]) limit %s) and strpos(registration, %s) > 0
"""


def cars_like(registration: str, *, limit: int, exactly: bool = False) -> Chosen:
    """Cars with an owner whose plate contains these signs, as keys of owner and car: the very plate first, then those
    that begin so, then the last used. `exactly`: only the very plate."""
    pattern = f"%{registration.lower()}%"
    within: tuple[Any, ...] = (pattern, pattern, CANDIDATES, registration)
    plate, values = ("registration = %s", (registration,)) if exactly else (_CONTAINS, within)
    return Chosen(_CARS_LIKE.format(plate=plate), (current_garage_id(), *values, registration, registration, limit))


# --- Customers with what they drive -----------------------------------------------------------------------------------
PLATES_SHOWN: Final = 2
LAST_USED_FIRST: Final = (F("used_at").desc(nulls_last=True), F("pk").desc())


@dataclass(frozen=True)
class Fleet:
    """A customer's vehicles at a glance: the last used ones, how many more there are, when one was last booked in."""

    vehicles: list[Vehicle]
    others: int
    used_at: datetime | None


NO_VEHICLES: Final = Fleet([], 0, None)


def search_customers(text: str, *, region: str) -> QuerySet[Customer]:
    """Customers by name, number or the plate of a vehicle of theirs, companies by somebody to ask for there, too. A
    text too short to look for finds everybody."""
    if not any(split(text)) and len(plates.canonical(text)) < SHORTEST_PLATE:
        return Customer.objects.all()
    people = matching(text, region=region).order_by().values_list("pk", flat=True)
    companies = with_contact(text, region=region).order_by().values_list("pk", flat=True)
    owners = matching_plate(text).order_by().values_list("customer", flat=True)
    return Customer.objects.filter(pk__in=people.union(companies, owners))


def fleets_of(customers: Iterable[Customer], *, sought: str = "") -> dict[int | None, Fleet]:
    """By the customer's primary key, in one query however many customers and vehicles there are. A plate that contains
    `sought` comes first: it is why the customer was found."""
    registration = plates.canonical(sought)
    is_sought = Q(registration__contains=registration) if len(registration) >= SHORTEST_PLATE else Q(pk=None)
    theirs = F("customer_id")
    rows = (
        Vehicle.objects.filter(customer__in=[customer.pk for customer in customers])
        .annotate(
            place=Window(RowNumber(), theirs, [Case(When(is_sought, then=0), default=1), *LAST_USED_FIRST]),
            number=Window(Count("pk"), theirs),
            latest=Window(Max("used_at"), theirs),
        )
        .filter(place__lte=PLATES_SHOWN)
        .order_by("customer_id", "place")
    )
    found: dict[int | None, Fleet] = {}
    for vehicle in rows:
        fleet = found.setdefault(vehicle.customer_id, Fleet([], max(0, vehicle.number - PLATES_SHOWN), vehicle.latest))
        fleet.vehicles.append(vehicle)
    return found


def vehicles_of(customer: Customer) -> QuerySet[Vehicle]:
    """A customer's vehicles, the last used first, each with `mileage` and `mileage_unit` of its latest reading."""
    return with_mileage(Vehicle.objects.filter(customer=customer).select_related("vehicle_type"))


def with_mileage(vehicles: QuerySet[Vehicle]) -> QuerySet[Vehicle]:
    latest = MileageReading.objects.filter(vehicle=OuterRef("pk")).order_by("-read_on", "-pk")
    return vehicles.annotate(
        mileage=Subquery(latest.values("value")[:1]), mileage_unit=Subquery(latest.values("unit")[:1])
    )
