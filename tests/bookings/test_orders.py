"""Extras on a booking: ordered, confirmed, cancelled; the booking's lines and time follow."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bookings.enums import OrderState, Status
from bookings.errors import BookingError, SlotTaken
from bookings.models import Booking, Order
from bookings.services import cancel, complete, confirm, edit_booking, start_service
from bookings.services.orders import cancel_order, confirm_order, order_extra, reopen_order
from bookings.services.undo import undo
from garages import formats
from garages.models import Bay, Garage, Membership, Service
from garages.setup import ServiceInfo, Setup, load_setup
from garages.tenancy.context import tenant
from tests.bookings.acts import act, fresh
from tests.factories.bookings import make_booking, service_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def extra(inside: Garage) -> Service:
    return Service.objects.create(name="Valet", minutes=60, price=4_500, is_extra=True, position=9)


@pytest.fixture
def booking(inside: Garage, extra: Service) -> Booking:
    return make_booking(inside, "10:00")


def _valet(garage: Garage) -> ServiceInfo:
    return service_named(load_setup(garage), "Valet")


def _order(booking: Booking, by: Membership | None = None) -> Order:
    return order_extra(booking, _valet(booking.garage), setup=load_setup(booking.garage), by=by)


def _lines(booking: Booking) -> list[tuple[str, int]]:
    return [(line.name, line.price) for line in booking.lines.all()]


# --- The life of an order -------------------------------------------------------------------------------------------
def test_ordered_it_waits_and_changes_nothing_of_the_booking(booking: Booking) -> None:
    order = _order(booking)
    assert (order.state, order.price, order.name) == (OrderState.RECEIVED, 4_500, "Valet")
    assert (fresh(booking).version, _lines(booking)) == (booking.version, [("Brake check", 2_500)])


def test_confirmed_it_is_a_line_at_the_price_ordered_and_takes_its_time(
    booking: Booking, extra: Service, receptionist: Membership
) -> None:
    order = _order(booking)
    Service.objects.filter(pk=extra.pk).update(price=9_900)
    for _time in range(2):
        order = confirm_order(order, setup=load_setup(booking.garage), by=receptionist)
    changed = fresh(booking)
    assert (order.state, order.answered_by) == (OrderState.CONFIRMED, receptionist.user)
    assert _lines(changed) == [("Brake check", 2_500), ("Valet", 4_500)]
    assert (changed.ends_at - booking.ends_at).total_seconds() == 3_600
    assert changed.version == booking.version + 1
    assert "valet" in changed.search_text


def test_cancelled_the_line_and_its_time_are_taken_off(booking: Booking, manager: Membership) -> None:
    setup = load_setup(booking.garage)
    order = confirm_order(_order(booking), setup=setup, by=manager)
    for _time in range(2):
        order = cancel_order(order, setup=setup, by=manager)
    assert (order.state, _lines(booking)) == (OrderState.CANCELLED, [("Brake check", 2_500)])
    assert fresh(booking).ends_at == booking.ends_at
    with pytest.raises(BookingError, match="was cancelled"):
        confirm_order(order, setup=setup, by=manager)
    assert _order(booking).pk != order.pk  # ordered again


def test_ordered_twice_it_is_one(booking: Booking) -> None:
    assert _order(booking).pk == _order(booking).pk


def test_extra_that_confirms_itself(booking: Booking, extra: Service) -> None:
    Service.objects.filter(pk=extra.pk).update(orders_confirmed=True)
    order = _order(booking)
    assert (order.state, order.answered_by, len(_lines(booking))) == (OrderState.CONFIRMED, None, 2)


def _fill(garage: Garage) -> None:
    """Somebody else comes right after, in the only bay."""
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    make_booking(garage, "10:30", phone="07700 900124")


def test_without_time_for_it_the_team_decides(booking: Booking, extra: Service, manager: Membership) -> None:
    _fill(booking.garage)
    Service.objects.filter(pk=extra.pk).update(orders_confirmed=True)
    order = _order(booking)
    assert (order.state, len(_lines(booking))) == (OrderState.RECEIVED, 1)
    with pytest.raises(SlotTaken, match="no time left for it"), transaction.atomic():
        confirm_order(order, setup=load_setup(booking.garage), by=manager)
    assert (Order.objects.get().state, len(_lines(booking))) == (OrderState.RECEIVED, 1)


def test_a_request_may_have_extras_too(booking: Booking, manager: Membership) -> None:
    Booking.objects.filter(pk=booking.pk).update(status=Status.REQUESTED, bay=None)
    confirm_order(_order(booking), setup=load_setup(booking.garage), by=manager)
    changed = fresh(booking)
    assert (changed.bay, (changed.ends_at - booking.ends_at).total_seconds()) == (None, 3_600)


# --- Refused --------------------------------------------------------------------------------------------------------
def test_what_is_no_extra_is_refused(booking: Booking) -> None:
    setup = load_setup(booking.garage)
    with pytest.raises(BookingError, match="no extra"):
        order_extra(booking, service_named(setup, "Full service"), setup=setup, by=None)


def test_a_booking_that_is_over_takes_nothing_and_gives_nothing_back(booking: Booking, manager: Membership) -> None:
    setup = load_setup(booking.garage)
    order = confirm_order(_order(booking), setup=setup, by=manager)
    for verb in (confirm, start_service, complete):
        verb(booking, by=manager)
    with pytest.raises(BookingError, match="over"), transaction.atomic():
        cancel_order(order, setup=setup, by=manager)
    Order.objects.all().delete()
    with pytest.raises(BookingError, match="over"):
        _order(booking)


# --- The booking's own changes --------------------------------------------------------------------------------------
def _edit(booking: Booking, setup: Setup, by: Membership, *names: str) -> Booking:
    facts: dict[str, Any] = {"vehicle": None, "vehicle_type": setup.vehicle_types[0], "technician": None}
    booking = fresh(booking)
    return edit_booking(
        booking,
        version=booking.version,
        setup=setup,
        by=by,
        services=[service_named(setup, name) for name in names],
        starts_at=booking.starts_at,
        workshop_notes="",
        internal_notes="",
        priority=booking.priority,  # type: ignore[arg-type]
        drop_off=booking.drop_off,  # type: ignore[arg-type]
        **facts,
    )


def test_line_taken_off_by_hand_cancels_the_order(booking: Booking, manager: Membership) -> None:
    setup = load_setup(booking.garage)
    order = confirm_order(_order(booking), setup=setup, by=manager)
    _edit(booking, setup, manager, "Brake check")
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED


def test_line_put_on_by_hand_confirms_it(booking: Booking, manager: Membership) -> None:
    setup = load_setup(booking.garage)
    order = _order(booking)
    _edit(booking, setup, manager, "Brake check", "Valet")
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_undo_takes_a_confirmation_and_a_cancellation_back(garage: Garage, manager: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        Service.objects.create(name="Valet", minutes=60, price=4_500, is_extra=True, position=9)
        setup, booking = load_setup(garage), make_booking(garage, "10:00")

    def stands() -> tuple[str, int]:
        with tenant(garage.pk), transaction.atomic():
            return Order.objects.get().state, len(_lines(booking))

    with tenant(garage.pk), transaction.atomic():
        order = _order(booking)
    act(booking, lambda _booking: confirm_order(order, setup=setup, by=manager))
    act(booking, undo, version=fresh(booking).version, by=manager)
    assert stands() == (OrderState.RECEIVED, 1)
    act(booking, lambda _booking: confirm_order(order, setup=setup, by=manager))
    act(booking, lambda _booking: cancel_order(order, setup=setup, by=manager))
    assert stands() == (OrderState.CANCELLED, 1)
    act(booking, undo, version=fresh(booking).version, by=manager)
    assert stands() == (OrderState.CONFIRMED, 2)


# --- The page -------------------------------------------------------------------------------------------------------
def test_added_confirmed_and_cancelled_on_the_page(
    booking: Booking, extra: Service, desk_client: Client, garage: Garage
) -> None:
    page = f"/g/here/bookings/{booking.reference}/"
    assert "Valet" in desk_client.get(page).content.decode()
    assert desk_client.post(f"{page}extras/add/", {"extra": extra.public_id}).headers["Location"] == page
    with tenant(garage.pk):
        order = Order.objects.get()
    for verb, said in (("confirm", "Valet is confirmed."), ("cancel", "Valet is cancelled.")):
        answer = desk_client.post(f"/g/here/orders/{order.public_id}/{verb}/", follow=True)
        assert said in answer.content.decode()


@pytest.mark.parametrize("extra", ["", "nonsense"])
def test_nothing_that_is_no_service_of_ours_is_added(booking: Booking, desk_client: Client, extra: str) -> None:
    address = f"/g/here/bookings/{booking.reference}/extras/add/"
    assert "Choose an extra." in desk_client.post(address, {"extra": extra}, follow=True).content.decode()


def test_a_refusal_is_said(booking: Booking, desk_client: Client, manager: Membership) -> None:
    order = _order(booking)
    cancel(booking, by=manager, reason="Ill")
    answer = desk_client.post(f"/g/here/orders/{order.public_id}/confirm/", follow=True)
    assert "This booking is over" in answer.content.decode()


# --- The page of all orders -----------------------------------------------------------------------------------------
ORDERS = "/g/here/orders/"


def _rows(client: Client, **state: str) -> list[str]:
    page = client.get(ORDERS, state).content.decode()
    return re.findall(r'<tr role="row" id="order-([^"]+)"', page)


def test_all_orders_newest_first_by_state_and_by_words(
    booking: Booking, desk_client: Client, manager: Membership
) -> None:
    other = make_booking(booking.garage, "14:00", phone="07700 900124", first_name="Grace")
    first, second = _order(booking), _order(other)
    confirm_order(second, setup=load_setup(booking.garage), by=manager)
    keys = [str(order.public_id) for order in (second, first)]
    assert _rows(desk_client) == keys
    assert [_rows(desk_client, state=state) for state in OrderState.values] == [keys[1:], keys[:1], []]
    assert [_rows(desk_client, q=words) for words in ("grace", "valet", "nothing")] == [keys[:1], keys, []]


def test_a_row_says_who_ordered_what_for_how_much_and_when(booking: Booking, desk_client: Client) -> None:
    order = _order(booking)
    page = desk_client.get(ORDERS).content.decode()
    cells = [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in re.findall(r"<td.*?</td>", page, re.DOTALL)]
    ordered = formats.moment(order.ordered_at.astimezone(booking.garage.zone), formats.locale_of(booking.garage))
    assert cells[2:6] == ["Extra", "£45.00", ordered, "Received"]
    assert (booking.customer.name in cells[0], cells[1].startswith("Valet")) == (True, True)


def test_the_menu_counts_what_waits(booking: Booking, desk_client: Client, manager: Membership) -> None:
    order = _order(booking)

    def counted(page: str) -> int:
        entries = desk_client.get(page).context["nav"][0]["items"]
        return next(entry["count"] for entry in entries if entry["url"] == ORDERS)

    assert {counted(page) for page in (ORDERS, "/g/here/desk/", "/g/here/requests/")} == {1}
    confirm_order(order, setup=load_setup(booking.garage), by=manager)
    assert counted(ORDERS) == 0


def test_answered_on_the_page_the_list_stays_as_it_was(booking: Booking, desk_client: Client) -> None:
    order = _order(booking)
    confirm = f"{ORDERS}{order.public_id}/confirm/?state=received"
    plain = desk_client.post(confirm, {"list": "on"})
    assert plain.headers["Location"] == f"{ORDERS}?state=received"
    cancel = f"{ORDERS}{order.public_id}/cancel/?state=cancelled"
    part = desk_client.post(cancel, {"list": "on"}, headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in part, f'id="order-{order.public_id}"' in part, "Valet is cancelled." in part) == (
        False,
        True,
        True,
    )


def test_cancelled_by_mistake_it_waits_again(booking: Booking, desk_client: Client, manager: Membership) -> None:
    order = _order(booking)
    order = cancel_order(order, setup=load_setup(booking.garage), by=manager)
    for _time in range(2):
        order = reopen_order(order, by=manager)
    assert (order.state, order.answered_at, order.answered_by) == (OrderState.RECEIVED, None, None)
    cancel_order(order, setup=load_setup(booking.garage), by=manager)
    _order(booking)
    with pytest.raises(BookingError, match="ordered already"):
        reopen_order(order, by=manager)


def test_the_page_costs_as_many_queries_whatever_is_ordered(
    booking: Booking, desk_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _order(booking)
    desk_client.get(ORDERS)
    for hour in ("12:00", "14:00"):
        with django_assert_num_queries(8):
            desk_client.get(ORDERS)
        _order(make_booking(booking.garage, hour, phone=f"07700 9001{hour[:2]}", first_name="Grace"))
