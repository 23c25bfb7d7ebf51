"""The overnight queue in a browser: thirty waiting bookings are answered with a few keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.enums import Source, Status
from bookings.models import Booking
from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking, next_open_day

pytestmark = pytest.mark.django_db(transaction=True)
LogIn = Callable[[Role], Page]
KEYS_ALLOWED = 40


def _thirty(garage: Garage) -> None:
    """Twenty that are fine, and ten typed under another name than the number's."""
    with tenant(garage.pk), transaction.atomic():
        for number in range(30):
            odd = {"typed_name": "Somebody Else"} if number >= 20 else {}
            make_booking(
                garage,
                f"{8 + number % 10:02d}:00",
                day=next_open_day(garage, after=1 + 2 * (number // 10)),
                first_name=f"Person{number}",
                phone=f"07700 9001{number:02d}",
                services=["MOT test"],
                **odd,
            )


def _statuses(garage: Garage) -> Counter[str]:
    with tenant(garage.pk), transaction.atomic():
        return Counter(Booking.objects.values_list("status", flat=True))


def test_thirty_are_answered_in_forty_keys(log_in: LogIn, live_server: LiveServer, garage: Garage) -> None:
    _thirty(garage)
    page = log_in(Role.RECEPTIONIST)
    page.goto(f"{live_server.url}/g/here/requests/")
    rows = page.locator(".mail li")
    expect(rows).to_have_count(30)
    keys: list[str] = []

    def press(*pressed: str) -> None:
        for key in pressed:
            page.keyboard.press(key)
            keys.append(key)

    press("e")
    expect(rows).to_have_count(10, timeout=60_000)
    expect(page.get_by_text("20 bookings confirmed.")).to_be_visible()
    for left in range(9, 3, -1):  # read, and fine after all
        press("c")
        expect(rows).to_have_count(left)
    for left in (3, 2):
        press("d")
        expect(page.get_by_label("Reason", exact=True)).to_be_focused()
        press("Shift+Tab", "Space", "Control+Enter")
        expect(rows).to_have_count(left)
    stays = page.locator(f"#{rows.nth(0).get_attribute('id')} a")
    press("j")
    expect(page.locator(".mail li:nth-child(2) a")).to_have_attribute("aria-current", "true")
    press("p")
    expect(page.get_by_role("button", name="Propose")).to_be_visible()
    before = page.locator(".read dd").first.inner_text()
    press("Control+Enter")
    expect(page.get_by_text("Another time is proposed.")).to_be_visible()
    expect(stays).to_have_attribute("aria-current", "true")  # wherever the moved one stands now
    press("c")
    expect(rows).to_have_count(1)
    expect(page.locator(".read dd").first).not_to_have_text(before)
    press("c")
    expect(page.get_by_text("Everything is answered")).to_be_visible()
    assert len(keys) <= KEYS_ALLOWED
    assert _statuses(garage) == {Status.CONFIRMED: 28, Status.DECLINED: 2}


def test_undo_brings_an_answered_row_back(log_in: LogIn, live_server: LiveServer, garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage)
    page = log_in(Role.RECEPTIONIST)
    page.goto(f"{live_server.url}/g/here/requests/")
    page.keyboard.press("c")
    expect(page.get_by_text("Ada Byron: Confirmed.")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator(".mail li")).to_have_count(1)
    assert _statuses(garage) == {Status.PENDING: 1}


def test_escape_leads_out_of_another_time(log_in: LogIn, live_server: LiveServer, garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage)
    page = log_in(Role.RECEPTIONIST)
    page.goto(f"{live_server.url}/g/here/requests/")
    page.keyboard.press("p")
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.get_by_label("Reason", exact=True)).to_be_focused()


def test_request_is_contacted_and_accepted_by_mouse(log_in: LogIn, live_server: LiveServer, garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        wish = make_booking(garage)
        Booking.objects.filter(pk=wish.pk).update(status=Status.REQUESTED, bay=None, source=Source.ONLINE)
    page = log_in(Role.RECEPTIONIST)
    page.get_by_role("navigation").get_by_role("link", name="Requests").click()
    expect(page).to_have_url(re.compile(r"/g/here/requests/$"))
    expect(page.locator(".mail .uncontacted")).to_have_text("Not contacted")
    page.get_by_role("link", name="Contact", exact=True).click()
    page.get_by_role("button", name="Mark as contacted").click()
    expect(page.locator(".mail .contacted")).to_have_text("Contacted")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Everything is answered")).to_be_visible()
    page.get_by_role("link", name=re.compile("Booked")).click()
    expect(page.locator(".mail")).to_contain_text("Ada Byron")
    assert _statuses(garage) == {Status.CONFIRMED: 1}
