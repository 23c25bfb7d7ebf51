"""Every page, as those who may see it: axe, one h1, a title, a language, no sideways scroll, a quiet console.

Pages are found in the URL configuration (tests/addresses.py): a new one is walked by itself. Each is loaded once a role
and looked at in three guises without loading it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axe_playwright_python.base import AXE_SCRIPT
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Booking
from garages.enums import Role
from garages.models import Garage, Membership, User
from garages.tenancy.context import tenant
from tests.addresses import GARAGE_PAGES, OTHER_PAGES, fill, fill_plain
from tests.conftest import PASSWORD, logged_in
from tests.factories.bookings import make_booking
from tests.factories.garages import make_member
from tests.journeys.conftest import trouble_on
from tests.test_isolation import furnished  # noqa: F401 - a fixture: one of each thing an address can name

pytestmark = pytest.mark.django_db(transaction=True)

# What the law asks for. Colours are all that changes between light and dark.
WCAG: Final = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS: Final = {"type": "rule", "values": ["color-contrast"]}
# Two frames, and nothing on its way: a change of colours or width is drawn before it is judged.
_DRAWN: Final = """() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => {
    for (const moving of document.getAnimations()) moving.cancel();
    requestAnimationFrame(drawn);
})))"""
_RUN: Final = """async (only) => (await axe.run(document, {runOnly: only, resultTypes: ["violations"]})).violations
    .flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 160)}`))"""
_FACTS: Final = """() => [document.querySelectorAll("h1").length, document.title.split("·")[0].trim() !== "",
    document.documentElement.lang !== ""]"""
# Answers for machines, and ways out that show nothing of their own.
NOT_PAGES: Final = ("health/", "static/", "media/")


class Walk:
    """Looks at pages and notes what is wrong with them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        self._noise = trouble_on(page)
        page.emulate_media(reduced_motion="reduce")

    def visit(self, url: str, *, all_guises: bool = True) -> None:
        self._noise.clear()
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.emulate_media(color_scheme="light")
        self.page.goto(url)
        self.look(self.page.url)
        if all_guises:
            self.page.emulate_media(color_scheme="dark")
            self.look(f"{self.page.url} dark", COLOURS)
            self.page.emulate_media(color_scheme="light")
            self.page.set_viewport_size({"width": 390, "height": 844})
            self.look(f"{self.page.url} 390")
        self.page.set_viewport_size({"width": 320, "height": 640})
        if self.page.evaluate("document.documentElement.scrollWidth") > 320:
            self.wrong.append(f"{self.page.url}: scrolls sideways at 320 px")
        if self.page.evaluate(_FACTS) != [1, True, True]:
            self.wrong.append(f"{self.page.url}: one h1, a title, a language")
        self.wrong += [f"{self.page.url}: console: {line}" for line in self._noise]

    def look(self, where: str, only: dict[str, Any] = WCAG) -> None:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        self.page.evaluate(_DRAWN)
        self.wrong += [f"{where}: {found}" for found in self.page.evaluate(_RUN, only)]


def _log_in(page: Page, live_server: LiveServer, member: Membership) -> None:
    page.goto(f"{live_server.url}/login/")
    page.get_by_label("Email").fill(member.user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def _pages_of(user: User, garage: Garage, *, lowest: Role) -> Iterator[str]:
    """The addresses that are whole pages for this person, of at least the given lowest role."""
    client = logged_in(user)
    for address in GARAGE_PAGES:
        assert address.role is not None
        if address.role.rank < lowest.rank:
            continue
        url = fill(address, garage, under=garage)
        answer = client.get(url)
        is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
        if is_page and answer.content.lstrip().startswith(b"<!doctype html>"):
            yield url


@pytest.fixture
def here(furnished: tuple[Garage, Garage]) -> Garage:  # noqa: F811
    """The garage, with one of each thing and bookings in several states."""
    garage, _there = furnished
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "14:00", workshop_notes="Squeals", internal_notes="Regular")
        Booking.objects.update(key_tag="7", drop_off="wait")
    return garage


# Each page is looked at closely as the lowest role that may see it; owners see most on it, and get a quick look at all.
@pytest.mark.parametrize(
    ("role", "lowest", "all_guises"),
    [
        (Role.TECHNICIAN, Role.TECHNICIAN, True),
        (Role.RECEPTIONIST, Role.RECEPTIONIST, True),
        (Role.MANAGER, Role.MANAGER, True),
        (Role.OWNER, Role.TECHNICIAN, False),
    ],
)
def test_pages_of_a_role(
    page: Page, live_server: LiveServer, here: Garage, role: Role, lowest: Role, all_guises: bool
) -> None:
    member = make_member(here, role)
    with transaction.atomic():
        pages = list(_pages_of(member.user, here, lowest=lowest))
    assert pages
    _log_in(page, live_server, member)
    page.wait_for_url("**/g/here/**")
    walk = Walk(page)
    for url in pages:
        walk.visit(live_server.url + url, all_guises=all_guises)
    assert walk.wrong == []


def test_pages_outside_a_garage(page: Page, live_server: LiveServer, garage: Garage, receptionist: Membership) -> None:
    """As nobody, then between the two steps of the log-in, then with an authenticator app."""
    pages = [fill_plain(address) for address in OTHER_PAGES if not address.route.startswith(NOT_PAGES)]
    walk, seen = Walk(page), set()

    def visit_all() -> None:
        for url in pages:
            answer = page.request.get(live_server.url + url)
            is_page = answer.status == 200 and answer.headers.get("content-type", "").startswith("text/html")
            if is_page and answer.url not in seen:
                seen.add(answer.url)
                walk.visit(answer.url)

    visit_all()
    _log_in(page, live_server, receptionist)
    page.wait_for_url("**/g/here/**")
    TOTP.activate(receptionist.user, generate_totp_secret())
    visit_all()
    page.context.clear_cookies()
    _log_in(page, live_server, receptionist)
    page.wait_for_url("**/2fa/**")
    walk.visit(page.url)
    assert walk.wrong == []


def test_somebody_of_two_garages(
    page: Page, live_server: LiveServer, garage: Garage, other_garage: Garage, manager: Membership
) -> None:
    Membership.objects.create(user=manager.user, garage=other_garage, role=Role.RECEPTIONIST)
    _log_in(page, live_server, manager)
    walk = Walk(page)
    walk.visit(f"{live_server.url}/")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/g/here/dashboard/")
    page.get_by_title("Change garage").click()
    walk.look("garage switch")
    assert walk.wrong == []


def test_what_opens(page: Page, live_server: LiveServer, here: Garage, receptionist: Membership) -> None:
    """Menus, look-ups and dialogs while they are open."""
    _log_in(page, live_server, receptionist)
    page.wait_for_url("**/desk/")
    walk = Walk(page)
    page.get_by_title("Your account").click()
    walk.look("account menu")
    page.keyboard.press("Escape")
    page.get_by_label("Find customer or vehicle").fill("07700 900")
    expect(page.locator("[role=option]").first).to_be_visible()
    walk.look("look-up")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/g/here/desk/")
    page.get_by_role("button", name="More").click()
    walk.look("more menu")
    assert walk.wrong == []


FORMS: Final[dict[Role, list[str]]] = {
    Role.RECEPTIONIST: ["bookings:desk", "customers:create", "bookings:cancel"],
    Role.MANAGER: ["garages:service-add", "garages:technician-add", "garages:skill-add"],
}


@pytest.mark.parametrize("role", list(FORMS))
def test_forms_that_were_refused(page: Page, live_server: LiveServer, here: Garage, role: Role) -> None:
    _log_in(page, live_server, make_member(here, role))
    page.wait_for_url("**/g/here/**")
    walk = Walk(page)
    addresses = {address.name: address for address in GARAGE_PAGES}
    for name in FORMS[role]:
        with transaction.atomic():
            url = fill(addresses[name], here, under=here)
        page.goto(live_server.url + url)
        page.locator("main form[method=post] button[type=submit].btn--primary").first.click()
        expect(page.locator("main [aria-invalid=true], main [role=alert]").first).to_be_visible()
        walk.look(f"{name} refused")
    assert walk.wrong == []


def test_page_that_is_not_there(page: Page, live_server: LiveServer, garage: Garage) -> None:
    walk = Walk(page)
    page.goto(live_server.url + reverse("account_login") + "nowhere/")
    walk.look("404")
    assert walk.wrong == []
