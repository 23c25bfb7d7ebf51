"""The waiting list in the browser: a time becomes free, its offer shows by itself, and one click books it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.enums import Status
from bookings.models import Booking
from bookings.services import cancel
from bookings.services.waiting import join
from garages.enums import Role
from garages.models import Bay, Garage, Membership
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking, next_open_day, service_named
from tests.factories.customers import make_customer

LogIn = Callable[[Role], Page]


def test_a_freed_time_is_offered_and_taken(
    log_in: LogIn, live_server: LiveServer, garage: Garage, manager: Membership
) -> None:
    with tenant(garage.pk), transaction.atomic():
        Bay.objects.filter(name="MOT bay").update(is_active=False)
        setup = load_setup(garage)
        taken = [
            make_booking(garage, f"{hour:02}:00", services=["Full service"], phone=f"07700 9001{hour:02}")
            for hour in range(8, 18, 2)
        ]
        join(
            customer=make_customer("Grace Hopper", phone="07700 900456"),
            vehicle=None,
            vehicle_type=None,
            services=[service_named(setup, "Brake check")],
            day=next_open_day(garage),
        )
    page = log_in(Role.RECEPTIONIST)
    page.goto(f"{live_server.url}/g/here/waiting/")
    expect(page.get_by_role("row", name="Grace Hopper")).to_contain_text("waiting")
    with tenant(garage.pk), transaction.atomic():
        cancel(taken[1], reason="Ill", by=manager)
    page.reload()
    page.get_by_role("button", name="Book Grace Hopper for").click()
    expect(page.get_by_role("status").filter(has_text="booked from the waiting list")).to_be_visible()
    with tenant(garage.pk), transaction.atomic():
        booked = Booking.objects.get(customer__last_name="Hopper")
    assert (booked.starts_at, booked.status) == (taken[1].starts_at, Status.PENDING)
