"""Find and go: Ctrl K on any page, whatever is said first, and there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Booking
from fleet.models import Vehicle
from fleet.services import create_vehicle
from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking
from tests.journeys.axe import serious

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada(garage: Garage) -> tuple[Booking, Vehicle]:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "08:00")
        car = create_vehicle(customer=booking.customer, registration_typed="AB12 CDE", make="Ford", model="Focus")
        return booking, car


@pytest.fixture
def page_of_invoices(log_in: Callable[[Role], Page], live_server: LiveServer, ada: tuple[Booking, Vehicle]) -> Page:
    page = log_in(Role.RECEPTIONIST)
    page.goto(f"{live_server.url}/g/here/invoices/")
    return page


def _box(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Find and go").get_by_role("combobox", name="Find and go")


@pytest.mark.parametrize("said", ["0123", "ab12", "byron", "reference"])
def test_what_is_said_leads_there(page_of_invoices: Page, ada: tuple[Booking, Vehicle], said: str) -> None:
    page, (booking, car) = page_of_invoices, ada
    page.keyboard.press("Control+k")
    expect(_box(page)).to_be_focused()
    page.keyboard.type(booking.reference if said == "reference" else said)
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    expect(_box(page)).to_have_attribute("aria-activedescendant", re.compile("^going-"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    where = {
        "ab12": f"/g/here/vehicles/{car.public_id}/",
        "reference": f"/g/here/bookings/{booking.reference}/",
    }.get(said, f"/g/here/customers/{booking.customer.public_id}/")
    page.wait_for_url(f"**{where}")


def test_escape_leaves_and_gives_the_focus_back_with_what_was_typed(
    log_in: Callable[[Role], Page], ada: tuple[Booking, Vehicle]
) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.evaluate("localStorage.setItem('single-keys', 'off')")
    phone = page.get_by_label("Phone number")
    phone.fill("07700 9")
    page.keyboard.press("Control+k")
    page.keyboard.type("byron")
    expect(page.get_by_role("option", name=re.compile("Ada Byron"))).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(_box(page)).to_have_count(0)
    expect(phone).to_be_focused()
    expect(phone).to_have_value("07700 9")


def test_nothing_found_is_said_and_nobody_is_made(page_of_invoices: Page) -> None:
    page_of_invoices.get_by_role("button", name="Find and go").click()
    page_of_invoices.keyboard.type("nobody of that name")
    expect(page_of_invoices.get_by_text("Nothing found")).to_be_visible()
    expect(page_of_invoices.get_by_role("option")).to_have_count(0)


def test_technicians_have_none(log_in: Callable[[Role], Page], ada: tuple[Booking, Vehicle]) -> None:
    page = log_in(Role.TECHNICIAN)
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()
    expect(page.get_by_role("button", name="Find and go")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_have_count(0)
