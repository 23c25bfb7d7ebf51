"""Whoever is faster than the form: it is sent with what was chosen last, once that is drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, Route, expect

from bookings.models import Booking
from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant

pytestmark = pytest.mark.django_db(transaction=True)
LogIn = Callable[[Role], Page]


def _choose_service(page: Page) -> None:
    field = page.get_by_label("Service", exact=True)
    field.select_option(field.locator("option", has_text="Brake check").get_attribute("value"))


def _slow(page: Page, address: str) -> list[Route]:
    """Answers of that address wait here until they are let through."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))  # noqa: PLW0108  (Playwright looks at its parameters)
    return held


def test_booking_sent_before_the_times_are_drawn_takes_the_first(log_in: LogIn, garage: Garage) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("First name", exact=True).fill("Priya")
    held = _slow(page, "**/desk/form/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url.rpartition("/desk")[2]))
    _choose_service(page)
    page.get_by_role("button", name="Create booking", exact=True).click()
    expect(page.get_by_role("radiogroup", name="Time", exact=True)).to_have_count(0)
    assert "/create/" not in sent
    held.pop().continue_()
    expect(page.get_by_role("status").filter(has_text="Booked: Priya")).to_be_visible()


def test_time_picked_and_sent_at_once_is_ones_own(log_in: LogIn, garage: Garage) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("First name", exact=True).fill("Priya")
    _choose_service(page)
    times = page.get_by_role("radiogroup", name="Time", exact=True).get_by_role("radio")
    expect(times.first).to_be_checked()
    held = _slow(page, "**/desk/hold/")
    times.nth(2).check()
    wanted = times.nth(2).get_attribute("value")
    page.get_by_role("button", name="Create booking", exact=True).click()
    assert wanted
    assert held
    held.pop().continue_()
    expect(page.get_by_role("status").filter(has_text=f"{wanted}. Reference")).to_be_visible()
    with tenant(garage.pk), transaction.atomic():
        assert Booking.objects.count() == 1
