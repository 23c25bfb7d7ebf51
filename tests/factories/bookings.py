"""Bookings as tests need them, made the way the product makes them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from bookings.models import Booking
from bookings.services import create_booking
from bookings.slots import moment
from customers.services import identify
from garages.models import Garage
from garages.setup import ServiceInfo, Setup, load_setup


def service_named(setup: Setup, name: str) -> ServiceInfo:
    return next(service for service in setup.services if service.name == name)


def next_open_day(garage: Garage, *, after: int = 1) -> date:
    """A coming Monday to Friday: open in the factory's hours whatever day the tests run."""
    day = garage.today() + timedelta(days=after)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def at(garage: Garage, wall: str, *, day: date | None = None) -> datetime:
    """A wall-clock time of the next open day, in UTC."""
    return moment(day or next_open_day(garage), time.fromisoformat(wall), garage.zone)


def make_booking(garage: Garage, wall: str = "10:00", **fields: Any) -> Booking:
    """A booking of the garage in scope: Ada Byron's brake check, tomorrow at ten."""
    setup = fields.pop("setup", None) or load_setup(garage)
    customer = fields.pop("customer", None)
    if customer is None:
        customer, _new = identify(
            kind="individual",
            first_name=fields.pop("first_name", "Ada"),
            last_name=fields.pop("last_name", "Byron"),
            phone_typed=fields.pop("phone", "07700 900123"),
            region=garage.phone_region,
        )
    names = fields.pop("services", ["Brake check"])
    defaults: dict[str, Any] = {
        "vehicle": None,
        "vehicle_type": setup.vehicle_types[0],
        "services": [service_named(setup, name) for name in names],
        "starts_at": at(garage, wall, day=fields.pop("day", None)),
        "by": None,
    }
    return create_booking(setup=setup, customer=customer, **(defaults | fields))
