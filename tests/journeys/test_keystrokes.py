"""How many keys a booking costs: the sequences of the product's promise, counted on real pages.

Keys go down without waiting for the page in between, faster than anybody types: none may be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from bookings.models import Booking, CardOffer
from fleet.models import Vehicle
from fleet.services import create_vehicle
from garages.enums import Role
from garages.models import Garage, VehicleType
from garages.tenancy.context import tenant
from integrations.vehicles import answers
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db(transaction=True)
LogIn = Callable[[Role], Page]


class Hands:
    """A person at the desk who counts: a chord like Ctrl-Enter is two keys."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = self.clicks = 0

    def press(self, *chords: str) -> None:
        for chord in chords:
            self.page.keyboard.press(chord)
            self.keys += len(chord.split("+"))

    def type(self, text: Iterable[str]) -> None:
        self.press(*("Space" if sign == " " else sign for sign in text))

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1


@pytest.fixture
def ada(garage: Garage) -> Booking:
    """Ada Byron, whose van was here last; her Panda before it."""
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "08:00")
        van = VehicleType.objects.get(name="Van")
        create_vehicle(customer=booking.customer, registration_typed="XX11 XXX", make="Fiat", model="Panda")
        last = create_vehicle(
            customer=booking.customer, registration_typed="AB12 CDE", make="Ford", model="Transit", vehicle_type=van
        )
        Vehicle.objects.filter(pk=last.pk).update(used_at=timezone.now() - timedelta(days=9))
        return booking


def _newest(garage: Garage) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        booking = Booking.objects.select_related("customer", "vehicle", "vehicle_type").latest("pk")
        booking.line_names = [line.name for line in booking.lines.all()]  # type: ignore[attr-defined]
        return booking


def _facts(booking: Booking) -> tuple[str, str, str, list[str], str]:
    """Who, number, car with its type, work, channel."""
    assert booking.vehicle is not None
    assert booking.vehicle_type is not None
    car = f"{booking.vehicle.registration} {booking.vehicle_type.name}"
    lines: list[str] = booking.line_names  # type: ignore[attr-defined]
    return booking.customer.name, str(booking.customer.phone), car, lines, booking.source


def test_returning_customer_takes_eleven_keys(log_in: LogIn, garage: Garage, ada: Booking) -> None:
    hands = Hands(log_in(Role.RECEPTIONIST))
    hands.press("/")
    hands.type("0123")
    hands.press("Enter")
    hands.type("fs")
    hands.press("Enter", "Control+Enter")
    expect(hands.page.get_by_role("status").filter(has_text="Booked: Ada Byron")).to_be_visible()
    assert (hands.keys, hands.clicks) == (11, 0)
    booking = _newest(garage)
    assert _facts(booking) == ("Ada Byron", "+447700900123", "AB12CDE Van", ["Full service"], "reception")
    assert booking.customer_id == ada.customer_id


def test_new_customer_with_a_plate_takes_forty_one_keys(log_in: LogIn, garage: Garage) -> None:
    hands = Hands(log_in(Role.RECEPTIONIST))
    hands.press("/")
    hands.type("lr19kxp")
    hands.press("Enter")
    hands.type("Nadia Whitworth")
    hands.press("Tab")
    hands.type("7700900456")
    hands.press("Tab")
    hands.type("bc")
    hands.press("Enter", "Control+Enter")
    expect(hands.page.get_by_role("status").filter(has_text="Booked: Nadia Whitworth")).to_be_visible()
    assert (hands.keys, hands.clicks) == (41, 0)
    booking = _newest(garage)
    assert _facts(booking) == ("Nadia Whitworth", "+447700900456", "LR19KXP Saloon", ["Brake check"], "reception")
    assert (booking.customer.first_name, booking.customer.last_name) == ("Nadia", "Whitworth")


def test_returning_customer_takes_five_clicks(log_in: LogIn, garage: Garage, ada: Booking) -> None:
    """With the mouse alone but for the digits; the list of services opens and is chosen from: two clicks."""
    hands = Hands(log_in(Role.RECEPTIONIST))
    page = hands.page
    hands.click(page.get_by_label("Find customer or vehicle"))
    page.keyboard.type("0123")
    hands.click(page.get_by_role("option", name=re.compile("Ada Byron")))
    services = page.get_by_label("Service", exact=True)
    expect(services).to_be_focused()
    hands.clicks += 2
    services.select_option(services.locator("option", has_text="MOT test").get_attribute("value"))
    expect(page.get_by_role("radiogroup", name="Time").get_by_role("radio").first).to_be_checked()
    hands.click(page.get_by_role("button", name="Create booking"))
    expect(page.get_by_role("status").filter(has_text="Booked: Ada Byron")).to_be_visible()
    assert hands.clicks == 5
    assert _facts(_newest(garage)) == ("Ada Byron", "+447700900123", "AB12CDE Van", ["MOT test"], "reception")


