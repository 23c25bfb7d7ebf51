"""axe on the pages people work in: nothing serious, light and dark, on a desk's screen and a phone's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from bookings.models import Booking
from fleet.services import create_vehicle
from garages.enums import Role
from garages.models import Garage, Service
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db(transaction=True)

DESK = ["bookings:desk", "bookings:planner", "bookings:sheet", "bookings:list", "customers:list", "customers:create"]
MANAGE = [
    *("reports:dashboard", "garages:details", "garages:rules", "garages:hours", "garages:closures", "garages:bays"),
    *("garages:vehicle-types", "garages:technicians", "garages:services", "garages:service-add", "garages:team"),
]
PAGES = {
    Role.TECHNICIAN: ["bookings:my-day", "bookings:planner", "bookings:wall"],
    Role.RECEPTIONIST: DESK,
    Role.MANAGER: MANAGE,
}


def _serious(page: Page) -> list[str]:
    """What axe finds serious or critical on the page as it stands."""
    page.emulate_media(reduced_motion="reduce")
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def _look_at(page: Page, address: str) -> dict[str, list[str]]:
    """The page in three guises; only those with something serious."""
    found = {}
    for width, height, scheme in [(1440, 900, "light"), (1440, 900, "dark"), (390, 844, "light")]:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(address)
        serious = _serious(page)
        if serious:
            found[f"{address} {width} {scheme}"] = serious
    return found


@pytest.fixture
def ada(garage: Garage) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "10:00", workshop_notes="Squeals")
        create_vehicle(customer=booking.customer, registration_typed="AB12 CDE", make="Ford", model="Focus")
        return booking


@pytest.mark.parametrize("role", list(PAGES))
def test_pages_of_a_role(
    log_in: Callable[[Role], Page], live_server: LiveServer, garage: Garage, ada: Booking, role: Role
) -> None:
    page = log_in(role)
    addresses = [reverse(name, args=[garage.slug]) for name in PAGES[role]]
    if role == Role.RECEPTIONIST:
        with tenant(garage.pk), transaction.atomic():
            car = ada.customer.vehicles.get()
        booking = {"garage": garage.slug, "reference": ada.reference}
        addresses += [
            *(reverse(f"bookings:{name}", kwargs=booking) for name in ("detail", "edit", "move", "cancel")),
            reverse("customers:detail", args=[garage.slug, ada.customer.public_id]),
            reverse("customers:edit", args=[garage.slug, ada.customer.public_id]),
            reverse("fleet:vehicle", args=[garage.slug, car.public_id]),
            reverse("fleet:vehicle-edit", args=[garage.slug, car.public_id]),
            f"{reverse('bookings:desk', args=[garage.slug])}?customer={ada.customer.public_id}#new",
        ]
    if role == Role.MANAGER:
        with tenant(garage.pk), transaction.atomic():
            addresses.append(reverse("garages:service", args=[garage.slug, Service.objects.all()[0].public_id]))
    serious: dict[str, list[str]] = {}
    for address in addresses:
        serious |= _look_at(page, live_server.url + address)
    assert serious == {}


def test_pages_before_the_log_in(page: Page, live_server: LiveServer, garage: Garage) -> None:
    assert {
        **_look_at(page, live_server.url + reverse("account_login")),
        **_look_at(page, live_server.url + reverse("account_reset_password")),
    } == {}


def test_lookup_and_errors_on_the_desk(log_in: Callable[[Role], Page], garage: Garage, ada: Booking) -> None:
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("Phone number").fill("07700 900")
    page.locator("[role=option]").first.wait_for()
    assert _serious(page) == []
    page.get_by_label("Phone number").fill("")
    page.get_by_role("button", name="Create booking").click()
    page.get_by_role("alert").filter(has_text="A name is needed").first.wait_for()
    assert _serious(page) == []
