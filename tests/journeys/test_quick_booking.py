"""Quick booking from any page: the desk's form in a drawer, that traps the focus, keeps what was typed and books."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Booking
from fleet.services import create_vehicle
from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import make_booking
from tests.factories.garages import make_member
from tests.garage_desk.machine import until
from tests.journeys.axe import PHONE, serious

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = "JSON.stringify(sessionStorage)"


@pytest.fixture
def ada(garage: Garage) -> Booking:
    """A returning customer with a car."""
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "08:00")
        create_vehicle(customer=booking.customer, registration_typed="AB12 CDE", make="Ford", model="Focus")
        return booking


@pytest.fixture
def customers(log_in: Callable[[Role], Page], live_server: LiveServer, ada: Booking) -> Page:
    """The list of customers, as a receptionist sees it."""
    page = log_in(Role.RECEPTIONIST)
    page.goto(f"{live_server.url}/g/here/customers/")
    return page


def _drawer(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Quick booking")


def _phone(page: Page) -> Locator:
    return _drawer(page).get_by_label("Phone number")


def test_keys_alone_book_and_the_list_shows_it(customers: Page, garage: Garage, ada: Booking) -> None:
    customers.keyboard.press("q")
    customers.keyboard.type("0123")  # no need to wait for the form
    expect(_drawer(customers).get_by_role("option", name=re.compile("Ada Byron"))).to_be_visible()
    customers.keyboard.press("Enter")
    expect(_drawer(customers).get_by_label("Registration")).to_have_value("AB12 CDE")
    expect(_drawer(customers).get_by_label("Service", exact=True)).to_be_focused()
    customers.keyboard.type("Brake")
    expect(_drawer(customers).get_by_role("radiogroup", name="Time").get_by_role("radio").first).to_be_checked()
    customers.keyboard.press("Control+Enter")
    customers.wait_for_url(re.compile(r"/g/here/bookings/\?new="))
    expect(customers.get_by_role("status").filter(has_text="Booked: Ada Byron")).to_be_visible()
    with tenant(garage.pk), transaction.atomic():
        made = Booking.objects.exclude(pk=ada.pk).get()
    expect(customers.locator("tr.is-new")).to_have_id(f"booking-{made.reference}")
    customers.keyboard.press("q")
    expect(_phone(customers)).to_have_value("")


def test_escape_keeps_the_draft_and_gives_the_focus_back(customers: Page, live_server: LiveServer) -> None:
    customers.keyboard.press("q")
    expect(_phone(customers)).to_be_focused()
    customers.keyboard.type("07700 900456")
    _drawer(customers).get_by_label("Service", exact=True).focus()
    customers.keyboard.type("Brake")
    expect(_drawer(customers).get_by_role("radiogroup", name="Time").get_by_role("radio").first).to_be_checked()
    customers.keyboard.press("Escape")
    expect(_drawer(customers)).to_be_hidden()
    expect(customers.get_by_role("button", name="Quick booking")).to_be_focused()

    customers.goto(f"{live_server.url}/g/here/planner/")
    customers.keyboard.press("q")
    expect(_phone(customers)).to_have_value("07700 900456")
    expect(_drawer(customers).get_by_label("Service", exact=True).locator("option:checked")).to_contain_text(
        "Brake check"
    )
    customers.keyboard.press("Alt+r")
    expect(_phone(customers)).to_have_value("")
    customers.keyboard.press("Escape")
    customers.keyboard.press("q")
    expect(_phone(customers)).to_be_focused()
    expect(_phone(customers)).to_have_value("")


def test_logging_out_forgets_the_draft(customers: Page) -> None:
    customers.keyboard.press("q")
    expect(_phone(customers)).to_be_focused()
    customers.keyboard.type("07700 900456")
    customers.keyboard.press("Escape")
    until(lambda: "900456" in customers.evaluate(KEPT))
    customers.get_by_role("button", name=re.compile("Receptionist")).click()
    customers.get_by_role("button", name="Log out").click()
    customers.wait_for_url("**/login/**")
    assert "900456" not in customers.evaluate(KEPT)


def test_the_focus_stays_in_the_drawer(customers: Page) -> None:
    customers.keyboard.press("q")
    expect(_phone(customers)).to_be_focused()
    for _press in range(60):
        customers.keyboard.press("Tab")
        assert customers.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('#quick')"
        )
    assert serious(customers) == []


def test_over_a_form_with_the_same_fields(customers: Page, live_server: LiveServer, ada: Booking) -> None:
    customers.goto(f"{live_server.url}/g/here/customers/{ada.customer.public_id}/edit/")
    own = customers.locator("main").get_by_label("First name")
    customers.get_by_role("button", name="Quick booking").click()
    _drawer(customers).get_by_label("First name").fill("Priya")
    assert serious(customers) == []
    customers.get_by_role("button", name="Close").click()
    expect(customers.get_by_role("button", name="Quick booking")).to_be_focused()
    expect(own).to_have_value("Ada")


def test_on_a_phone_it_is_a_sheet_with_errors_in_sight(customers: Page) -> None:
    customers.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    customers.get_by_role("link", name="New", exact=True).click()
    _drawer(customers).get_by_role("button", name="Create booking").click()
    expect(_drawer(customers).get_by_role("alert").filter(has_text="A name is needed").first).to_be_in_viewport()
    box = _drawer(customers).bounding_box()
    assert box
    assert box["width"] == PHONE["width"]
    assert serious(customers) == []


def test_what_fails_is_said_and_can_be_tried_again(page: Page, live_server: LiveServer, garage: Garage) -> None:
    session = logged_in(make_member(garage, Role.RECEPTIONIST).user).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
    page.route(
        "**/desk/quick/", lambda route: route.abort(), times=1
    )  # before the page is there, or one may slip through
    page.goto(f"{live_server.url}/g/here/bookings/")
    page.keyboard.press("q")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    with page.expect_response("**/bookings/"):  # that the list comes anew by itself takes nothing back
        page.evaluate("document.body.dispatchEvent(new CustomEvent('live-bookings'))")
    page.get_by_role("button", name="Try again").click()
    expect(_phone(page)).to_be_focused()
