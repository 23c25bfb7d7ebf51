"""Sixty-four clients want one morning at once, through every path that consumes capacity.

Six bays are free, so no constraint of the database stands in the way: two technicians, and cars a day, are counted
under the lock that all paths share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from bookings.enums import Status
from bookings.errors import BookingError
from bookings.jobs import Job
from bookings.models import Allocation, Booking, SlotHold
from bookings.services import accept, capacity, confirm, keep, move_booking, reopen, staying
from bookings.services.allocations import add_time
from garages.enums import Role
from garages.models import Bay, Garage, Membership, Technician
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import at, make_booking, next_open_day, service_named
from tests.factories.garages import make_garage, make_member

CLIENTS = 64
ROUNDS = 3
PATHS = ("create", "move", "accept", "reopen", "hold", "confirm", "further")


@contextmanager
def _inside(garage: Garage) -> Iterator[None]:
    with tenant(garage.pk), transaction.atomic():
        yield


@pytest.fixture
def workshop(transactional_db: None) -> tuple[Garage, Membership]:
    """Six bays, two technicians."""
    garage = make_garage(slug="race", technicians_limit=True, horizon_days=400)
    with _inside(garage):
        Bay.objects.bulk_create(Bay(name=f"Bay {number}", position=number) for number in range(2, 6))
        Technician.objects.create(name="Lee Marsh", position=2)
    return garage, make_member(garage, Role.MANAGER)


def _prepare(garage: Garage, number: int, round_: int) -> Booking | None:
    """What a path starts from: a booking elsewhere to move, a request, a cancelled or a pending booking."""
    path = PATHS[number % len(PATHS)]
    if path in ("create", "hold"):
        return None
    day = next_open_day(garage, after=30 + number)
    booking = make_booking(garage, f"{8 + round_ * 3:02}:00", day=day, phone=f"07700 8{round_}{number:04}")
    status = {"accept": Status.REQUESTED, "reopen": Status.CANCELLED, "confirm": Status.CANCELLED}.get(path)
    if status is not None:
        slot = at(garage, "10:00")
        moved = {"starts_at": slot, "held_from": slot}
        moved |= dict.fromkeys(("ends_at", "ready_at", "held_until"), slot + timedelta(minutes=30))
        Booking.objects.filter(pk=booking.pk).update(status=status, **moved)
    booking.refresh_from_db()
    return booking


def _take(garage: Garage, by: Membership, number: int, booking: Booking | None) -> None:
    path = PATHS[number % len(PATHS)]
    slot, setup = at(garage, "10:00"), load_setup(garage)
    if path == "create":
        make_booking(garage, setup=setup, starts_at=slot, phone=f"07700 9{number:05}")
    elif path == "hold":
        job = Job.of([service_named(setup, "Brake check")])
        keep(setup=setup, job=job, starts_at=slot, expires_at=timezone.now() + timedelta(minutes=10))
    elif booking is not None and path == "move":
        move_booking(booking, version=booking.version, setup=setup, by=by, starts_at=slot)
    elif booking is not None and path == "further":
        who = list(Technician.objects.order_by("pk"))[number % 2]
        facts = {"technician": who, "starts_at": slot, "work": timedelta(minutes=30)}
        add_time(booking, version=booking.version, setup=setup, by=by, **facts)
    elif booking is not None and path == "accept":
        accept(booking, by=by)
    elif booking is not None:
        reopened = reopen(booking, by=by)
        if path == "confirm":
            confirm(reopened, by=by)


def _race(
    garage: Garage, by: Membership, round_: int, *, beaten: tuple[type[Exception], ...] = (BookingError,)
) -> list[str]:
    with _inside(garage):
        prepared = [_prepare(garage, number, round_) for number in range(CLIENTS)]

    def take(number: int) -> None:
        with _inside(garage):
            _take(garage, by, number, prepared[number])

    return _all_at_once(take, beaten)


def _taken(garage: Garage) -> int:
    slot = at(garage, "10:00")
    with _inside(garage):
        booked = Booking.objects.holding_capacity().filter(starts_at=slot).count()
        helped = Allocation.objects.filter(starts_at=slot, holds=True).count()
        return booked + helped + SlotHold.objects.alive().filter(starts_at=slot).count()


def _clear(garage: Garage) -> None:
    with _inside(garage):
        SlotHold.objects.all().delete()
        Booking.objects.update(status=Status.DECLINED)


@pytest.mark.django_db(transaction=True)
def test_all_paths_together_never_take_more_than_there_is(workshop: tuple[Garage, Membership]) -> None:
    garage, manager = workshop
    for round_ in range(ROUNDS):
        results = _race(garage, manager, round_)
        assert (_taken(garage), results.count("done")) == (2, 2)
        _clear(garage)


@pytest.mark.django_db(transaction=True)
def test_cars_a_day_are_never_exceeded(workshop: tuple[Garage, Membership]) -> None:
    garage, _manager = workshop
    Garage.objects.filter(pk=garage.pk).update(technicians_limit=False, cars_a_day=3)
    garage.refresh_from_db()

    def book(number: int) -> None:
        with _inside(garage):
            make_booking(garage, f"{8 + number % 9:02}:00", phone=f"07700 9{number:05}")

    assert _all_at_once(book).count("done") == 3


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_more_is_taken_than_there_is(
    workshop: tuple[Garage, Membership], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: looking alone does not hold, so the tests above show what the lock does. Without its order two may also
    wait for each other, which PostgreSQL ends for one of them; with the lock that would be a failure."""
    garage, manager = workshop
    for module in (capacity, staying):
        monkeypatch.setattr(module, "lock_capacity", lambda _garage: None)
    _race(garage, manager, 0, beaten=(BookingError, OperationalError))
    assert _taken(garage) > 2


def _all_at_once(act: Callable[[int], Any], beaten: tuple[type[Exception], ...] = (BookingError,)) -> list[str]:
    start = Barrier(CLIENTS)

    def client(number: int) -> str:
        try:
            start.wait(timeout=120)
            act(number)
        except beaten:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(client, range(CLIENTS)))
