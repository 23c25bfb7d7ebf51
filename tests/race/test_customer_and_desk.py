"""A customer moves a booking by the link in the moment the desk moves it: one of them wins, and nobody is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from bookings.errors import ChangedMeanwhile
from bookings.models import Booking, BookingQuerySet
from bookings.services import cancel_by_customer, move_booking, move_by_customer
from garages.enums import Role
from garages.models import Garage, Membership
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import at, make_booking, next_open_day
from tests.factories.garages import make_garage, make_member

CLIENTS = 16


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(slug="race")


@pytest.fixture
def by(garage: Garage) -> Membership:
    return make_member(garage, Role.RECEPTIONIST)


@pytest.fixture
def booking(garage: Garage) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        return make_booking(garage, day=next_open_day(garage, after=3))


def _time(garage: Garage, wall: str) -> datetime:
    return at(garage, wall, day=next_open_day(garage, after=3))


def _at_once(garage: Garage, acts: list[Callable[[], Any]]) -> list[str]:
    """Run the acts in threads that start together; what came of each."""
    start = Barrier(len(acts))

    def client(act: Callable[[], Any]) -> str:
        try:
            start.wait(timeout=60)
            with tenant(garage.pk), transaction.atomic():
                act()
        except ChangedMeanwhile:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(client, acts))


def _moves(garage: Garage, booking: Booking, by: Membership) -> list[Callable[[], Any]]:
    """Half of them the desk's, half the customer's, to two times."""
    with tenant(garage.pk), transaction.atomic():
        facts: dict[str, Any] = {"version": 1, "setup": load_setup(garage)}
    theirs = {"starts_at": _time(garage, "14:00"), **facts}
    ours = {"starts_at": _time(garage, "16:00"), "by": by, **facts}
    return [lambda: move_by_customer(booking, **theirs), lambda: move_booking(booking, **ours)] * (CLIENTS // 2)


@pytest.mark.django_db(transaction=True)
def test_one_of_customer_and_desk_wins(garage: Garage, booking: Booking, by: Membership) -> None:
    results = _at_once(garage, _moves(garage, booking, by))
    with tenant(garage.pk), transaction.atomic():
        moved = Booking.objects.get(pk=booking.pk)
    assert moved.version == 2
    # A customer whose time it has got already is told that it is done; the desk's second press is refused.
    customers, desks = results[::2], results[1::2]
    if moved.starts_at == _time(garage, "14:00"):
        assert (set(customers), set(desks)) == ({"done"}, {"refused"})
    else:
        assert (set(customers), desks.count("done")) == ({"refused"}, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_think_they_won(
    garage: Garage, booking: Booking, by: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the version alone does not hold."""
    monkeypatch.setattr(BookingQuerySet, "select_for_update", lambda rows, **_options: rows)
    results = _at_once(garage, _moves(garage, booking, by))
    assert results.count("done") > 1
    with tenant(garage.pk), transaction.atomic():
        assert Booking.objects.get(pk=booking.pk).version == 2


@pytest.mark.django_db(transaction=True)
def test_customer_cancels_while_the_desk_moves(garage: Garage, booking: Booking, by: Membership) -> None:
    def call_off() -> None:
        cancel_by_customer(booking, garage=garage, version=1, reason="")

    with tenant(garage.pk), transaction.atomic():
        setup = load_setup(garage)
    moved: dict[str, Any] = {"version": 1, "setup": setup, "by": by, "starts_at": _time(garage, "16:00")}
    assert sorted(_at_once(garage, [call_off, lambda: move_booking(booking, **moved)])) == ["done", "refused"]
