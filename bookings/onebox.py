"""The one box (LEAP-1): whatever a caller says first, and whom or what the desk may mean by it.

The text decides where is looked: digits among phone numbers (from either end), letters with digits among plates,
anything else among names of people and companies; six signs of a reference may also be a booking. What nobody has
starts a new customer with it. At most four queries, and all of them bounded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bookings.enums import DeskPath
from bookings.models import Booking
from bookings.references import ALPHABET, LENGTH
from bookings.references import canonical as canonical_reference
from bookings.selectors.work import Work, work_on
from customers.models import Customer
from customers.names import split_name
from customers.phones import digits, looks_like_phone
from customers.selectors import by_phone, search
from fleet import plates
from fleet.models import Vehicle
from fleet.selectors import NO_VEHICLES, Fleet, by_registration, fleets_of, matching_plate
from garages.models import Garage

SHOWN: Final = 8
# How many of the plates that contain the text are looked at before the likeliest are chosen.
CANDIDATES: Final = 200
# Fewer digits are the end of a number, not one to keep.
SHORTEST_NUMBER: Final = 7
_OF_A_CALLER: Final = (
    *("kind", "customer", "new_person", "company_name", "first_name", "last_name", "phone", "email"),
    *("vehicle", "registration", "make", "model"),
)


@dataclass(frozen=True)
class Hit:
    """Somebody the text may mean, with the car they would be booked in with."""

    customer: Customer
    vehicle: Vehicle | None
    fleet: Fleet
    work: Work

    @property
    def vehicles(self) -> int:
        return len(self.fleet.vehicles) + self.fleet.others


@dataclass(frozen=True)
class Answer:
    """What was found. `fresh` says what a new customer's form begins with; None when somebody known must be meant."""

    hits: Sequence[Hit] = ()
    booking: Booking | None = None
    fresh: dict[str, str] | None = None

    @property
    def as_typed(self) -> dict[str, str]:
        """`fresh` as fields of the booking form: everything of an earlier caller goes."""
        if self.fresh is None:
            return {}
        focus = "phone" if "first_name" in self.fresh else "first_name"
        cleared = dict.fromkeys(_OF_A_CALLER, "")
        return {**cleared, **self.fresh, "changed": "fresh", "focus": focus, "path": DeskPath.ONE_BOX}


def look_for(text: str, garage: Garage) -> Answer:
    """Everything the desk may mean by a text; nothing for a text too short to mean anything."""
    if len(text) < 2:
        return Answer()
    is_reference = _looks_like_reference(text)
    booking = _with_reference(text) if is_reference else None
    if booking is not None:
        return Answer(booking=booking)
    if looks_like_phone(text):
        people = by_phone(text, region=garage.phone_region, limit=SHOWN)
        number = text if len(digits(text)) >= SHORTEST_NUMBER else ""
        return _people(garage, people, text, {"phone": number})
    if looks_like_plate(text):
        cars = _cars(text)
        is_known = any(car.registration == plates.canonical(text) for car in cars)
        return Answer(_hits(garage, cars=cars), fresh=None if is_known else {"registration": text.upper()})
    people = list(search(text, SHOWN, region=garage.phone_region))
    first, last = split_name(text)
    named = {"first_name": first, "last_name": last} if any(sign.isalpha() for sign in text) else None
    return _people(garage, people, "" if is_reference else text, named)


def looks_like_plate(text: str) -> bool:
    """Letters with digits, as short as plates are, whatever stands between them."""
    bare = re.sub(r"[\s.-]", "", text)
    return re.fullmatch(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{2,8}", bare) is not None


def _looks_like_reference(text: str) -> bool:
    reference = canonical_reference(text)
    return len(reference) == LENGTH and set(reference) <= set(ALPHABET)


def _with_reference(text: str) -> Booking | None:
    reference = canonical_reference(text)
    return Booking.objects.select_related("customer").filter(reference=reference).first()


def _cars(text: str) -> list[Vehicle]:
    """Cars with an owner whose plate contains the text: the very plate first, then those that begin so, then the last
    used."""
    wanted = plates.canonical(text)
    owned = matching_plate(text).filter(customer__isnull=False)
    near = list(owned.select_related("customer").order_by()[:CANDIDATES])
    near.sort(key=lambda car: car.used_at.timestamp() if car.used_at else 0, reverse=True)
    near.sort(key=lambda car: (car.registration != wanted, not car.registration.startswith(wanted)))
    return near[:SHOWN]


def _people(garage: Garage, people: Sequence[Customer], plate: str, fresh: dict[str, str] | None) -> Answer:
    """The people found; else the owner of a plate of digits or letters alone, which reads as a number or a name."""
    car = by_registration(plate) if not people else None
    if car is not None and car.customer is not None:
        return Answer(_hits(garage, cars=[car]))
    return Answer(_hits(garage, people=people), fresh=fresh)


def _hits(garage: Garage, people: Sequence[Customer] = (), cars: Sequence[Vehicle] = ()) -> list[Hit]:
    """People with their last used car, or cars with their owners, and what the desk wants to see of them: two queries
    when there are any."""
    owners = [car.customer for car in cars if car.customer is not None] or list(people)
    if not owners:
        return []
    fleets = fleets_of(owners)
    last_used = [next(iter(fleets.get(person.pk, NO_VEHICLES).vehicles), None) for person in owners]
    meant = list(cars) or last_used
    work = work_on([car for car in meant if car is not None], garage)
    return [
        Hit(person, car, fleets.get(person.pk, NO_VEHICLES), work.get(car.pk, Work()) if car else Work())
        for person, car in zip(owners, meant, strict=True)
    ]
