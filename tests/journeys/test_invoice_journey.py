"""From the finished car to the money in the till, with the keyboard alone (PAY-1, PAY-2)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from billing.enums import Standing
from billing.models import Invoice
from bookings.enums import Status
from bookings.models import Booking
from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db(transaction=True)


def test_work_is_completed_billed_and_paid(
    log_in: Callable[[Role], Page], live_server: LiveServer, garage: Garage
) -> None:
    Garage.objects.update(vat_percent=Decimal(20))
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage)
        Booking.objects.update(status=Status.IN_SERVICE)
    page = log_in(Role.RECEPTIONIST)
    page.goto(f"{live_server.url}/g/here/bookings/{booking.reference}/")
    page.keyboard.press("d")
    card = page.get_by_role("region", name="Invoices")
    expect(card.get_by_text("£25.00")).to_be_visible()
    page.wait_for_load_state()  # from then on it hears keys
    page.keyboard.press("v")
    expect(page.get_by_role("heading", name="Draft", level=1)).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("a")
    expect(page.get_by_label("Description").first).to_be_focused()
    page.keyboard.type("Brake pads")
    page.keyboard.press("Tab")
    page.keyboard.type("89.90")
    page.keyboard.press("Enter")
    paper = page.get_by_role("article", name="Invoice")
    expect(paper.get_by_text("£114.90")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    expect(page.get_by_text("Issued as", exact=False).first).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("p")
    expect(page.get_by_role("region", name="State").get_by_text("Paid")).to_be_visible()
    expect(page.get_by_role("region", name="Payments").get_by_text("£114.90").first).to_be_visible()
    with tenant(garage.pk), transaction.atomic():
        assert Invoice.objects.get().status == Standing.PAID
