"""The confirmation line in a browser: the key, the countdown, the list in place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from bookings.models import Booking
from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada(garage: Garage) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        return make_booking(garage, "08:00")


def test_z_takes_the_last_act_back_in_place(log_in: Callable[[Role], Page], garage: Garage, ada: Booking) -> None:
    page = log_in(Role.RECEPTIONIST)
    row = page.locator(f"#booking-{ada.reference}")
    row.get_by_role("button", name="Confirm Ada Byron").click()
    toast = page.get_by_role("status").locator(".toast", has_text="Ada Byron: Confirmed.")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()
    expect(toast.get_by_role("button", name="Undo")).not_to_be_focused()
    expect(row.get_by_text("Confirmed")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_role("status").get_by_text("Ada Byron: “Confirmed” undone.")).to_be_visible()
    expect(toast).to_have_count(0)
    expect(row.get_by_role("button", name="Confirm Ada Byron")).to_be_visible()
    expect(page.locator("#desk-filters").get_by_role("link", name="Pending")).to_have_text("Pending 1")


def test_the_clock_stops_while_the_line_is_pointed_at(
    log_in: Callable[[Role], Page], garage: Garage, ada: Booking
) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.clock.install()
    page.get_by_role("button", name="Confirm Ada Byron").click()
    undo = page.get_by_role("status").get_by_role("button", name="Undo")
    undo.hover()
    page.clock.run_for(60_000)
    expect(undo).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(10_500)
    expect(undo).to_have_count(0)
