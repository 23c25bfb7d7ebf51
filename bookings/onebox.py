"""The one box (LEAP-1): whatever a caller says first, and whom or what the desk may mean by it.

The text decides where is looked: digits among phone numbers (from either end), letters with digits among plates,
anything else among names of people, companies and whom to ask for there; six signs of a reference may also be a
booking, and floors above know names of their own (the numbers of invoices). What nobody has starts a new customer with
it. At most four queries, five where companies are found, and all of them bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bookings.enums import DeskPath
from bookings.models import Booking
from bookings.references import ALPHABET, LENGTH
from bookings.references import canonical as canonical_reference
from bookings.selectors.callers import Caller, asked_for, owners, people
from bookings.selectors.work import Work, work_on
from customers.enums import Kind
from customers.names import fold, split_name
from customers.phones import digits, looks_like_phone
from customers.selectors import by_name, by_phone
from fleet import plates
from fleet.selectors import SHORTEST_PLATE, cars_like
from garages.models import Garage

SHOWN: Final = 8
# Fewer digits are the end of a number, not one to keep.
SHORTEST_NUMBER: Final = 7
_OF_A_CALLER: Final = (
    *("kind", "customer", "new_person", "company_name", "first_name", "last_name", "phone", "email"),
    *("vehicle", "registration", "make", "model"),
)


@dataclass(frozen=True)
class Hit:
    """Somebody the text may mean, with the car they would be booked in with and what was done to it."""

    caller: Caller
    work: Work


@dataclass(frozen=True)
class Other:
    """Something else with that name, of a floor above: where it is, what it is called, whose, and how it stands."""

    address: str
    name: str
    whose: str
    standing: str


Finder = Callable[[str, Garage], Sequence[Other]]
_FINDERS: Final[list[Finder]] = []


def also_find(finder: Finder) -> Finder:
    """Decorator, for floors above: what the one box asks, too. It looks nowhere for a text that is none of its own."""
    _FINDERS.append(finder)
    return finder


@dataclass(frozen=True)
class Answer:
    """What was found. `others` are neither customers nor bookings. `fresh` says what a new customer's form begins with;
    None when somebody known must be meant. `by_plate` says that the cars were asked for, not their owners."""

    hits: Sequence[Hit] = ()
    booking: Booking | None = None
    others: Sequence[Other] = ()
    fresh: dict[str, str] | None = None
    by_plate: bool = False

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
    others = [one for finder in _FINDERS for one in finder(text, garage)]
    if others:
        return Answer(others=others)
    is_reference = _looks_like_reference(text)
    booking = _with_reference(text) if is_reference else None
    if booking is not None:
        return Answer(booking=booking)
    region = garage.phone_region
    if looks_like_phone(text):
        found = asked_for(people(by_phone(text, region=region, limit=SHOWN)), text, region)
        number = text if len(digits(text)) >= SHORTEST_NUMBER else ""
        return _people(garage, found, text, {"phone": number})
    if looks_like_plate(text):
        wanted = plates.canonical(text)
        cars = owners(cars_like(wanted, limit=SHOWN)) if len(wanted) >= SHORTEST_PLATE else []
        is_known = any(car.registration == wanted for car in cars)
        fresh = None if is_known else {"registration": text.upper()}
        return Answer(_hits(garage, cars), fresh=fresh, by_plate=True)
    found = asked_for(people(by_name(text, region=region, limit=SHOWN)), text, region)
    found = sorted(found, key=lambda one: not fold(one.name).startswith(fold(text)))  # "lea v": Lea Valley, then Leah
    first, last = split_name(text)
    named = {"first_name": first, "last_name": last} if any(sign.isalpha() for sign in text) else None
    return _people(garage, found, "" if is_reference else text, named)


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


def _people(garage: Garage, found: Sequence[Caller], plate: str, fresh: dict[str, str] | None) -> Answer:
    """The people found; else the owner of a plate of digits or letters alone, which reads as a number or a name."""
    registration = plates.canonical(plate)
    if not found and registration:
        of_plate = owners(cars_like(registration, limit=1, exactly=True))
        if of_plate:
            return Answer(_hits(garage, of_plate), by_plate=True)
    return Answer(_hits(garage, [_without_car(one) for one in found]), fresh=fresh)


def _without_car(caller: Caller) -> Caller:
    """A company that was not found by a plate: which of its fleet is meant, nobody can guess."""
    if caller.kind != Kind.BUSINESS:
        return caller
    return replace(caller, car_key=None, car_id=None, registration="", registration_typed="", car="")


def _hits(garage: Garage, found: Sequence[Caller]) -> list[Hit]:
    """With what the desk wants to see of their cars: one query when there are any."""
    cars = [one.car_key for one in found if one.car_key is not None]
    work = work_on(cars, garage) if cars else {}
    return [Hit(one, work.get(one.car_key or 0, Work())) for one in found]
