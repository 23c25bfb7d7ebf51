"""A company's queue through its pages, as the desk's form posts it."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.db import transaction
from django.test import Client

from bookings.models import Booking, QueueEntry
from customers.models import Customer
from garages.models import Garage
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import next_open_day, service_named

HTMX = {"HX-Request": "true"}


def typed_form(garage: Garage, company: Customer, **changes: Any) -> dict[str, Any]:
    """The form of a company as it stands at the desk, for the morning of the next open day."""
    with tenant(garage.pk), transaction.atomic():
        setup = load_setup(garage)
    return {
        "idempotency_key": str(uuid.uuid4()),
        "kind": "business",
        "customer": str(company.public_id),
        "company_name": company.company_name,
        "first_name": company.first_name,
        "last_name": company.last_name,
        "phone": "020 7946 0112",
        "vehicle_type": setup.vehicle_types[0].public_id,
        "service": service_named(setup, "Brake check").public_id,
        "date": next_open_day(garage).isoformat(),
        "time": "08:00",
        "each": "",
    } | changes


def post(client: Client, act: str, typed: dict[str, Any]) -> Any:
    return client.post(f"/g/here/desk/queue/{act}", typed, headers=HTMX)


def add(client: Client, garage: Garage, company: Customer, *plates: str, **changes: Any) -> str:
    answer = post(client, "add/", typed_form(garage, company, registration="\n".join(plates), **changes))
    assert answer.status_code == 200
    return str(answer.content.decode())


def queue_of(garage: Garage) -> list[QueueEntry]:
    with tenant(garage.pk), transaction.atomic():
        return list(QueueEntry.objects.filter(batch=None))


def bookings_of(garage: Garage) -> list[Booking]:
    with tenant(garage.pk), transaction.atomic():
        return list(Booking.objects.select_related("customer", "vehicle").prefetch_related("lines").order_by("pk"))


def rows_in(html: str) -> list[str]:
    return re.findall(r'<li id="queue-([0-9a-f-]{36})"', html)
