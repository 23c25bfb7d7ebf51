"""What the tests of the customer's own page share."""

from __future__ import annotations

import re

from django.db import transaction
from django.test import Client

from bookings import links
from bookings.models import Booking
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle


def book_visit(garage: Garage) -> Booking:
    """Ada's car in a garage that can be called, with notes she must not read."""
    garage.phone, garage.address, garage.town = "020 7946 0000", "1 Mill Road", "Leeds"
    garage.save()
    with tenant(garage.pk), transaction.atomic():
        customer = make_customer("Ada Byron", phone="07700 900123", email="ada@byron.example")
        vehicle = make_vehicle(customer, registration="AB12 CDE")
        notes = {"workshop_notes": "squeals at the left", "internal_notes": "pays late"}
        return make_booking(garage, customer=customer, vehicle=vehicle, **notes)


def address_of(booking: Booking, garage: Garage, below: str = "") -> str:
    return f"/b/{links.token_of(booking, garage)}/{below}"


def form_of(booking: Booking, act: str, **fields: str) -> dict[str, str]:
    return {"form": links.form_token(booking, act), **fields}


def now(booking: Booking) -> Booking:
    assert booking.garage_id
    with tenant(booking.garage_id), transaction.atomic():
        return Booking.objects.select_related("customer").get(pk=booking.pk)


def guest() -> Client:
    return Client(enforce_csrf_checks=True)


def read(garage: Garage, booking: Booking, client: Client | None = None, query: str = "") -> str:
    answer = (client or guest()).get(address_of(booking, garage) + query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())
