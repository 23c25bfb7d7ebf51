"""Sixteen desks press Undo for the same act, and one of them changes the booking, in the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from bookings.enums import Status
from bookings.errors import ChangedMeanwhile
from bookings.models import Booking, BookingQuerySet
from bookings.services import check_in, confirm
from bookings.services.undo import undo
from garages.enums import Role
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking
from tests.factories.garages import make_garage, make_member

CLIENTS = 16


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(slug="race")


@pytest.fixture
def by(garage: Garage) -> Membership:
    return make_member(garage, Role.RECEPTIONIST)


@pytest.fixture
def confirmed(garage: Garage, by: Membership) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage)
    with tenant(garage.pk), transaction.atomic():
        return confirm(booking, by=by)


def _at_once(booking: Booking, acts: list[Callable[[Booking], Any]]) -> list[str]:
    """Run the acts in threads that start together; what came of each."""
    start = Barrier(len(acts))

    def client(act: Callable[[Booking], Any]) -> str:
        try:
            start.wait(timeout=60)
            with tenant(booking.garage_id), transaction.atomic():
                act(booking)
        except ChangedMeanwhile:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(client, acts))


def _now(booking: Booking) -> Booking:
    with tenant(booking.garage_id), transaction.atomic():
        return Booking.objects.get(pk=booking.pk)


@pytest.mark.django_db(transaction=True)
def test_an_act_is_undone_once(confirmed: Booking, by: Membership) -> None:
    results = _at_once(confirmed, [lambda booking: undo(booking, version=2, by=by)] * CLIENTS)
    assert sorted(results) == ["done", *["refused"] * (CLIENTS - 1)]
    assert (_now(confirmed).status, _now(confirmed).version) == (Status.PENDING, 3)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_it_is_undone_more_than_once(
    confirmed: Booking, by: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: looking at the version alone does not hold, so the test above shows what the lock does."""
    monkeypatch.setattr(BookingQuerySet, "select_for_update", lambda rows, **_options: rows)
    results = _at_once(confirmed, [lambda booking: undo(booking, version=2, by=by)] * CLIENTS)
    assert results.count("done") > 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_between_undo_and_another_act(confirmed: Booking, by: Membership) -> None:
    undone, _arrived = _at_once(
        confirmed, [lambda booking: undo(booking, version=2, by=by), lambda booking: check_in(booking, by=by)]
    )
    booking = _now(confirmed)
    assert booking.arrived_at is not None
    assert booking.status == (Status.PENDING if undone == "done" else Status.CONFIRMED)
