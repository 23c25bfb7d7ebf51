"""Sixty-four customers want the one courtesy car, on days that overlap, while bays are free for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from bookings.enums import DropOff
from bookings.errors import BookingError
from bookings.models import Booking
from bookings.services import capacity
from bookings.services.marks import mark
from garages.enums import Role
from garages.models import Bay, CourtesyCar, Garage, Membership
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking
from tests.factories.garages import make_garage, make_member

CLIENTS = 64
ROUNDS = 2


@contextmanager
def _inside(garage: Garage) -> Iterator[None]:
    with tenant(garage.pk), transaction.atomic():
        yield


@pytest.fixture
def lender(transactional_db: None) -> tuple[Garage, Membership]:
    """One car to lend, and a bay for everybody who asks for it."""
    garage = make_garage(slug="race", horizon_days=400)
    with _inside(garage):
        CourtesyCar.objects.create(name="Corsa", position=1)
        Bay.objects.bulk_create(Bay(name=f"Bay {number}", position=number) for number in range(3, 3 + CLIENTS))
    return garage, make_member(garage, Role.RECEPTIONIST)


def _all_at_once(act: Callable[[int], object]) -> list[str]:
    start = Barrier(CLIENTS)

    def client(number: int) -> str:
        try:
            start.wait(timeout=120)
            act(number)
        except BookingError as error:
            return error.field or ""
        except OperationalError:  # without the lock's order two may wait for each other, which PostgreSQL ends for one
            return "deadlock"
        finally:
            connection.close()
        return "lent"

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(client, range(CLIENTS)))


def _race(garage: Garage, by: Membership) -> list[str]:
    """Half of them book with a courtesy car, half have a booking and ask for the car now."""
    with _inside(garage):
        booked = {number: make_booking(garage, phone=f"07700 8{number:05}") for number in range(0, CLIENTS, 2)}

    def ask(number: int) -> None:
        with _inside(garage):
            if number in booked:
                one = booked[number]
                mark(one, version=one.version, marks={"drop_off": DropOff.COURTESY}, by=by)
            else:
                make_booking(garage, f"{9 + number % 6:02}:00", phone=f"07700 9{number:05}", drop_off=DropOff.COURTESY)

    return _all_at_once(ask)


def _lent(garage: Garage) -> int:
    with _inside(garage):
        return Booking.objects.holding_capacity().filter(drop_off=DropOff.COURTESY).count()


@pytest.mark.django_db(transaction=True)
def test_the_car_is_lent_once(lender: tuple[Garage, Membership]) -> None:
    garage, receptionist = lender
    for _round in range(ROUNDS):
        results = _race(garage, receptionist)
        assert (results.count("lent"), _lent(garage)) == (1, 1)
        assert set(results) == {"lent", "drop_off", "date"}  # everybody else reads why, at the field it is about
        with _inside(garage):
            Booking.objects.update(status="declined")


@pytest.mark.django_db(transaction=True)
def test_the_constraint_lends_no_car_twice_at_a_time(
    lender: tuple[Garage, Membership], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another path might forget to lock, the database still refuses: nobody has the car at the same time."""
    garage, _receptionist = lender
    monkeypatch.setattr(capacity, "lock_capacity", lambda _garage: None)

    def book(number: int) -> None:
        with _inside(garage):
            make_booking(garage, phone=f"07700 9{number:05}", drop_off=DropOff.COURTESY)

    _all_at_once(book)
    with _inside(garage):
        assert Booking.objects.filter(courtesy_car__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_lock_and_constraint_it_is_promised_more_than_once(
    lender: tuple[Garage, Membership], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: looking alone does not hold, so the tests above show what lock and constraint do."""
    garage, receptionist = lender
    monkeypatch.setattr(capacity, "lock_capacity", lambda _garage: None)
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as owner:
        named = "bookings_courtesy_car_taken"
        row = owner.execute(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = %s", [named]
        ).fetchone()
        assert row
        owner.execute(f"alter table bookings_booking drop constraint {named}")
        try:
            _race(garage, receptionist)
            assert _lent(garage) > 1
        finally:
            owner.execute("truncate bookings_booking cascade")
            owner.execute(f"alter table bookings_booking add constraint {named} {row[0]}")
