"""The planner in the browser: by mouse, by keys, refused, and with two people at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Allocation, Booking
from garages.enums import Role
from garages.models import Bay, Garage, Technician
from garages.tenancy.context import tenant
from tests.factories.bookings import at, make_booking, next_open_day

LogIn = Callable[[Role], Page]


@pytest.fixture
def ada(garage: Garage) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        Bay.objects.create(name="Bay 2", position=3)
        return make_booking(garage, "10:00", services=["Full service"])


def _now(booking: Booking) -> Booking:
    with tenant(booking.garage_id), transaction.atomic():
        return Booking.objects.select_related("bay", "technician").get(pk=booking.pk)


def _where(booking: Booking) -> tuple[str, datetime, datetime]:
    now = _now(booking)
    return now.bay.name if now.bay else "", now.starts_at, now.ends_at


def _open(page: Page, live_server: LiveServer, garage: Garage, **more: str) -> None:
    address = "&".join(f"{name}={value}" for name, value in {"day": next_open_day(garage).isoformat(), **more}.items())
    page.goto(f"{live_server.url}/g/here/planner/?{address}")


def _drag(page: Page, card: str, lane: str, *, hours: float, grip: bool = False) -> None:
    """Take the card with the mouse and let go so many hours lower (or higher), in that lane."""
    expect(page.locator(f".blk:has(#card-{card})")).to_be_visible()
    box = page.locator(f".blk:has(#card-{card})").bounding_box()
    target = page.locator(f'[data-name="{lane}"]').bounding_box()
    assert box is not None
    assert target is not None
    hour = target["height"] / 10
    y = box["y"] + (box["height"] - 2 if grip else 30)
    page.mouse.move(box["x"] + 40, y)
    page.mouse.down()
    page.mouse.move(target["x"] + 50, y + hours * hour / 2, steps=4)
    page.mouse.move(target["x"] + 50, y + hours * hour, steps=4)
    expect(page.locator(".pl__drop")).to_be_visible()
    page.mouse.up()


def test_drag_to_another_time_and_bay(log_in: LogIn, live_server: LiveServer, garage: Garage, ada: Booking) -> None:
    page = log_in(Role.RECEPTIONIST)
    _open(page, live_server, garage)
    _drag(page, ada.reference, "Bay 2", hours=3)
    expect(page.get_by_role("status").filter(has_text="Ada Byron: ")).to_be_visible()
    expect(page.locator('[data-name="Bay 2"]').get_by_role("link", name="Ada Byron", exact=True)).to_be_visible()
    assert _where(ada) == ("Bay 2", at(garage, "13:00"), at(garage, "15:00"))
    expect(page).to_have_url(re.compile("/planner/"))


def test_drag_the_end_to_lengthen(log_in: LogIn, live_server: LiveServer, garage: Garage, ada: Booking) -> None:
    page = log_in(Role.RECEPTIONIST)
    _open(page, live_server, garage)
    _drag(page, ada.reference, "Bay 1", hours=1, grip=True)
    expect(page.get_by_role("status").filter(has_text="Ada Byron: ")).to_be_visible()
    assert _where(ada) == ("Bay 1", at(garage, "10:00"), at(garage, "13:00"))


def test_keys_move_a_card_and_say_where_it_is(
    log_in: LogIn, live_server: LiveServer, garage: Garage, ada: Booking
) -> None:
    page = log_in(Role.RECEPTIONIST)
    _open(page, live_server, garage)
    page.locator(f"#card-{ada.reference}").focus()
    page.keyboard.press("p")
    expect(page.locator("#planner-says")).to_contain_text("Bay 1, 10:00–12:00")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#planner-says")).to_have_text("Bay 2, 10:15–12:30")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Ada Byron: ")).to_be_visible()
    assert _where(ada) == ("Bay 2", at(garage, "10:15"), at(garage, "12:30"))
    expect(page.locator(f"#card-{ada.reference}")).to_be_focused()

    page.keyboard.press("p")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(page.locator(".pl__drop")).to_have_count(0)
    page.keyboard.press("Enter")  # a card that is not being placed opens its booking
    page.wait_for_url(f"**/bookings/{ada.reference}/")
    assert _where(ada) == ("Bay 2", at(garage, "10:15"), at(garage, "12:30"))


def test_refused_card_returns_and_says_why(
    log_in: LogIn, live_server: LiveServer, garage: Garage, ada: Booking
) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(
            garage, "14:00", first_name="Priya", last_name="Nair", phone="07700 900456", services=["Full service"]
        )
    page = log_in(Role.RECEPTIONIST)
    _open(page, live_server, garage)
    _drag(page, ada.reference, "Bay 1", hours=3)
    expect(page.get_by_role("alert").filter(has_text="Ada Byron stays where it was")).to_be_visible()
    card = page.locator(f'[data-name="Bay 1"] .blk:has(#card-{ada.reference})')
    expect(card).to_have_attribute("style", re.compile(r"--s:2;--d:2;"))
    assert _where(ada) == ("Bay 1", at(garage, "10:00"), at(garage, "12:00"))


def test_one_of_two_people_wins(
    log_in: LogIn, live_server: LiveServer, garage: Garage, ada: Booking, browser: Browser
) -> None:
    page = log_in(Role.RECEPTIONIST)
    _open(page, live_server, garage)
    with tenant(garage.pk), transaction.atomic():  # somebody else, whose page this one has not heard of
        Booking.objects.filter(pk=ada.pk).update(version=ada.version + 1)
    _drag(page, ada.reference, "Bay 2", hours=1)
    expect(page.get_by_role("alert").filter(has_text="Somebody else changed this booking")).to_be_visible()
    assert _where(ada) == ("Bay 1", at(garage, "10:00"), at(garage, "12:00"))
    _drag(page, ada.reference, "Bay 2", hours=1)  # now that their change is seen
    expect(page.get_by_role("status").filter(has_text="Ada Byron: ")).to_be_visible()
    assert _where(ada) == ("Bay 2", at(garage, "11:00"), at(garage, "13:00"))


def test_job_without_a_technician_is_dragged_from_the_tray(
    log_in: LogIn, live_server: LiveServer, garage: Garage, ada: Booking
) -> None:
    page = log_in(Role.RECEPTIONIST)
    _open(page, live_server, garage, lanes="technicians")
    page.locator(f"#tray-{ada.reference}").focus()
    page.keyboard.press("p")
    expect(page.locator("#planner-says")).to_contain_text("Sam Okoro, 10:00–12:00")
    page.keyboard.press("Enter")
    expect(page.locator('[data-name="Sam Okoro"]').get_by_role("link", name="Ada Byron", exact=True)).to_be_visible()
    technician = _now(ada).technician
    assert technician == Technician(pk=technician.pk if technician else None)
    assert str(technician) == "Sam Okoro"


def test_without_scripts_the_form_moves(
    browser: Browser, log_in: LogIn, live_server: LiveServer, garage: Garage, ada: Booking
) -> None:
    page = log_in(Role.RECEPTIONIST)
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state()).new_page()
    _open(plain, live_server, garage)
    plain.get_by_role("link", name="Move Ada Byron").click()
    plain.get_by_label("Time").fill("15:00")
    plain.get_by_label("Bay", exact=True).select_option("Bay 2")
    plain.get_by_role("button", name="Move").click()
    plain.wait_for_url("**/planner/?day=*")
    assert _where(ada) == ("Bay 2", at(garage, "15:00"), at(garage, "17:00"))
    plain.context.close()


def test_closure_moves_the_bookings_it_hits(
    log_in: LogIn, live_server: LiveServer, garage: Garage, ada: Booking
) -> None:
    day = next_open_day(garage)
    page = log_in(Role.MANAGER)
    _open(page, live_server, garage)
    page.get_by_text("Close", exact=True).click()
    page.get_by_role("link", name="Close a day").click()
    page.get_by_label("First day").fill(day.isoformat())
    page.get_by_label("Reason").fill("Stocktaking")
    page.get_by_role("button", name="Add closure").click()
    expect(page.get_by_role("link", name="Ada Byron", exact=True)).to_be_visible()
    page.get_by_role("button", name="Move all").click()
    expect(page.get_by_text("No booking is affected")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1 booking moved.")).to_be_visible()
    assert _now(ada).starts_at > at(garage, "18:00")


def test_second_browser_sees_the_move(
    browser: Browser, log_in: LogIn, live_server: LiveServer, garage: Garage, ada: Booking
) -> None:
    page = log_in(Role.RECEPTIONIST)
    other = browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=page.context.storage_state())
    second = other.new_page()
    _open(second, live_server, garage)
    _open(page, live_server, garage)
    _drag(page, ada.reference, "Bay 2", hours=1)
    moved = '[data-name="Bay 2"] [data-card]'
    expect(page.locator(moved)).to_be_visible()
    expect(second.locator(moved)).to_be_visible(timeout=60_000)  # without the stream, news come by poll
    other.close()


def test_a_further_time_is_added_by_keys_and_dragged(
    log_in: LogIn, live_server: LiveServer, garage: Garage, ada: Booking
) -> None:
    with tenant(garage.pk), transaction.atomic():
        Technician.objects.create(name="Kim Osei", position=2)
        Technician.objects.create(name="Lee Marsh", position=3)
    page = log_in(Role.RECEPTIONIST)
    page.goto(f"{live_server.url}/g/here/bookings/{ada.reference}/")
    page.keyboard.press("w")
    page.get_by_label("Technician", exact=True).select_option("Kim Osei")
    page.get_by_label("Minutes of work").fill("60")
    page.get_by_label("Time", exact=True).fill("03:00")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_time_error")).to_contain_text("closed at that time")
    page.get_by_label("Time", exact=True).fill("11:00")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Kim Osei: ").first).to_be_visible()
    part = _part(ada)
    _drag(page, str(part.public_id), "Lee Marsh", hours=2)
    expect(page.locator(f'[data-name="Lee Marsh"] #card-{part.public_id}')).to_be_visible()
    moved = _part(ada)
    assert (moved.technician.name, moved.starts_at, moved.ends_at) == (
        "Lee Marsh",
        at(garage, "13:00"),
        at(garage, "14:00"),
    )
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f'[data-name="Kim Osei"] #card-{part.public_id}')).to_be_visible()
    assert _part(ada).starts_at == at(garage, "11:00")


def _part(booking: Booking) -> Allocation:
    with tenant(booking.garage_id), transaction.atomic():
        return Allocation.objects.select_related("technician").get(booking=booking)
