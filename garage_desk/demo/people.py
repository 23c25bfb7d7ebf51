"""Invented customers and what they drive. Pure, and repeatable by seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final

from customers.names import fold
from garage_desk.demo.cars import Car, invent
from garage_desk.demo.numbers import Number
from garage_desk.demo.profile import FleetSpec, Profile

# One in so many lives with the customer before: another first name, the same telephone.
_SHARES_A_PHONE: Final = 24
# One in so many has a label, or has said how they found the garage.
_LABELLED: Final = 7
_REFERRED: Final = 4


@dataclass
class Person:
    """A customer to be; with `company`, the person to ask for there."""

    first_name: str
    last_name: str
    number: Number
    email: str
    company: str = ""
    language: str = ""
    channel: str = ""
    labels: list[str] = field(default_factory=list)
    referral: str = ""
    notes: str = ""
    cars: list[Car] = field(default_factory=list)


class People:
    """Invents people of one garage, no two of them with the same name, address or plate. `plates` are those taken."""

    def __init__(self, profile: Profile, numbers: Iterator[Number], rng: Random, plates: set[str]) -> None:
        self.profile = profile
        self._numbers = numbers
        self._rng = rng
        self._plates = plates
        self._names: set[tuple[str, str]] = set()

    def individuals(self, *, this_year: int) -> Iterator[Person]:
        """Without end; most have one car."""
        rng, profile = self._rng, self.profile
        before: Person | None = None
        for place in count(1):
            if before is not None and place % _SHARES_A_PHONE == 0:
                first, last = self._name(before.last_name)
                number = before.number
            else:
                first, last = self._name()
                number = next(self._numbers)
            person = Person(
                first,
                last,
                number,
                email=self._email(first, last) if rng.random() < 0.65 else "",
                language=profile.languages[1] if len(profile.languages) > 1 and rng.random() < 0.18 else "",
                channel=rng.choice(("", "", "", "phone", "sms", "email")),
                labels=[_each(profile.phrases.labels, place // _LABELLED)] if place % _LABELLED == 0 else [],
                referral=_each(profile.phrases.referrals, place // _REFERRED) if place % _REFERRED == 0 else "",
                notes=rng.choice(profile.phrases.customer) if rng.random() < 0.08 else "",
                cars=[self._car(this_year) for _car in range(rng.choices((0, 1, 2), (2, 80, 18))[0])],
            )
            person.channel = "" if person.channel == "email" and not person.email else person.channel
            yield person
            before = person

    def company(self, fleet: FleetSpec, *, this_year: int) -> Person:
        """A business and all it runs."""
        return Person(
            fleet.first_name,
            fleet.last_name,
            next(self._numbers),
            email=f"workshop@{fleet.domain}",
            company=fleet.name,
            channel="email",
            labels=[self.profile.phrases.labels[0]],
            cars=[self._car(this_year, fleet.bodies) for _car in range(fleet.vehicles)],
        )

    def _name(self, last_name: str = "") -> tuple[str, str]:
        """A name nobody has here, as long as there are any."""
        for _attempt in range(40):
            last = last_name or self._rng.choice(self.profile.last_names)
            name = self._rng.choice(self.profile.first_names), last
            if name not in self._names:
                break
        self._names.add(name)
        return name

    def _email(self, first: str, last: str) -> str:
        local = ".".join("".join(sign for sign in fold(name) if sign.isalnum()) for name in (first, last))
        return f"{local}@{self._rng.choice(self.profile.mail_domains)}"

    def _car(self, this_year: int, bodies: tuple[str, ...] = ()) -> Car:
        while True:
            options = {"bodies": bodies} if bodies else {}
            car = invent(self.profile.country, self._rng, this_year=this_year, **options)
            if car.registration not in self._plates:
                self._plates.add(car.registration)
                return car


def _each(words: tuple[str, ...], number: int) -> str:
    return words[number % len(words)]
