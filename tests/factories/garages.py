"""Garages as tests need them: open Monday to Saturday 08:00-18:00, two bays, three services."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.db import transaction

from garages.enums import BayKind, Role
from garages.models import Bay, Garage, Membership, OpeningSpan, Service, ServicePrice, Technician, User, VehicleType
from garages.tenancy.context import tenant


def make_garage(slug: str = "here", **fields: Any) -> Garage:
    """A working garage. Pass `equipped=False` for one with nothing in it."""
    equipped = fields.pop("equipped", True)
    defaults: dict[str, Any] = {
        "name": slug.title(),
        "country": "GB",
        "time_zone": "Europe/London",
        "currency": "GBP",
        "languages": ["en"],
        "technicians_limit": False,  # two bays, one technician: bays decide, unless a test says otherwise
    }
    garage = Garage.objects.create(slug=slug, **(defaults | fields))
    if equipped:
        with tenant(garage.pk), transaction.atomic():
            equip()
    return garage


def equip() -> None:
    """Fill the garage in scope: hours, bays, a technician, vehicle types, a menu."""
    OpeningSpan.objects.bulk_create(OpeningSpan(weekday=day, opens=time(8), closes=time(18)) for day in range(6))
    Bay.objects.create(name="Bay 1", position=1)
    Bay.objects.create(name="MOT bay", kind=BayKind.MOT, position=2)
    Technician.objects.create(name="Sam Okoro", position=1)
    saloon = VehicleType.objects.create(name="Saloon", position=1)
    van = VehicleType.objects.create(name="Van", position=2)
    full = Service.objects.create(
        name="Full service", code="FS", category="Servicing", minutes=120, price=19_900, position=1
    )
    Service.objects.create(
        name="MOT test",
        code="MT",
        category="MOT",
        minutes=60,
        price=5_485,
        bay_kind=BayKind.MOT,
        due_again_months=12,
        position=2,
    )
    Service.objects.create(name="Brake check", code="BC", category="Brakes", minutes=30, price=2_500, position=3)
    Service.objects.create(
        name="Classic restoration",
        code="CR",
        category="Special",
        minutes=480,
        price=90_000,
        is_request_only=True,
        position=4,
    )
    ServicePrice.objects.create(service=full, vehicle_type=saloon, price=19_900)
    ServicePrice.objects.create(service=full, vehicle_type=van, price=24_900)


def make_member(garage: Garage, role: Role, *, password: str = "garage-desk-tests", email: str = "") -> Membership:
    user = User.objects.create_user(
        email or f"{role}@{garage.slug}.example", password, name=f"{role.label} of {garage.name}"
    )
    return Membership.objects.create(garage=garage, user=user, role=role)
