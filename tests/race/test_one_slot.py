"""Sixty-four desks want the same slot in the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import psycopg
import pytest
from django.db import connection, transaction

from bookings.errors import SlotTaken
from bookings.models import Booking
from bookings.services import capacity
from garages.models import Bay, Garage
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import at, make_booking
from tests.factories.garages import make_garage

CLIENTS = 64


@pytest.fixture
def one_bay(transactional_db: None) -> Garage:
    garage = make_garage(slug="race")
    with tenant(garage.pk), transaction.atomic():
        Bay.objects.filter(name="MOT bay").update(is_active=False)
    return garage


@contextmanager
def _as_owner() -> Iterator[psycopg.Connection]:
    """A connection of the tables' owner, for taking a guard down and putting it up again."""
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as owner:
        yield owner


@pytest.fixture
def guard_off(one_bay: Garage, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither the constraint nor the lock that lets one at a time look."""
    monkeypatch.setattr(capacity, "lock_capacity", lambda _garage: None)
    with _as_owner() as owner:
        definition = owner.execute(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = 'bookings_bay_taken'"
        ).fetchone()
        assert definition
        owner.execute("alter table bookings_booking drop constraint bookings_bay_taken")
        yield
        owner.execute("truncate bookings_booking cascade")
        owner.execute(f"alter table bookings_booking add constraint bookings_bay_taken {definition[0]}")


def _all_at_once(act: Callable[[int], None]) -> list[str]:
    """Run `act` in 64 threads that start together; what came of each."""
    start = Barrier(CLIENTS)

    def client(number: int) -> str:
        try:
            start.wait(timeout=60)
            act(number)
        except SlotTaken:
            return "taken"
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(client, range(CLIENTS)))


def _book(garage: Garage) -> Callable[[int], None]:
    with tenant(garage.pk), transaction.atomic():
        setup = load_setup(garage)
    starts_at = at(garage, "10:00")

    def book(number: int) -> None:
        with tenant(garage.pk), transaction.atomic():
            make_booking(garage, setup=setup, starts_at=starts_at, phone=f"07700 9{number:05}")

    return book


def _overlaps(garage: Garage) -> int:
    with tenant(garage.pk), transaction.atomic():
        return Booking.objects.holding_capacity().count()


@pytest.mark.django_db(transaction=True)
def test_exactly_one_wins(one_bay: Garage) -> None:
    results = _all_at_once(_book(one_bay))
    assert sorted(results) == ["booked", *["taken"] * (CLIENTS - 1)]
    assert _overlaps(one_bay) == 1


@pytest.mark.django_db(transaction=True)
def test_the_constraint_is_enough_for_a_bay(one_bay: Garage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another path might forget to lock, the database still refuses."""
    monkeypatch.setattr(capacity, "lock_capacity", lambda _garage: None)
    assert _all_at_once(_book(one_bay)).count("booked") == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_more_than_one_wins(one_bay: Garage, guard_off: None) -> None:
    """The twin: the look before booking alone does not hold, so the tests above show what constraint and lock do."""
    results = _all_at_once(_book(one_bay))
    assert results.count("booked") > 1
