"""Two desks side by side: what one does the other sees without losing its place; and what happens without a line."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Booking
from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking
from tests.factories.garages import make_member

pytestmark = pytest.mark.django_db(transaction=True)
Desk = Callable[[str], Page]
NAMES = {"Ada": "08:00", "Ben": "09:00", "Cleo": "10:00", "Dora": "11:00", "Eli": "13:00", "Fay": "14:00"}


class LiveProcess:
    """The live process on a port of its own, as `make run` starts it."""

    def __init__(self) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.start()

    def start(self) -> None:
        command = ["gunicorn", "--config", "python:garage_desk.live.server", "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command], env=os.environ | {"REDIS_URL": settings.REDIS_URL}, start_new_session=True
        )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def live() -> Iterator[LiveProcess]:
    process = LiveProcess()
    settings.LIVE_PORT = process.port
    yield process
    settings.LIVE_PORT = 0
    process.kill()


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, garage: Garage) -> Iterator[Desk]:
    """A manager at the desk, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def open_desk(name: str) -> Page:
        user = make_member(garage, Role.MANAGER, email=f"{name.lower()}@here.example").user
        user.name = name
        user.save()
        contexts.append(browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB"))
        page = contexts[-1].new_page()
        page.goto(f"{live_server.url}/login/?next=/g/here/desk/")
        page.get_by_label("Email").fill(user.email)
        page.get_by_label("Password", exact=True).fill("garage-desk-tests")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/g/here/desk/")
        expect(page.locator("body")).to_have_attribute("data-line", "stream", timeout=40_000)
        return page

    yield open_desk
    for context in contexts:
        context.close()


@pytest.fixture
def bookings(garage: Garage) -> list[Booking]:
    with tenant(garage.pk), transaction.atomic():
        return [
            make_booking(garage, wall, first_name=name, last_name="Byron", phone=f"07700 9001{number:02}")
            for number, (name, wall) in enumerate(NAMES.items())
        ]


def _book(page: Page, name: str) -> None:
    page.get_by_label("First name").fill(name)
    service = page.get_by_label("Service", exact=True)
    service.select_option(service.locator("option", has_text="Brake check").get_attribute("value"))
    expect(page.get_by_role("radiogroup", name="Time").get_by_role("radio").first).to_be_checked()
    page.get_by_role("button", name="Create booking").click()
    expect(page.get_by_role("status").filter(has_text=f"Booked: {name}")).to_be_visible()


def _edit(page: Page, booking: Booking, **notes: str) -> None:
    """Open the booking's form and type, but do not save."""
    page.goto(f"{page.url.split('/g/')[0]}/g/here/bookings/{booking.reference}/edit/")
    for name, text in notes.items():
        page.locator(f"#id_{name}").fill(text)


def _save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()


def test_rows_say_who_has_their_booking_open(live: LiveProcess, desk: Desk, bookings: list[Booking]) -> None:
    priya, marcus = desk("Priya"), desk("Marcus")
    row = marcus.locator(f"#booking-{bookings[0].reference}")
    _edit(priya, bookings[0])
    expect(row.get_by_text("Priya is editing this booking")).to_be_attached()
    marcus.get_by_label("Search bookings").fill("Ada")  # the list is drawn again
    expect(marcus.locator("#booking-list tbody tr:not(.group)")).to_have_count(1)
    expect(row.get_by_text("Priya is editing this booking")).to_be_attached()
    priya.goto(marcus.url)
    expect(row.get_by_text("Priya is editing this booking")).to_have_count(0)


def test_what_one_desk_does_the_other_shows(live: LiveProcess, desk: Desk, bookings: list[Booking]) -> None:
    priya, marcus = desk("Priya"), desk("Marcus")
    typed = marcus.get_by_label("Last name")
    typed.fill("half a na")
    _book(priya, "Grace")
    new = marcus.get_by_role("row").filter(has_text="Grace")
    expect(new).to_have_class(re.compile("is-new"))
    expect(new).to_contain_text("New")
    expect(typed).to_be_focused()
    typed.press_sequentially("me")
    expect(typed).to_have_value("half a name")
    expect(priya.locator("#news")).to_be_hidden()  # one's own doing is no news

    priya.get_by_role("button", name="Confirm Ada Byron").click()
    expect(marcus.get_by_role("link", name="Pending", exact=True)).to_have_text("Pending 6")


def test_what_a_list_does_not_show_is_counted(live: LiveProcess, desk: Desk, bookings: list[Booking]) -> None:
    priya, marcus = desk("Priya"), desk("Marcus")
    marcus.get_by_role("link", name=re.compile("^Completed")).click()
    expect(marcus.get_by_text("Nothing here with this status")).to_be_visible()
    _book(priya, "Grace")
    expect(marcus.locator("#news")).to_contain_text("1 change since you looked")
    marcus.keyboard.press("g")
    expect(marcus).to_have_url(re.compile(r"/bookings/[A-Z0-9]{6}/$"))


def test_a_list_drawn_again_keeps_its_place(live: LiveProcess, desk: Desk, bookings: list[Booking]) -> None:
    priya, marcus = desk("Priya"), desk("Marcus")
    first, last = (marcus.locator(f"#booking-{booking.reference}") for booking in (bookings[0], bookings[-1]))
    marcus.set_viewport_size({"width": 1440, "height": 400})
    last.evaluate("row => row.setAttribute('aria-selected', 'true')")
    confirm = last.get_by_role("button", name="Confirm")
    confirm.focus()
    before = confirm.bounding_box()
    assert before
    _edit(priya, bookings[0], workshop_notes="Look at the brakes")
    _save(priya)
    pill = marcus.get_by_role("link", name="1 change since you looked")
    expect(pill).to_be_visible()
    expect(marcus).to_have_title(re.compile(r"^\(1\) "))
    expect(confirm).to_be_focused()
    assert confirm.bounding_box() == pytest.approx(before, abs=1)  # a list scrolls by whole pixels
    expect(last).to_have_attribute("aria-selected", "true")

    marcus.keyboard.press("g")
    expect(first).to_be_in_viewport()
    expect(first).to_contain_text("Changed")
    expect(pill).to_be_hidden()


def test_a_line_that_drops_is_caught_up(live: LiveProcess, desk: Desk, bookings: list[Booking]) -> None:
    priya, marcus = desk("Priya"), desk("Marcus")
    expect(marcus.get_by_role("row").filter(has_text="Ada")).to_be_visible()
    marcus.context.set_offline(True)
    bar = marcus.get_by_role("status").filter(has_text="Offline since")
    expect(bar).to_be_visible()
    assert bar.locator("svg").evaluate("icon => icon.getBBox().width") > 0  # drawn without asking for anything
    _book(priya, "Grace")
    expect(marcus.get_by_role("row").filter(has_text="Grace")).to_have_count(0)
    marcus.context.set_offline(False)
    expect(marcus.get_by_role("row").filter(has_text="Grace")).to_have_class(re.compile("is-new"))
    expect(marcus.get_by_text("Offline since")).to_have_count(0)
    expect(marcus.locator("tr.is-new, tr.is-changed")).to_have_count(1)


def test_a_live_process_that_dies_is_missed_by_nobody(live: LiveProcess, desk: Desk, bookings: list[Booking]) -> None:
    priya, marcus = desk("Priya"), desk("Marcus")
    _book(priya, "Grace")
    expect(marcus.get_by_role("row").filter(has_text="Grace")).to_be_visible()
    live.kill()
    _book(priya, "Hugo")
    expect(marcus.get_by_role("row").filter(has_text="Hugo")).to_be_visible(timeout=40_000)  # it polls
    live.start()
    _book(priya, "Iris")
    expect(marcus.get_by_role("row").filter(has_text="Iris")).to_be_visible(timeout=40_000)


def test_the_second_to_save_sees_both_values(live: LiveProcess, desk: Desk, bookings: list[Booking]) -> None:
    """No update is lost: what only the first changed stays so, what both changed is asked."""
    priya, marcus = desk("Priya"), desk("Marcus")
    _edit(marcus, bookings[0], workshop_notes="Pulls to the left")
    _edit(priya, bookings[0], workshop_notes="Squeaks", internal_notes="Called twice")
    _save(priya)
    marcus.get_by_role("button", name="Save").click()
    notes = marcus.get_by_role("group", name="Notes", exact=True)
    expect(notes).to_contain_text(re.compile(r"Yours, not saved\s*Pulls to the left"))
    expect(notes).to_contain_text(re.compile(r"Saved by Priya, .*\s*Squeaks"))
    internal = marcus.get_by_role("group", name="Internal notes")
    expect(internal.get_by_role("radio", name=re.compile("Saved by Priya"))).to_be_checked()
    notes.get_by_role("radio", name=re.compile("Yours")).check()
    _save(marcus)
    with tenant(bookings[0].garage_id), transaction.atomic():
        bookings[0].refresh_from_db()
    assert (bookings[0].workshop_notes, bookings[0].internal_notes) == ("Pulls to the left", "Called twice")
