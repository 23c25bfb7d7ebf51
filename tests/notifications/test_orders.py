"""What is told of orders: received, confirmed, cancelled, with a copy for the garage (ORD-4, ORD-5, ORD-7, ORD-8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from bookings.models import Booking, Order
from bookings.services import cancel
from bookings.services.orders import cancel_order, confirm_order, order_extra
from garages.models import Garage, Membership, Service
from garages.setup import Setup, load_setup
from notifications.channels import Outgoing
from notifications.channels.email import build
from notifications.enums import ORDERS, Audience, State
from notifications.models import Message, MessageSettings
from notifications.tasks import sweep
from tests.factories.bookings import make_booking, service_named
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def setup(inside: Garage) -> Setup:
    MessageSettings.objects.create(copy_to="orders@here.example")
    for name in ("Valet", "Wiper blades"):
        Service.objects.create(name=name, minutes=10, price=2_400, is_extra=True, position=9)
    return load_setup(inside)


@pytest.fixture
def booking(inside: Garage, setup: Setup) -> Booking:
    customer = make_customer(phone="07700 900123", email="priya@nair.example")
    return make_booking(inside, "10:00", customer=customer, services=["Full service"])


def _order(booking: Booking, setup: Setup, name: str = "Wiper blades") -> Order:
    return order_extra(booking, service_named(setup, name), setup=setup, by=None)


def _later() -> list[tuple[str, str]]:
    """What has been sent of orders once the time to undo is over: kind, to whom."""
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        sweep()
    rows = Message.objects.filter(kind__in=ORDERS, state=State.SENT).order_by("pk")
    return [(row.kind, row.to) for row in rows]


def test_each_step_is_told_to_the_customer_and_the_copy_address(
    booking: Booking, setup: Setup, manager: Membership
) -> None:
    order = _order(booking, setup)
    _later()
    confirm_order(order, setup=setup, by=manager)
    _later()
    cancel_order(order, setup=setup, by=manager)
    assert _later() == [
        (f"order_{step}", to)
        for step in ("received", "confirmed", "cancelled")
        for to in ("priya@nair.example", "orders@here.example")
    ]
    first = Message.objects.filter(kind__in=ORDERS).earliest("pk")
    assert first.subject == "We have your order: Wiper blades"
    assert "Wiper blades, £24.00" in first.text


def test_two_extras_are_told_apart(booking: Booking, setup: Setup) -> None:
    _order(booking, setup)
    _order(booking, setup, "Valet")
    assert len(_later()) == 4


def test_confirmed_at_once_only_that_is_told(booking: Booking, setup: Setup, manager: Membership) -> None:
    confirm_order(_order(booking, setup), setup=setup, by=manager)
    assert {kind for kind, _to in _later()} == {"order_confirmed"}


def test_taken_back_at_once_nothing_is_told(booking: Booking, setup: Setup, manager: Membership) -> None:
    cancel_order(_order(booking, setup), setup=setup, by=manager)
    assert _later() == []


def test_nothing_is_told_of_a_visit_that_is_off(booking: Booking, setup: Setup, manager: Membership) -> None:
    _order(booking, setup)
    cancel(booking, by=manager, reason="Ill")
    assert _later() == []


def test_answering_the_copy_reaches_the_customer(booking: Booking, setup: Setup) -> None:
    _order(booking, setup)
    copy = Message.objects.get(audience=Audience.COPY, kind__in=ORDERS)
    assert build(Outgoing.of(copy, booking.garage)).reply_to == ["priya@nair.example"]
