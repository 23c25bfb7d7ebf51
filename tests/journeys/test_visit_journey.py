"""A customer on the phone: opens the link of a message, says to be there, takes another time, cancels, takes it back.
No log-in, no script. The desk sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.links import token_of
from bookings.models import Booking
from garages import formats
from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking, next_open_day
from tests.factories.fleet import make_vehicle
from tests.journeys.axe import look_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def booking(garage: Garage) -> Booking:
    garage.phone, garage.languages, garage.notice_to_move = "020 7946 0000", ["en", "fr"], 60
    garage.save()
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "10:00", day=next_open_day(garage, after=3))
        booking.vehicle = make_vehicle(booking.customer, registration="AB12 CDE")
        booking.save()
        return booking


@pytest.fixture
def address(garage: Garage, booking: Booking, live_server: LiveServer) -> str:
    return f"{live_server.url}/b/{token_of(booking, garage)}/"


def test_customer_keeps_moves_cancels_and_takes_back(
    browser: Browser, garage: Garage, address: str, log_in: Callable[[Role], Page], booking: Booking
) -> None:
    phone = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}, locale="en-GB")
    page = phone.new_page()
    page.goto(address)
    page.get_by_role("button", name="I will be there").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you. We expect you.")

    page.get_by_role("link", name="Choose another time").click()
    day = formats.day(next_open_day(garage, after=3), formats.locale_of(garage, "en"), long=True)
    page.get_by_role("radio", name=f"{day}, 14:30").check()
    page.get_by_role("button", name="Change to this time").click()
    expect(page.get_by_role("status")).to_contain_text("Done: your booking has a new time.")
    expect(page.get_by_text(f"{day}, 14:30")).to_be_visible()

    page.get_by_role("link", name="Cancel booking").click()
    page.get_by_label("Reason").fill("The car is sold")
    page.get_by_role("button", name="Cancel booking").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your booking is cancelled")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Done: it is as it was before.")
    expect(page.get_by_role("button", name="I will be there")).to_be_visible()
    assert phone.cookies() == []
    phone.close()

    desk = log_in(Role.RECEPTIONIST)
    desk.goto(desk.url.partition("/g/")[0] + f"/g/here/bookings/{booking.reference}/")
    expect(desk.get_by_text("The customer cancelled the booking")).to_be_visible()
    expect(desk.get_by_text("The customer moved the booking")).to_be_visible()


@pytest.mark.parametrize("below", ["", "move/", "cancel/"])
def test_pages_are_accessible_and_narrow_enough(page: Page, address: str, below: str) -> None:
    assert look_at(page, address + below) == {}
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
