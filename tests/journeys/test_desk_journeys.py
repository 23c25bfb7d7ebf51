"""The receptionist's work in a browser: keyboard first, wrong input, two garages' worth of care."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.enums import Status
from bookings.models import Booking
from fleet.services import create_vehicle
from garages.enums import Role
from garages.models import Bay, Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking, next_open_day

pytestmark = pytest.mark.django_db(transaction=True)
LogIn = Callable[[Role], Page]


@pytest.fixture
def ada(garage: Garage) -> Booking:
    """A returning customer with a car."""
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "08:00")
        create_vehicle(customer=booking.customer, registration_typed="AB12 CDE", make="Ford", model="Focus")
        return booking


@pytest.fixture
def bays(garage: Garage) -> int:
    with tenant(garage.pk), transaction.atomic():
        Bay.objects.filter(name="MOT bay").update(is_active=False)
        return Bay.objects.filter(is_active=True).count()


def _bookings(garage: Garage) -> list[Booking]:
    with tenant(garage.pk), transaction.atomic():
        return list(Booking.objects.select_related("customer", "vehicle").order_by("pk"))


def _choose(page: Page, label: str, option: str) -> None:
    """Choose the option whose text contains `option`."""
    field = page.get_by_label(label, exact=True)
    value = field.locator("option", has_text=option).get_attribute("value")
    assert value
    field.select_option(value)


def test_log_in_lands_on_the_desk(log_in: LogIn, garage: Garage) -> None:
    page = log_in(Role.RECEPTIONIST)
    expect(page).to_have_url(re.compile(r"/g/here/desk/$"))
    expect(page.get_by_role("heading", name="Bookings")).to_be_attached()
    expect(page.get_by_role("heading", name="New booking")).to_be_visible()
    for name in ["Customer", "Service", "Scheduled", "Status"]:
        expect(page.get_by_role("columnheader", name=name)).to_have_count(0)  # an empty desk shows no table


def test_returning_caller_is_booked_with_the_keyboard_alone(log_in: LogIn, garage: Garage, ada: Booking) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.keyboard.press("n")
    expect(page.get_by_label("Phone number")).to_be_focused()
    page.keyboard.type("0123")
    expect(page.get_by_role("option", name=re.compile("Ada Byron"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("First name")).to_have_value("Ada")
    expect(page.get_by_label("Registration")).to_have_value("AB12 CDE")
    expect(page.get_by_label("Service", exact=True)).to_be_focused()
    page.keyboard.type("Brake")
    expect(page.get_by_role("radiogroup", name="Time", exact=True).get_by_role("radio").first).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Booked: Ada Byron")).to_be_visible()
    expect(page.get_by_label("Phone number")).to_be_focused()
    expect(page.get_by_label("Phone number")).to_have_value("")

    made = _bookings(garage)[-1]
    assert made.pk != ada.pk
    assert (made.customer_id, made.vehicle.registration if made.vehicle else "") == (ada.customer_id, "AB12CDE")
    expect(page.locator(f"#booking-{made.reference}")).to_be_visible()


def test_new_caller_is_booked(log_in: LogIn, garage: Garage) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("Phone number").fill("07700 900456")
    page.get_by_label("First name").fill("Priya")
    page.get_by_label("Last name").fill("Nair")
    page.get_by_label("Registration").fill("lr19 kxp")
    page.get_by_label("Make", exact=True).select_option("Volkswagen")
    page.get_by_label("Model", exact=True).select_option("Golf")
    page.get_by_role("radio", name="Van", exact=True).check()
    expect(page.locator("option", has_text="Full service · 2 h · £249.00")).to_be_attached()
    _choose(page, "Service", "Full service")
    page.get_by_role("button", name="Add notes").click()
    page.get_by_label("Notes", exact=True).fill("Pulls to the left")
    page.get_by_role("button", name="Create booking").click()
    expect(page.get_by_role("status").filter(has_text="Booked: Priya Nair")).to_be_visible()
    (made,) = _bookings(garage)
    assert made.vehicle is not None
    assert (made.vehicle.make, made.vehicle.model, made.workshop_notes) == ("Volkswagen", "Golf", "Pulls to the left")
    expect(page.get_by_role("cell", name=re.compile("^Priya Nair"))).to_be_visible()


def test_wrong_input_stands_next_to_its_field_and_nothing_is_lost(log_in: LogIn, garage: Garage) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("Phone number").fill("07700 900456")
    page.get_by_label("Email").fill("priya@")
    page.get_by_role("button", name="Create booking").click()
    expect(page.get_by_role("alert").filter(has_text="A name is needed").first).to_be_visible()
    expect(page.get_by_label("First name")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Phone number")).to_have_value("07700 900456")
    expect(page.get_by_label("Email")).to_have_value("priya@")
    assert _bookings(garage) == []


def test_time_taken_meanwhile_changes_nothing_but_the_times(
    log_in: LogIn, garage: Garage, ada: Booking, bays: int
) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("First name").fill("Priya")
    _choose(page, "Service", "Full service")
    chosen = page.get_by_role("radiogroup", name="Time").get_by_role("radio").first
    expect(chosen).to_be_checked()
    start = chosen.get_attribute("value") or ""
    page.get_by_role("button", name="Add notes").click()
    page.get_by_label("Notes", exact=True).fill("Pulls to the left")
    day = date.fromisoformat(page.locator("[name=date]:checked").get_attribute("value") or "")
    with tenant(garage.pk), transaction.atomic():
        for number in range(bays):
            make_booking(garage, start, day=day, phone=f"07700 90010{number}")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="just been taken").first).to_be_visible()
    expect(page.locator("#id_time")).to_have_attribute("aria-describedby", re.compile("id_time_error$"))
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("First name")).to_have_value("Priya")
    expect(page.get_by_label("Notes", exact=True)).to_have_value("Pulls to the left")
    another = page.get_by_role("radiogroup", name="Time").get_by_role("radio").first
    expect(another).not_to_have_attribute("value", start)
    another.check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Booked: Priya")).to_be_visible()
    assert _bookings(garage)[-1].workshop_notes == "Pulls to the left"


def test_on_a_phone_the_form_stays_open_until_it_is_booked(log_in: LogIn, garage: Garage) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("button", name="Quick booking", exact=True)).to_be_visible()
    page.get_by_role("link", name="New", exact=True).click()
    page.get_by_role("button", name="Create booking").click()
    expect(page.get_by_role("alert").filter(has_text="A name is needed").first).to_be_in_viewport()
    page.get_by_label("First name").fill("Priya")
    _choose(page, "Service", "Brake check")
    expect(page.get_by_role("radiogroup", name="Time", exact=True).get_by_role("radio").first).to_be_checked()
    page.get_by_role("button", name="Create booking").click()
    expect(page.get_by_role("link", name="Priya")).to_be_visible()
    expect(page.get_by_label("First name")).to_be_hidden()


def test_confirm_in_the_row_then_edit(log_in: LogIn, garage: Garage, ada: Booking) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_role("button", name="Confirm Ada Byron").click()
    row = page.locator(f"#booking-{ada.reference}")
    expect(row.get_by_text("Confirmed")).to_be_visible()
    row.get_by_role("link", name="Brake check").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_text("confirmed the booking")).to_be_visible()
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Notes", exact=True).fill("Left front")
    _choose(page, "Service", "MOT test")
    expect(page.get_by_role("radiogroup", name="Time").get_by_role("radio").first).to_be_attached()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(page.get_by_role("heading", name="MOT test")).to_be_visible()
    expect(page.locator(".diff").filter(has_text="Left front")).to_be_visible()


def test_cancel_asks_for_the_reason(log_in: LogIn, garage: Garage, ada: Booking, live_server: LiveServer) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.goto(f"{live_server.url}/g/here/bookings/{ada.reference}/")
    page.get_by_role("button", name="Cancel booking").click()
    page.get_by_role("button", name="Cancel booking").click()
    expect(page.get_by_role("alert").filter(has_text="Say why").first).to_be_visible()
    page.get_by_label("Reason").fill("Sold the car")
    page.get_by_role("button", name="Cancel booking").click()
    expect(page.get_by_text("Reason: Sold the car").first).to_be_visible()
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("button", name="Confirm")).to_be_visible()


def test_search_and_filters(log_in: LogIn, garage: Garage, ada: Booking) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("Search bookings").fill("byr")
    expect(page).to_have_url(re.compile("q=byr"))
    expect(page.locator(f"#booking-{ada.reference}")).to_be_visible()
    page.get_by_label("Search bookings").fill("nobody")
    expect(page.get_by_text("No booking contains “nobody”")).to_be_visible()
    page.get_by_label("Search bookings").fill("")
    expect(page.locator(f"#booking-{ada.reference}")).to_be_visible()
    page.get_by_role("link", name="Cancelled", exact=True).click()
    expect(page.get_by_text("Nothing here with this status")).to_be_visible()
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.locator(f"#booking-{ada.reference}")).to_be_visible()


def test_desk_works_without_scripts(
    browser: object, live_server: LiveServer, garage: Garage, browser_context_args: dict[str, object]
) -> None:
    """Links and forms alone: log in, see the list, ask for prices and times, book."""
    from tests.factories.garages import make_member

    member = make_member(garage, Role.RECEPTIONIST)
    context = browser.new_context(**browser_context_args, java_script_enabled=False)  # type: ignore[attr-defined]
    page: Page = context.new_page()
    page.goto(f"{live_server.url}/login/")
    page.get_by_label("Email").fill(member.user.email)
    page.get_by_label("Password", exact=True).fill("garage-desk-tests")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("radio", name="Business").check()
    page.get_by_role("button", name="Show its fields").click()
    expect(page.get_by_label("Company", exact=True)).to_be_visible()
    page.get_by_role("radio", name="Individual").check()
    page.get_by_role("button", name="Show its fields").click()
    page.get_by_label("First name").fill("Priya")
    page.get_by_label("Notes", exact=True).fill("Squeals")
    _choose(page, "Service", "Brake check")
    page.get_by_role("button", name="Show prices and free times").click()
    expect(page.get_by_label("First name")).to_have_value("Priya")
    day = next_open_day(garage)
    page.locator(f'input[name=date][value="{day.isoformat()}"]').check()
    page.get_by_role("button", name="Create booking").click()
    (made,) = _bookings(garage)
    expect(page.locator(f"#booking-{made.reference}")).to_be_visible()
    context.close()


def test_a_row_whose_group_another_desk_has_just_begun_is_there_at_once(
    quiet_page: Page, log_in: LogIn, garage: Garage, ada: Booking
) -> None:
    """The list on screen has no heading yet for those who wait; the server believes it has. No news comes of it."""
    quiet_page.route("**/live/poll**", lambda route: route.fulfill(status=204))
    with tenant(garage.pk), transaction.atomic():
        Booking.objects.filter(pk=ada.pk).update(status=Status.IN_SERVICE)
    page = log_in(Role.RECEPTIONIST)
    expect(page.locator("tr.group")).to_have_count(1)
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "09:00", first_name="Grace", phone="07700 900124")
    page.get_by_label("First name").fill("Nadia Whitworth")
    page.get_by_label("Phone number").fill("07700 900456")
    _choose(page, "Service", "Brake check")
    with page.expect_request(re.compile(r"/desk/\?new=\w+$")):
        page.keyboard.press("Control+Enter")
    for name in ("Nadia Whitworth", "Grace Byron"):
        expect(page.get_by_role("row").filter(has_text=name)).to_be_visible()
