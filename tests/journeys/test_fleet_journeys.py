"""Several vehicles of one company at the desk: keys counted as in test_keystrokes.py, and what a browser adds to it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from bookings.models import Booking, QueueEntry
from customers.models import Customer
from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant
from integrations.vehicles import answers
from tests.factories.customers import make_business
from tests.factories.fleet import make_vehicle
from tests.journeys.axe import serious
from tests.journeys.test_keystrokes import Hands

pytestmark = pytest.mark.django_db(transaction=True)
LogIn = Callable[[Role], Page]
PLATES = ["EX70 LVA", "EX70 LVB", "EX70 LVC", "EX70 LVD", "EX70 LVE"]


@pytest.fixture
def couriers(garage: Garage) -> Customer:
    with tenant(garage.pk), transaction.atomic():
        return make_business("Northgate Couriers", phone="020 7946 0112", first_name="Renée", last_name="Castell")


def _booked(garage: Garage) -> list[Booking]:
    with tenant(garage.pk), transaction.atomic():
        return list(Booking.objects.select_related("customer", "vehicle").prefetch_related("lines").order_by("pk"))


def _bare(plate: str) -> str:
    return plate.replace(" ", "").lower()


def test_five_new_cars_take_fifty_five_keys_at_most(log_in: LogIn, garage: Garage, couriers: Customer) -> None:
    hands = Hands(log_in(Role.RECEPTIONIST))
    hands.press("/")
    hands.type("nort")
    hands.press("Enter")
    for plate in PLATES:
        hands.type(_bare(plate))
        hands.press("Enter")
    hands.press("Enter")
    hands.type("bc")
    hands.press("Enter", "Control+Enter")
    expect(hands.page.get_by_role("status").filter(has_text="Booked: 5 vehicles of Northgate Couriers")).to_be_visible()
    assert (hands.keys, hands.clicks) == (52, 0)
    bookings = _booked(garage)
    assert [booking.vehicle.registration for booking in bookings if booking.vehicle] == [
        plate.replace(" ", "") for plate in PLATES
    ]
    assert {(booking.customer_id, booking.lines.all()[0].name) for booking in bookings} == {
        (couriers.pk, "Brake check")
    }


def test_five_cars_of_the_fleet_take_twenty_two_keys(log_in: LogIn, garage: Garage, couriers: Customer) -> None:
    with tenant(garage.pk), transaction.atomic():
        for plate in [*PLATES, "EX70 LVF"]:
            make_vehicle(couriers, plate)
    hands = Hands(log_in(Role.RECEPTIONIST))
    hands.press("/")
    hands.type("nort")
    hands.press("Enter")
    for _car in PLATES:
        hands.press("ArrowDown", "Space")
    hands.press("Enter")
    hands.type("bc")
    hands.press("Enter", "Control+Enter")
    expect(hands.page.get_by_role("status").filter(has_text="Booked: 5 vehicles of Northgate Couriers")).to_be_visible()
    assert (hands.keys, hands.clicks) == (22, 0)
    assert len({booking.vehicle_id for booking in _booked(garage)}) == 5


def test_pasted_plates_are_queued_looked_up_and_still_there_after_a_reload(
    log_in: LogIn, garage: Garage, couriers: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "hand_over", lambda _task, pk, **_more: answers.answer(pk))
    page = log_in(Role.RECEPTIONIST)
    page.keyboard.press("/")
    page.keyboard.type("nort")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Registration")).to_be_focused()
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const init = { clipboardData: data, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", init));
        }""",
        "BD18 SMR\nEX70 LVA\n",
    )
    queue = page.get_by_role("group", name="Queue").get_by_role("listitem")
    expect(queue).to_have_count(2)
    expect(queue.first).to_contain_text("Ford Focus")
    page.reload()
    expect(queue).to_have_count(2)
    expect(page.get_by_label("Company")).to_have_value("Northgate Couriers")
    expect(page.get_by_role("radio", name="Business")).to_be_checked()


