"""Every address of the product, found in the URL configuration, and how to fill it with something there is.

A new page is found at once; a new kind of object in an address must be added to `OBJECTS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from billing.models import Invoice, InvoiceLine, Payment
from bookings.models import Allocation, Booking, Merge, Order, QueueEntry, WaitingEntry
from customers.models import Contact, Customer
from fleet.models import Vehicle
from garages.access import audience_of
from garages.enums import Role
from garages.models import (
    Bay,
    BayOutage,
    Closure,
    CourtesyCar,
    DayNote,
    Garage,
    Service,
    Skill,
    Technician,
    TechnicianAbsence,
    VehicleType,
)
from garages.tenancy.context import tenant
from notifications.enums import Kind
from notifications.models import Message, ReminderRule


@dataclass(frozen=True)
class Address:
    """One pattern of the URL configuration: its whole route, its name with namespaces, its view."""

    route: str
    name: str
    view: Callable[..., Any] = field(compare=False)

    @property
    def role(self) -> Role | None:
        """The lowest role that may, for a garage's pages."""
        audience = audience_of(self.view)
        return audience.role if audience else None

    @property
    def objects(self) -> list[tuple[str, str]]:
        """What stands between angle brackets after the garage, as (the word before it, its name)."""
        parts = self.route.replace("g/<slug:garage>/", "").split("/")
        found = (
            (before, re.fullmatch(r"<(?:\w+:)?(\w+)>", part)) for before, part in zip(["", *parts], parts, strict=False)
        )
        return [(before, match[1]) for before, match in found if match]

    @property
    def names_objects(self) -> bool:
        """Whether it is about a thing of a garage."""
        return any(found in OBJECTS for found in self.objects)


def _addresses(resolver: URLResolver, route: str = "", namespaces: tuple[str, ...] = ()) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            more = (pattern.namespace,) if pattern.namespace else ()
            yield from _addresses(pattern, here, namespaces + more)
        elif isinstance(pattern, URLPattern):
            yield Address(here, ":".join((*namespaces, pattern.name or "")), pattern.callback)


ADDRESSES: Final = list(_addresses(get_resolver()))
GARAGE_PAGES: Final = [address for address in ADDRESSES if address.route.startswith("g/<slug:garage>/")]
ADMIN_PAGES: Final = [address for address in ADDRESSES if address.route.startswith("admin/")]
OTHER_PAGES: Final = [address for address in ADDRESSES if address not in GARAGE_PAGES + ADMIN_PAGES]

# What an address can be about, in the garage in scope: (word before it, name) -> the values.
OBJECTS: Final[dict[tuple[str, str], Callable[[], Iterable[object]]]] = {
    ("customers", "public_id"): lambda: _column(Customer, "public_id"),
    ("of-customer", "public_id"): lambda: _column(Customer, "public_id"),
    ("contacts", "contact"): lambda: _column(Contact, "public_id"),
    ("queue", "entry"): lambda: _column(QueueEntry, "public_id"),
    ("merge", "customer"): lambda: _column(Customer, "public_id"),
    ("merge", "vehicle"): lambda: _column(Vehicle, "public_id"),
    ("merges", "merge"): lambda: _column(Merge, "public_id"),
    ("vehicles", "public_id"): lambda: _column(Vehicle, "public_id"),
    ("of-vehicle", "public_id"): lambda: _column(Vehicle, "public_id"),
    ("bookings", "reference"): lambda: _column(Booking, "reference"),
    ("times", "time"): lambda: _column(Allocation, "public_id"),
    ("requests", "reference"): lambda: _column(Booking, "reference"),
    ("closures", "closure"): lambda: _column(Closure, "public_id"),
    ("courtesy-cars", "car"): lambda: _column(CourtesyCar, "public_id"),
    ("notes", "note"): lambda: _column(DayNote, "public_id"),
    ("waiting", "public_id"): lambda: _column(WaitingEntry, "public_id"),
    ("bay", "outage"): lambda: _column(BayOutage, "public_id"),
    ("technician", "absence"): lambda: _column(TechnicianAbsence, "public_id"),
    ("bays", "bay"): lambda: _column(Bay, "public_id"),
    ("vehicle-types", "vehicle_type"): lambda: _column(VehicleType, "public_id"),
    ("technicians", "technician"): lambda: _column(Technician, "public_id"),
    ("skills", "skill"): lambda: _column(Skill, "public_id"),
    ("of-booking", "reference"): lambda: _column(Booking, "reference"),
    ("invoices", "invoice"): lambda: _column(Invoice, "public_id"),
    ("lines", "line"): lambda: _column(InvoiceLine, "public_id"),
    ("payments", "payment"): lambda: _column(Payment, "public_id"),
    ("orders", "order"): lambda: _column(Order, "public_id"),
    ("due", "vehicle"): lambda: _column(Vehicle, "public_id"),
    ("reminders", "reminder"): lambda: _column(ReminderRule, "public_id"),
    ("messages", "message"): lambda: _column(Message, "public_id"),
    ("services", "service"): lambda: _column(Service, "public_id"),
}
# What a form must carry besides, to name a thing of the garage in scope.
BODIES: Final[dict[str, Callable[[], dict[str, str]]]] = {
    "bookings:place": lambda: {"reference": str(_column(Booking, "reference")[0])},
    "fleet:vehicle-give": lambda: {"customer": str(_column(Customer, "public_id")[0])},
    "bookings:undo": lambda: {"step": f"{_column(Booking, 'reference')[0]}.1"},
}
# Parts of an address that belong to no garage.
VALUES: Final[dict[tuple[str, str], Callable[[], Iterable[object]]]] = {
    ("holidays", "year"): lambda: [date.today().year],
    ("texts", "kind"): lambda: [Kind.CONFIRMED.value],
}
# Parts of addresses outside any garage.
LIBRARY_VALUES: Final[dict[str, str]] = {"uidb36": "1", "key": "set-password", "token": "forged"}


def _column(model: Any, name: str) -> list[object]:
    return list(model.objects.order_by("pk").values_list(name, flat=True))


def fill(address: Address, of: Garage, *, under: Garage) -> str:
    """The address below `under`, about the first such things of the garage `of`."""
    return next(fill_each(address, of, under=under))


def fill_each(address: Address, of: Garage, *, under: Garage) -> Iterator[str]:
    """The address about each of these things in turn (several kinds of them go side by side)."""
    with tenant(of.pk):
        values = {name: list((OBJECTS | VALUES)[before, name]()) for before, name in address.objects}
    for row in zip(*values.values(), strict=False) if values else [()]:
        yield reverse(address.name, kwargs={"garage": under.slug, **dict(zip(values, row, strict=True))})


def fill_plain(address: Address) -> str:
    """An address outside any garage."""
    names = re.findall(r"\(\?P<(\w+)>|<(?:\w+:)?(\w+)>", address.route)
    return reverse(address.name, kwargs={(a or b): LIBRARY_VALUES[a or b] for a, b in names})


def body(address: Address, of: Garage) -> dict[str, str]:
    """What a form sent there must carry."""
    with tenant(of.pk):
        return BODIES.get(address.name, dict)()
