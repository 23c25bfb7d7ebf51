"""What a technician does on a tablet, and what the form says of how the car is left and of the customer it knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.enums import DropOff, Status
from bookings.models import Booking, WorkSpan
from customers.models import Customer
from garages.enums import Role
from garages.models import Garage, Membership, Technician
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking, next_open_day
from tests.factories.customers import make_customer

LogIn = Callable[[Role], Page]


def test_a_technician_works_a_job_with_one_tap_each(log_in: LogIn, live_server: LiveServer, garage: Garage) -> None:
    page = log_in(Role.TECHNICIAN)
    page.set_viewport_size({"width": 1024, "height": 768})
    now = timezone.now()
    with tenant(garage.pk), transaction.atomic():
        sam = Technician.objects.get(name="Sam Okoro")
        sam.membership = Membership.objects.get(garage=garage, role=Role.TECHNICIAN)
        sam.save()
        booking = make_booking(garage, workshop_notes="Squeals when cold")
        end = now + timedelta(minutes=30)
        moments = {"starts_at": now, "held_from": now, "ends_at": end, "ready_at": end, "held_until": end}
        Booking.objects.filter(pk=booking.pk).update(technician=sam, status=Status.CONFIRMED, **moments)
    page.goto(f"{live_server.url}/g/here/my-day/")
    expect(page.get_by_text("Squeals when cold")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    page.locator("summary", has_text="Pause").click()
    page.get_by_role("button", name="Waiting for parts").click()
    expect(page.locator(".job__clock", has_text="paused")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("[data-timer]")).to_be_visible()
    page.get_by_role("button", name="Complete").click()
    expect(page.locator('.job[data-status="completed"]')).to_be_visible()
    with tenant(garage.pk), transaction.atomic():
        spans = list(WorkSpan.objects.values_list("paused_for", flat=True))
        assert (Booking.objects.get().status, spans) == (Status.COMPLETED, ["parts", ""])
        assert not WorkSpan.objects.filter(ended_at=None).exists()


def test_the_times_follow_how_the_car_is_left(log_in: LogIn, live_server: LiveServer, garage: Garage) -> None:
    Garage.objects.filter(pk=garage.pk).update(waiters_a_slot=1)
    garage.refresh_from_db()
    day = next_open_day(garage)
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "10:00", drop_off=DropOff.WAIT)
    page = log_in(Role.RECEPTIONIST)
    page.goto(f"{live_server.url}/g/here/desk/?date={day.isoformat()}#new")
    page.get_by_label("Service", exact=True).select_option(label="BC · Brake check · 30 min · £25.00")
    ten = page.locator('#id_time input[value="10:00"]')
    expect(ten).to_have_count(1)
    page.get_by_role("button", name="Add notes").click()
    page.get_by_text("Waits here", exact=True).click()
    expect(ten).to_have_count(0)
    page.get_by_text("Shuttle", exact=True).click()
    expect(ten).to_have_count(1)


def test_another_email_is_taken_over_with_one_key(log_in: LogIn, live_server: LiveServer, garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        ada = make_customer("Ada Byron", phone="07700 900123", email="old@mail.example")
    page = log_in(Role.RECEPTIONIST)
    page.goto(f"{live_server.url}/g/here/desk/?customer={ada.public_id}#new")
    page.get_by_label("Email").fill("new@mail.example")
    page.get_by_label("Email").press("Tab")
    expect(page.get_by_text("Ada Byron has old@mail.example")).to_be_visible()
    page.keyboard.press("Alt+u")
    expect(page.get_by_label("Use the new one from now on")).to_be_checked()
    page.get_by_label("Service", exact=True).select_option(label="BC · Brake check · 30 min · £25.00")
    expect(page.locator("#id_time")).to_contain_text("Later")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Booked: Ada Byron")).to_be_visible()
    with tenant(garage.pk), transaction.atomic():
        assert Customer.objects.get().email == "new@mail.example"
