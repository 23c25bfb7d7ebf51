"""What a demo garage is like, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from typing import Final

# The kinds of body every profile names in its own words, in this order.
BODIES: Final = ("hatch", "saloon", "estate", "suv", "van")

Hours = Mapping[int, tuple[tuple[time, time], ...]]


def words(text: str) -> tuple[str, ...]:
    """The items of a comma-separated text."""
    return tuple(" ".join(item.split()) for item in text.split(","))


@dataclass(frozen=True)
class ServiceSpec:
    """A row of the menu. `prices` in minor units, one per body, or one for all; `weight` is how often it is booked;
    `needs_engine` keeps electric cars from oil changes."""

    name: str
    category: str
    description: str
    minutes: int
    prices: tuple[int, ...]
    weight: int = 0
    bay_kind: str = ""
    skill: str = ""
    before: int = 0
    after: int = 0
    needs_engine: bool = False
    is_request_only: bool = False
    is_extra: bool = False
    extras: tuple[str, ...] = ()
    due_again_months: int | None = None
    outside_vat: bool = False

    @cached_property
    def room(self) -> int:
        """Minutes it needs from a quarter of an hour on, the time kept free before it included."""
        return -(-self.before // 15) * 15 + self.minutes

    def price(self, body: int) -> int:
        return self.prices[body] if len(self.prices) > 1 else self.prices[0]


@dataclass(frozen=True)
class TechnicianSpec:
    name: str
    skills: tuple[str, ...]


@dataclass(frozen=True)
class FleetSpec:
    """A company, whom to ask for there, and how many vehicles it runs."""

    name: str
    first_name: str
    last_name: str
    domain: str
    vehicles: int
    bodies: tuple[str, ...]


@dataclass(frozen=True)
class Phrases:
    """What people of this garage write, in their language."""

    workshop: tuple[str, ...]
    internal: tuple[str, ...]
    customer: tuple[str, ...]
    labels: tuple[str, ...]
    referrals: tuple[str, ...]
    cancelled: tuple[str, ...]
    declined: tuple[str, ...]
    requests: tuple[str, ...]
    waiting_for_parts: str
    handover: str
    closure: str
    past_closure: str
    invoice_footer: str


@dataclass(frozen=True)
class Profile:
    """A demo garage. The first technician is who logs in as `tech@`; every text is in the garage's own language."""

    slug: str
    name: str
    town: str
    address: str
    country: str
    subdivision: str
    time_zone: str
    currency: str
    languages: tuple[str, ...]
    phone_kinds: tuple[str, ...]
    own_phone: str
    staff: Mapping[str, str]
    bays: tuple[tuple[str, str], ...]
    technicians: tuple[TechnicianSpec, ...]
    vehicle_types: tuple[str, ...]
    services: tuple[ServiceSpec, ...]
    hours: Hours
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    colours: tuple[str, ...]
    fleets: tuple[FleetSpec, ...]
    phrases: Phrases
    mail_domains: tuple[str, ...] = field(default=("mailbox.example", "post.example", "inbox.example"))
    unit: str = "mi"
    vat_percent: int | None = None
    vat_number: str = ""

    @property
    def skills(self) -> list[str]:
        """Every skill somebody has, in order of first mention."""
        return list(dict.fromkeys(skill for technician in self.technicians for skill in technician.skills))

    @property
    def domain(self) -> str:
        return f"{self.slug}.example"

    def spans(self, day: date) -> tuple[tuple[time, time], ...]:
        return self.hours.get(day.weekday(), ())
