"""Vehicles as tests need them. Call inside the garage's scope."""

from __future__ import annotations

from typing import Any

from customers.models import Customer
from fleet.models import Vehicle
from fleet.services import create_vehicle


def make_vehicle(customer: Customer | None, registration: str = "", **fields: Any) -> Vehicle:
    """A Ford Fiesta, unless told otherwise."""
    return create_vehicle(
        customer=customer, registration_typed=registration, **({"make": "Ford", "model": "Fiesta"} | fields)
    )
