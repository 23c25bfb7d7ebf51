"""What is booked at the desk is committed before its answer is drawn; what is refused leaves nothing behind."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client

from bookings.models import Booking
from bookings.views import desk, submitting
from customers.models import Customer
from garages.models import Garage, IdempotencyKey
from garages.setup import load_setup
from garages.tenancy.context import tenant
from notifications.models import Message
from tests.bookings.queueing import add, bookings_of, queue_of, typed_form
from tests.factories.bookings import next_open_day, service_named

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def typed(garage: Garage) -> dict[str, Any]:
    with tenant(garage.pk), transaction.atomic():
        setup = load_setup(garage)
    return {
        "idempotency_key": str(uuid.uuid4()),
        "kind": "individual",
        "phone": "07700 900456",
        "first_name": "Priya",
        "last_name": "Nair",
        "email": "priya@example.org",
        "service": service_named(setup, "Brake check").public_id,
        "date": next_open_day(garage).isoformat(),
        "time": "10:00",
    }


def _send(client: Client, typed: dict[str, Any], to: str = "create/") -> Any:
    return client.post(f"/g/here/desk/{to}", typed, headers={"HX-Request": "true"})


def _kept(garage: Garage) -> list[int]:
    with tenant(garage.pk), transaction.atomic():
        return [model.objects.count() for model in (Customer, Booking, Message, IdempotencyKey)]


def test_an_answer_that_cannot_be_drawn_leaves_the_booking_and_the_next_finds_it(
    garage: Garage, desk_client: Client, typed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("no page")

    desk_client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(desk, "_booked", broken)
        assert _send(desk_client, typed).status_code == 500
    kept = _kept(garage)
    assert kept == [1, 1, 1, 1]
    with tenant(garage.pk), transaction.atomic():
        reference = Booking.objects.get().reference
    again = _send(desk_client, typed)
    assert (again.status_code, f"Reference {reference}." in again.content.decode()) == (200, True)
    assert _kept(garage) == kept


def test_nobody_waits_for_a_page_to_be_drawn(
    garage: Garage, desk_client: Client, typed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is, another desk may give the garage's capacity away."""
    free = _watched(monkeypatch, desk, "_booked", garage)
    assert (_send(desk_client, typed).status_code, free) == (200, [1])


def _watched(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, garage: Garage) -> list[int]:
    """Notes for each answer drawn by that function that another desk could take the lock on capacity."""
    draw, free = getattr(module, name), []

    def looked_at(*args: Any, **more: Any) -> Any:
        with psycopg.connect(**connection.get_connection_params()) as other:
            lock = "select from garages_garage where id = %s for no key update nowait"
            free.append(other.execute(lock, [garage.pk]).rowcount)
        return draw(*args, **more)

    monkeypatch.setattr(module, name, looked_at)
    return free


def test_a_refusal_keeps_neither_the_caller_nor_the_key(
    garage: Garage, desk_client: Client, typed: dict[str, Any]
) -> None:
    assert _send(desk_client, typed | {"time": "03:00"}).status_code == 422
    assert _kept(garage) == [0, 0, 0, 0]


# --- A company's queue ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("to", ["queue/submit/", "create/"])
def test_nobody_waits_for_what_became_of_a_queue_to_be_drawn(
    garage: Garage, desk_client: Client, couriers: Customer, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    add(desk_client, garage, couriers, "EX70 LVA", "EX70 LVB")
    free = _watched(monkeypatch, submitting, "_answer", garage)
    assert (_send(desk_client, typed_form(garage, couriers), to).status_code, free) == (200, [1])
    assert len(bookings_of(garage)) == 2


def test_a_queue_whose_answer_cannot_be_drawn_is_booked_once(
    garage: Garage, desk_client: Client, couriers: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("no page")

    add(desk_client, garage, couriers, "EX70 LVA", "EX70 LVB")
    typed = typed_form(garage, couriers)
    desk_client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(submitting, "_answer", broken)
        assert _send(desk_client, typed, "queue/submit/").status_code == 500
    assert (len(bookings_of(garage)), queue_of(garage)) == (2, [])
    again = _send(desk_client, typed, "queue/submit/")
    assert (again.status_code, "Booked: 2 vehicles" in again.content.decode()) == (200, True)
    assert len(bookings_of(garage)) == 2


def test_a_queue_that_is_refused_as_a_whole_keeps_nothing_of_the_form(
    garage: Garage, desk_client: Client, couriers: Customer
) -> None:
    kept = _kept(garage)
    refused = _send(desk_client, typed_form(garage, couriers), "queue/submit/")
    assert (refused.status_code, "The queue is empty." in refused.content.decode()) == (422, True)
    assert _kept(garage) == kept
