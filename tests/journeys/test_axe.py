"""axe outside a garage's pages and in the states people work in: nothing serious, light and dark, on a desk's screen
and a phone's. The pages of a garage are walked in test_axe_walk.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from garages.enums import Role
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.addresses import OTHER_PAGES, fill_plain
from tests.conftest import logged_in
from tests.factories.bookings import make_booking
from tests.factories.fleet import make_vehicle
from tests.factories.garages import make_garage, make_member
from tests.journeys.axe import look_at, look_at_pages, serious

pytestmark = pytest.mark.django_db(transaction=True)

OUTSIDE: Final = [address for address in OTHER_PAGES if address.name != "account_logout"]  # ends the walk: see below


@pytest.mark.parametrize("part", range(3))
def test_pages_of_an_account(log_in: Callable[[Role], Page], live_server: LiveServer, part: int) -> None:
    page = log_in(Role.MANAGER)
    assert look_at_pages(page, live_server.url, map(fill_plain, OUTSIDE[part::3])) == {}


@pytest.mark.parametrize("part", range(3))
def test_pages_without_a_log_in(page: Page, live_server: LiveServer, garage: Garage, part: int) -> None:
    assert look_at_pages(page, live_server.url, map(fill_plain, OUTSIDE[part::3])) == {}


def test_the_choice_of_a_garage(log_in: Callable[[Role], Page], live_server: LiveServer, garage: Garage) -> None:
    page = log_in(Role.RECEPTIONIST)
    there = make_garage(slug="there", name="There Motors")
    Membership.objects.create(garage=there, user=garage.memberships.get().user, role=Role.MANAGER)
    assert look_at(page, live_server.url + reverse("home")) == {}


def test_refusals_and_logging_out(page: Page, live_server: LiveServer, garage: Garage) -> None:
    session = logged_in(make_member(garage, Role.TECHNICIAN).user).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
    refused = reverse("bookings:desk", args=[garage.slug])
    addresses = [refused, "/nothing-here/", reverse("account_logout")]
    assert [look_at(page, live_server.url + address) for address in addresses] == [{}, {}, {}]


# --- The desk at work ---------------------------------------------------------------------------------------------
def test_the_desk_with_a_customer_chosen(
    log_in: Callable[[Role], Page], live_server: LiveServer, garage: Garage
) -> None:
    with tenant(garage.pk), transaction.atomic():
        ada = make_booking(garage, "10:00", workshop_notes="Squeals").customer
        make_vehicle(ada, registration="AB12 CDE")
    page = log_in(Role.RECEPTIONIST)
    assert look_at(page, f"{live_server.url}/g/here/desk/?customer={ada.public_id}#new") == {}


def test_lookup_and_errors_on_the_desk(log_in: Callable[[Role], Page], garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "10:00")
    page = log_in(Role.RECEPTIONIST)
    page.get_by_label("Phone number").fill("07700 900")
    page.locator("[role=option]").first.wait_for()
    assert serious(page) == []
    page.get_by_label("Phone number").fill("")
    page.get_by_role("button", name="Create booking").click()
    page.get_by_role("alert").filter(has_text="A name is needed").first.wait_for()
    assert serious(page) == []
