"""Vehicle types and services that went out of use: nobody books them unawares, and bookings keep what they have."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from bookings.models import Booking
from customers.models import Customer
from garages.models import Garage, Service, ServicePrice, VehicleType
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.bookings.queueing import add, bookings_of, post, queue_of, typed_form
from tests.factories.bookings import next_open_day, service_named

pytestmark = pytest.mark.django_db

_SENTENCE = "This vehicle type is no longer in use. Choose another one."


@pytest.fixture
def van(garage: Garage) -> VehicleType:
    """A type with a price of its own for a brake check."""
    with tenant(garage.pk), transaction.atomic():
        kind = VehicleType.objects.get(name="Van")
        ServicePrice.objects.create(service=Service.objects.get(name="Brake check"), vehicle_type=kind, price=3_900)
    return kind


def _typed(garage: Garage, kind: str) -> dict[str, Any]:
    with tenant(garage.pk), transaction.atomic():
        service = service_named(load_setup(garage), "Brake check").public_id
    day = next_open_day(garage).isoformat()
    person = {"kind": "individual", "first_name": "Priya", "last_name": "Nair", "phone": "07700 900456"}
    return person | {
        "vehicle_type": kind,
        "service": service,
        "date": day,
        "time": "10:00",
        "workshop_notes": "Squeals",
    }


def _archive(garage: Garage, model: Any, name: str) -> None:
    with tenant(garage.pk), transaction.atomic():
        model.objects.filter(name=name).update(is_active=False)


# --- A new booking --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("what", ["archived", "crafted", "nonsense"])
def test_a_type_that_is_not_known_books_nothing_and_loses_nothing(
    garage: Garage, desk_client: Client, van: VehicleType, what: str
) -> None:
    _archive(garage, VehicleType, "Van")
    kind = {"archived": str(van.public_id), "crafted": str(uuid.uuid4()), "nonsense": "Van"}[what]
    answer = desk_client.post("/g/here/desk/create/", _typed(garage, kind) | {"redraw": "on"})
    html = answer.content.decode()
    field = html.partition('id="id_vehicle_type"')[2].partition("id_service_0")[0]
    assert (answer.status_code, _SENTENCE in field, 'aria-invalid="true"' in field) == (422, True, True)
    for typed in ("Priya", "Nair", "07700 900456", "Squeals"):
        assert typed in html
    with tenant(garage.pk), transaction.atomic():
        assert not Booking.objects.exists()
        assert not Customer.objects.exists()


def test_only_the_work_is_drawn_again_where_nothing_else_is_at_fault(garage: Garage, desk_client: Client) -> None:
    typed = _typed(garage, str(uuid.uuid4()))
    answer = desk_client.post("/g/here/desk/create/", typed, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#form-job")
    assert _SENTENCE in answer.content.decode()


def test_a_form_that_says_no_type_books_without_one(garage: Garage, desk_client: Client) -> None:
    desk_client.post("/g/here/desk/create/", _typed(garage, ""))
    [booking] = bookings_of(garage)
    assert (booking.vehicle_type_id, [line.price for line in booking.lines.all()]) == (None, [2_500])


def test_a_queue_is_not_booked_for_a_type_that_is_not_known(
    garage: Garage, desk_client: Client, couriers: Customer, van: VehicleType
) -> None:
    add(desk_client, garage, couriers, "EX70 LVA", "EX70 LVB")
    _archive(garage, VehicleType, "Van")
    answer = post(desk_client, "submit/", typed_form(garage, couriers, vehicle_type=str(van.public_id)))
    assert (answer.status_code, _SENTENCE in answer.content.decode()) == (422, True)
    assert (bookings_of(garage), len(queue_of(garage))) == ([], 2)
