"""One message for all cars that were booked together, true when it is sent; what changes later is told car by car."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction

from bookings.links import url_of
from bookings.models import Batch, Booking
from bookings.services import cancel, confirm, move_booking
from bookings.services.batch import Common, submit
from bookings.services.queue import Wish, add_to_queue
from bookings.services.undo import undo
from garages.models import Garage, Membership
from garages.setup import load_setup
from garages.tenancy.context import tenant
from notifications.enums import Kind, State
from notifications.models import Message
from notifications.planning import UNDO, plan_batch
from notifications.tasks import sweep
from tests.conftest import logged_in
from tests.factories.bookings import at, service_named
from tests.factories.customers import make_business

pytestmark = pytest.mark.django_db(transaction=True)
PLATES = ["EX70 LVA", "EX70 LVB", "EX70 LVC"]


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=UTC), tick=False) as travelling:  # a Monday
        yield travelling


@pytest.fixture
def desk(clock: time_machine.Coordinates, garage: Garage, manager: Membership) -> Iterator[Membership]:
    with tenant(garage.pk):
        yield manager


def _batch(by: Membership, *plates: str) -> list[Booking]:
    with transaction.atomic():
        company = make_business("Northgate Couriers", first_name="Renée", email="fleet@northgate.example")
        setup = load_setup(by.garage)
        wish = Wish([service_named(setup, "Brake check")], at(by.garage, "09:00"))
        add_to_queue(by=by, customer=company, wish=wish, plates_typed=plates)
        return submit(company, setup=setup, by=by, common=Common()).bookings


def _news() -> list[Message]:
    with transaction.atomic():
        return list(Message.objects.exclude(kind=Kind.REMINDER).order_by("pk"))


def _later(clock: time_machine.Coordinates) -> None:
    clock.shift(UNDO)
    sweep()


def test_a_batch_is_one_message_with_all_its_cars(desk: Membership, clock: time_machine.Coordinates) -> None:
    bookings = _batch(desk, *PLATES)
    [waiting] = _news()
    assert (waiting.kind, waiting.booking, waiting.to) == (Kind.BATCH, None, "fleet@northgate.example")
    _later(clock)
    [sent] = _news()
    assert sent.state == State.SENT
    assert sent.subject.startswith("We have your bookings: 3 vehicles, from ")
    first, second, third = bookings
    assert sent.text.splitlines()[4:10:2] == [
        f"Tue 2 June, 09:00: EX70 LVA, Brake check, reference {first.reference}, still to be confirmed",
        f"Tue 2 June, 09:00: EX70 LVB, Brake check, reference {second.reference}, still to be confirmed",
        f"Tue 2 June, 09:30: EX70 LVC, Brake check, reference {third.reference}, still to be confirmed",
    ]
    assert sent.text.splitlines()[5:10:2] == [url_of(booking, desk.garage) for booking in bookings]


def test_a_batch_is_planned_once(desk: Membership) -> None:
    bookings = _batch(desk, *PLATES)
    with transaction.atomic():
        assert plan_batch(Batch.objects.get(), bookings)
    assert len(_news()) == 1


def test_one_car_is_told_of_as_ever(desk: Membership) -> None:
    [booking] = _batch(desk, PLATES[0])
    assert [(row.kind, row.booking_id) for row in _news()] == [(Kind.RECEIVED, booking.pk)]


def test_it_says_what_is_true_when_it_is_sent(desk: Membership, clock: time_machine.Coordinates) -> None:
    """Whoever was called off meanwhile never was, and what was moved stands where it is now."""
    off, moved, _third = _batch(desk, *PLATES)
    with transaction.atomic():
        cancel(off, reason="Sold", by=desk)
        setup, start = load_setup(desk.garage), at(desk.garage, "14:00")
        moved = move_booking(moved, version=moved.version, setup=setup, by=desk, starts_at=start)
    _later(clock)
    [sent] = _news()
    assert off.reference not in sent.text
    assert f"14:00: EX70 LVB, Brake check, reference {moved.reference}" in sent.text


def test_a_batch_that_was_undone_is_never_told(desk: Membership, clock: time_machine.Coordinates) -> None:
    with transaction.atomic():
        for booking in _batch(desk, *PLATES):
            undo(booking, version=booking.version, by=desk)
    _later(clock)
    assert [(row.kind, row.state, row.error) for row in _news()] == [(Kind.BATCH, State.DROPPED, "booking-changed")]


def test_later_changes_are_told_of_each_car(desk: Membership, clock: time_machine.Coordinates) -> None:
    confirmed, moved, off = _batch(desk, *PLATES)
    _later(clock)
    with transaction.atomic():
        confirm(confirmed, by=desk)
        setup, start = load_setup(desk.garage), at(desk.garage, "14:00")
        move_booking(moved, version=moved.version, setup=setup, by=desk, starts_at=start)
        cancel(off, reason="Sold", by=desk)
    assert [(row.kind, row.booking_id) for row in _news()[1:]] == [
        (Kind.CONFIRMED, confirmed.pk),
        (Kind.MOVED, moved.pk),
        (Kind.CANCELLED, off.pk),
    ]


def test_a_cars_page_shows_the_message(desk: Membership, garage: Garage, manager: Membership) -> None:
    booking = _batch(desk, *PLATES)[1]
    page = logged_in(manager.user).get(f"/g/here/messages/of-booking/{booking.reference}/").content.decode()
    assert "Several cars booked" in page
