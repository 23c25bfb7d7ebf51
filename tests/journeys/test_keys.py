"""Single keys on the desk: they work the list, press what is visible, and leave whoever is typing alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from bookings.models import Booking, SlotHold
from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db(transaction=True)
LogIn = Callable[[Role], Page]


@pytest.fixture
def waiting(garage: Garage) -> list[Booking]:
    """Two pending bookings, the earlier one first."""
    with tenant(garage.pk), transaction.atomic():
        return [make_booking(garage, "09:00"), make_booking(garage, "11:00", first_name="Bob", phone="07700 900124")]


def test_keys_work_the_list(log_in: LogIn, garage: Garage, waiting: list[Booking]) -> None:
    page = log_in(Role.RECEPTIONIST)
    first, second = (page.locator(f"#booking-{booking.reference}") for booking in waiting)
    page.keyboard.press("j")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(first).not_to_have_attribute("aria-selected", "true")
    page.keyboard.press("c")
    expect(second.get_by_text("Confirmed")).to_be_visible()
    expect(second).to_have_attribute("aria-selected", "true")
    expect(second).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/bookings/{waiting[0].reference}/$"))  # until it hears keys, too
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/g/here/bookings/$"))


def test_c_accepts_a_request_too(log_in: LogIn, garage: Garage, waiting: list[Booking]) -> None:
    with tenant(garage.pk), transaction.atomic():
        Booking.objects.filter(pk=waiting[0].pk).update(status="requested")
    page = log_in(Role.RECEPTIONIST)
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator(f"#booking-{waiting[0].reference}").get_by_text("Confirmed")).to_be_visible()


def test_cancel_asks_for_the_reason(log_in: LogIn, garage: Garage, waiting: list[Booking]) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page).to_have_url(re.compile(f"/bookings/{waiting[0].reference}/cancel/$"))
    expect(page.get_by_label("Reason")).to_be_visible()


def test_filters_and_days_leave_the_form_alone(log_in: LogIn, garage: Garage, waiting: list[Booking]) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("First name").fill("Half a na")
    page.keyboard.press("Escape")
    for key, address in [("2", r"\?status=confirmed$"), ("0", r"/desk/$"), ("]", r"\?day="), ("t", r"/desk/$")]:
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(address))
    expect(page.get_by_label("First name")).to_have_value("Half a na")
    page.keyboard.press("f")
    expect(page.get_by_label("Search bookings")).to_be_focused()


def test_keys_are_text_while_typing(log_in: LogIn, garage: Garage, waiting: list[Booking]) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("First name").focus()
    page.keyboard.type("/jc?0")
    expect(page.get_by_label("First name")).to_have_value("/jc?0")
    expect(page.locator("tr[aria-selected=true]")).to_have_count(0)


def test_panel_names_the_keys_and_switches_them_off(log_in: LogIn, garage: Garage, waiting: list[Booking]) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.keyboard.press("?")
    panel = page.get_by_role("dialog", name="Keyboard")
    expect(panel).to_be_visible()
    panel.get_by_role("switch").uncheck()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("/")
    page.keyboard.press("Control+Enter")  # only single keys are off
    expect(page.get_by_role("alert").filter(has_text="A name is needed").first).to_be_visible()
    expect(page.locator("tr[aria-selected=true]")).to_have_count(0)


def test_digits_pick_a_time_in_the_form(log_in: LogIn, garage: Garage) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("Service", exact=True).focus()
    page.keyboard.type("mt")
    page.keyboard.press("Enter")
    times = page.locator("#id_time input")
    expect(times.first).to_be_checked()
    page.keyboard.press("2")
    expect(times.nth(1)).to_be_checked()
    times.nth(1).focus()
    page.keyboard.press("3")
    expect(times.nth(2)).to_be_checked()
    third = times.nth(2).input_value()
    expect(page.locator("#form-foot")).to_contain_text(re.compile(f"{third}.*Kept for this caller", re.DOTALL))
    expect(page).to_have_url(re.compile(r"/desk/$"))  # outside the form they filter the list
    with tenant(garage.pk), transaction.atomic():
        assert SlotHold.objects.count() == 1


def test_symptoms_go_to_the_notes_with_one_key(log_in: LogIn, garage: Garage) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("First name").fill("Ada")
    page.keyboard.press("Alt+1")
    page.keyboard.press("Alt+5")
    expect(page.get_by_label("Notes", exact=True)).to_have_value("Noise, Leak")
    expect(page.get_by_label("First name")).to_be_focused()
    page.get_by_role("button", name="Noise").click()
    expect(page.get_by_label("Notes", exact=True)).to_have_value("Leak")
    expect(page.get_by_role("button", name="Leak")).to_have_attribute("aria-pressed", "true")