def test_rows_are_duplicated_removed_and_cleared(log_in: LogIn, garage: Garage) -> None:
    """With a company that is added in place, and the mouse."""
    page = log_in(Role.RECEPTIONIST)
    page.get_by_role("radio", name="Business", exact=True).check()
    page.get_by_label("Company").fill("Able Plumbing")
    page.get_by_label("Registration").fill("EX70 LVA")
    page.get_by_role("button", name="Add to queue").click()
    queue = page.get_by_role("group", name="Queue").get_by_role("listitem")
    expect(queue).to_have_count(1)
    queue.get_by_role("button", name="Duplicate", exact=True).click()
    expect(queue).to_have_count(2)
    page.get_by_text("Each vehicle", exact=True).click()
    expect(queue.first.get_by_role("combobox")).to_be_visible()
    assert serious(page) == []
    queue.nth(1).get_by_role("textbox").fill("EX70 LVB")
    queue.nth(1).get_by_role("textbox").press("Tab")
    expect(queue.nth(1)).to_contain_text("EX70 LVB")
    queue.first.get_by_role("button", name="Remove", exact=True).click()
    expect(queue).to_have_count(1)
    page.get_by_role("button", name="Clear queue").click()
    expect(queue).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Create booking"))).to_be_visible()
    with tenant(garage.pk), transaction.atomic():
        assert not QueueEntry.objects.exists()


def test_an_undone_batch_stands_in_the_form_again(log_in: LogIn, garage: Garage, couriers: Customer) -> None:
    hands = Hands(log_in(Role.RECEPTIONIST))
    page = hands.page
    _queue_and_submit(hands)
    expect(page.locator(".batch li")).to_have_count(3)
    page.get_by_role("button", name="Undo").click()
    queue = page.get_by_role("group", name="Queue").get_by_role("listitem")
    expect(queue).to_have_count(3)
    expect(page.get_by_label("Company")).to_have_value("Northgate Couriers")
    expect(page.get_by_label("Service", exact=True)).not_to_have_value("")
    page.get_by_role("button", name="Submit all").click()
    expect(page.locator(".batch li")).to_have_count(3)
    assert len(_booked(garage)) == 6


def test_who_types_on_after_a_batch_is_not_disturbed_by_its_undo(
    log_in: LogIn, garage: Garage, couriers: Customer
) -> None:
    hands = Hands(log_in(Role.RECEPTIONIST))
    page = hands.page
    _queue_and_submit(hands)
    page.get_by_label("First name").fill("Nadia")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").filter(has_text="in the queue again")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Nadia")


def test_a_lost_line_loses_no_plate(log_in: LogIn, garage: Garage, couriers: Customer) -> None:
    """What could not be sent stands in the field again; what was queued before is still there."""
    page = log_in(Role.RECEPTIONIST)
    _choose_couriers(page)
    page.keyboard.type("ex70lva")
    page.keyboard.press("Enter")
    queue = page.get_by_role("group", name="Queue").get_by_role("listitem")
    expect(queue).to_have_count(1)
    page.context.set_offline(True)
    for plate in ("ex70lvb", "ex70lvc"):
        page.keyboard.type(plate)
        page.keyboard.press("Enter")
    expect(page.get_by_label("Registration")).to_have_value(re.compile("ex70lvb\\s+ex70lvc"))
    page.context.set_offline(False)
    page.get_by_label("Registration").press("Enter")
    expect(queue).to_have_count(3)
    expect(page.get_by_label("Registration")).to_have_value("")
    page.reload()
    expect(queue).to_have_count(3)


def _choose_couriers(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("nort")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Registration")).to_be_focused()


def _queue_and_submit(hands: Hands) -> None:
    _choose_couriers(hands.page)
    for plate in PLATES[:3]:
        hands.type(_bare(plate))
        hands.press("Enter")
    hands.press("Enter")
    hands.type("bc")
    hands.press("Enter", "Control+Enter")
    expect(hands.page.get_by_role("button", name="Undo")).to_be_visible()
