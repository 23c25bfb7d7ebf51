"""Sixty-four clients want one technician at the same time: half for a booking of their own, half to help with one.

Two tables take the technician's time, so that no constraint sees both: triggers are the database's last word.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from bookings.errors import BookingError
from bookings.models import Allocation, Booking
from bookings.services import capacity, move_booking, staying
from bookings.services.allocations import add_time
from garages.enums import Role
from garages.models import Bay, Garage, Membership, Technician
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import at, make_booking
from tests.factories.garages import make_garage, make_member

CLIENTS = 64
ROUNDS = 2
GUARDS = (("booking_guard", "bookings_booking"), ("allocation_guard", "bookings_allocation"))


@contextmanager
def _inside(garage: Garage) -> Iterator[None]:
    with tenant(garage.pk), transaction.atomic():
        yield


@pytest.fixture
def workshop(transactional_db: None) -> tuple[Garage, Membership]:
    """A bay for everybody."""
    garage = make_garage(slug="race")
    with _inside(garage):
        Bay.objects.bulk_create(Bay(name=f"Bay {number}", position=number) for number in range(3, 3 + CLIENTS))
    return garage, make_member(garage, Role.MANAGER)


def _race(garage: Garage, by: Membership) -> int:
    """How many got the technician's time."""
    with _inside(garage):
        setup, technician = load_setup(garage), Technician.objects.get()
        booked = [make_booking(garage, phone=f"07700 9{number:05}", setup=setup) for number in range(CLIENTS)]
    facts = {"version": 1, "setup": setup, "by": by, "technician": technician}
    start = Barrier(CLIENTS)

    def client(number: int) -> None:
        try:
            start.wait(timeout=120)
            with _inside(garage):
                if number % 2:
                    move_booking(booked[number], **facts)
                else:
                    add_time(booked[number], starts_at=at(garage, "10:00"), work=timedelta(minutes=30), **facts)
        except (BookingError, OperationalError):  # without the lock's order two may wait for each other
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    with _inside(garage):
        taken = Booking.objects.holding_capacity().filter(technician=technician).count()
        taken += Allocation.objects.filter(holds=True).count()
        Booking.objects.update(status="declined")
        return taken


@pytest.mark.django_db(transaction=True)
def test_one_client_gets_the_technician(workshop: tuple[Garage, Membership]) -> None:
    assert [_race(*workshop) for _round in range(ROUNDS)] == [1] * ROUNDS


@pytest.mark.django_db(transaction=True)
def test_what_forgets_to_lock_is_refused_by_the_database(
    workshop: tuple[Garage, Membership], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (capacity, staying):
        monkeypatch.setattr(module, "lock_capacity", lambda _garage: None)
    assert _race(*workshop) <= 1


@pytest.mark.django_db(transaction=True)
def test_without_lock_and_guards_the_technician_is_promised_twice(
    workshop: tuple[Garage, Membership], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a constraint for each table still lets one of either kind through."""
    for module in (capacity, staying):
        monkeypatch.setattr(module, "lock_capacity", lambda _garage: None)
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as owner:
        for guard, table in GUARDS:
            owner.execute(f"alter table {table} disable trigger {guard}")
        try:
            assert _race(*workshop) == 2
        finally:
            owner.execute("truncate bookings_booking cascade")
            for guard, table in GUARDS:
                owner.execute(f"alter table {table} enable trigger {guard}")
