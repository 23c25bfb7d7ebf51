"""The rows of the desk's list: whatever stands in them, in any language, nothing is cut and nothing overlaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from bookings.enums import Status
from bookings.models import Booking
from fleet.services import create_vehicle
from garages.enums import Role
from garages.models import Garage, User
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking, next_open_day
from tests.journeys.axe import AT_REST

pytestmark = pytest.mark.django_db(transaction=True)

# What may become shorter is text that ends in dots; the rest is whole, in its cell and beside its neighbours. The
# selected row shows one button more.
OUT_OF_PLACE = """() => {
    const wrong = [];
    const box = (item) => item.getBoundingClientRect();
    const seen = (items) => [...items].filter((item) => box(item).width);
    const whole = "a.btn, button, .badge, .plate, .tag, time, .c-when__day";
    const check = (cell) => {
        const edge = box(cell);
        for (const item of seen(cell.querySelectorAll(`${whole}, .t1, .t2, .t2 > *`))) {
            const { left, right, top, bottom } = box(item);
            if (left < edge.left - 1 || right > edge.right + 1 || top < edge.top - 1 || bottom > edge.bottom + 1)
                wrong.push(`out of its cell: ${cell.innerText}`);
            if (item.matches(whole) && !item.matches("button") && item.scrollWidth > Math.max(item.clientWidth, 1) + 1)
                wrong.push(`cut: ${cell.innerText}`);
        }
        for (const line of cell.querySelectorAll(".status-cell, .t1, .t2"))
            seen(line.children).reduce((before, item) => {
                if (before && box(item).left < box(before).right - 1) wrong.push(`overlap: ${line.innerText}`);
                return item;
            }, null);
    };
    for (const row of document.querySelectorAll(".bookings tbody tr:not(.group)"))
        for (const selected of ["false", "true"]) {
            row.setAttribute("aria-selected", selected);
            [...row.cells].forEach(check);
        }
    return wrong;
}"""


@pytest.fixture
def rows(garage: Garage) -> list[Booking]:
    """Today's bookings in every state that has buttons of its own, with plates and long names."""
    states: list[dict[str, Any]] = [
        {"status": Status.CONFIRMED},
        {"status": Status.CONFIRMED, "arrived_at": timezone.now()},
        {"status": Status.PENDING},
        {"status": Status.REQUESTED, "bay": None, "technician": None},
        {"status": Status.IN_SERVICE},
        {"status": Status.COMPLETED},
        {"status": Status.CANCELLED},
    ]
    made = []
    with tenant(garage.pk), transaction.atomic():
        day = next_open_day(garage)
        back = garage.today() - day
        for number, changes in enumerate(states):
            person = {"first_name": "Bartholomew", "last_name": f"Ashworth {number}", "phone": f"07700 90012{number}"}
            booking = make_booking(garage, f"{10 + number}:45", day=day, services=["Brake check"], **person)
            car = create_vehicle(
                customer=booking.customer, registration_typed=f"AB1{number} CDE", make="Volkswagen", model="Transporter"
            )
            moved = {name: F(name) + back for name in ("starts_at", "ends_at", "ready_at", "held_from", "held_until")}
            Booking.objects.filter(pk=booking.pk).update(**changes, **moved, vehicle=car)
            made.append(booking)
    return made


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_nothing_in_a_row_is_cut_or_overlaps(
    log_in: Callable[[Role], Page], live_server: LiveServer, rows: list[Booking], language: str
) -> None:
    page = log_in(Role.RECEPTIONIST)
    User.objects.update(language=language)
    found = {}
    for address, scheme in [("desk/", "light"), ("desk/?q=ashworth", "dark")]:  # found rows name their day
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.goto(f"{live_server.url}/g/here/{address}")
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("tr[id^=booking-]").count() == len(rows)
        for width in [1024, 1280, 1440, 1920]:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(AT_REST)
            if wrong := page.evaluate(OUT_OF_PLACE):
                found[f"{address} {width}"] = wrong
    assert found == {}