def test_the_next_caller_follows_at_once(log_in: LogIn, garage: Garage, ada: Booking) -> None:
    """After a booking the caret is in Phone; the key of the one box works from there."""
    hands = Hands(log_in(Role.RECEPTIONIST))
    for service in ("bc", "mt"):
        hands.press("/")
        hands.type("0123")
        hands.press("Enter")
        hands.type(service)
        hands.press("Enter", "Control+Enter")
    expect(hands.page.get_by_role("status").filter(has_text="Booked: Ada Byron")).to_have_count(1)
    expect(hands.page.get_by_label("Phone number")).to_be_focused()
    expect(hands.page.locator("tr[id^=booking-]")).to_have_count(3)


def test_what_is_known_and_due_is_shown(log_in: LogIn, garage: Garage, ada: Booking) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.keyboard.press("/")
    expect(page.get_by_label("Find customer or vehicle")).to_be_focused()
    page.keyboard.type("ab12 cde")
    first = page.get_by_role("option", name=re.compile("Ada Byron"))
    expect(first).to_have_attribute("aria-selected", "true")
    expect(first.get_by_text("2 vehicles")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="AB12 CDE Ford Transit")).to_be_checked()
    expect(page.get_by_role("radio", name="Van", exact=True)).to_be_checked()


def test_the_card_of_the_plate_leaves_the_focus_on_screen(
    log_in: LogIn, garage: Garage, ada: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up answers when the caret is in Service already, below the card."""
    monkeypatch.setattr(answers, "hand_over", lambda _task, pk, **_more: answers.answer(pk))
    page = log_in(Role.RECEPTIONIST)
    page.set_viewport_size({"width": 1440, "height": 840})
    page.keyboard.press("/")
    page.keyboard.type("0123")
    page.keyboard.press("Enter")
    expect(page.locator("#plate-card .mot:not(.mot--wait)")).to_be_attached()
    services = page.get_by_label("Service", exact=True)
    expect(services).to_be_focused()
    foot = page.locator("#form-foot").bounding_box()
    shown = services.bounding_box()
    assert foot is not None
    assert shown is not None
    assert shown["y"] + shown["height"] < foot["y"] + 1


def test_tab_goes_on_to_what_is_missing_and_back_to_everything(log_in: LogIn, garage: Garage) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("Find customer or vehicle").fill("Ana Cruz")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Phone number")).to_be_focused()
    page.keyboard.type("7700900456")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Registration")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_label("Email")).to_be_focused()


def test_codes_and_names_choose_a_service(log_in: LogIn, garage: Garage) -> None:
    page = log_in(Role.RECEPTIONIST)
    services = page.get_by_label("Service", exact=True)
    chosen = services.locator("option:checked")
    for typed, name in [("fs", "Full service"), ("mot", "MOT test"), ("brake", "Brake check"), ("x", "Brake check")]:
        services.focus()
        page.keyboard.type(typed)
        expect(chosen).to_contain_text(name)
        page.keyboard.press("Enter")
        expect(page.locator("#form-foot strong")).to_have_text(re.compile("£"))


def test_a_plate_fills_the_car_while_the_caller_says_the_name(
    log_in: LogIn, garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up runs while the name is typed; one key notes a remark of the last test, one key adds the MOT."""
    monkeypatch.setattr(answers, "hand_over", lambda _task, pk, **_more: answers.answer(pk))
    hands = Hands(log_in(Role.RECEPTIONIST))
    page = hands.page
    hands.press("/")
    hands.type("bd18smr")
    hands.press("Enter")
    hands.type("Nadia Whitworth")
    hands.press("Tab")
    hands.type("7700900456")
    expect(page.get_by_label("Model", exact=True)).to_have_value("Focus")
    hands.press("Alt+a", "Alt+m")
    expect(page.get_by_label("Service", exact=True)).not_to_have_value("")
    hands.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Booked: Nadia Whitworth")).to_be_visible()
    booking = _newest(garage)
    assert booking.line_names == ["MOT test"]  # type: ignore[attr-defined]
    assert booking.vehicle is not None
    assert (booking.vehicle.make, booking.vehicle.model) == ("Ford", "Focus")
    assert booking.workshop_notes.startswith("Offside rear tyre close to the legal limit")
    with tenant(garage.pk), transaction.atomic():
        assert list(CardOffer.objects.values_list("mot_offered", "mot_taken", "remarks_offered", "remarks_taken")) == [
            (True, True, 2, 1)
        ]
