"""A booking on paper."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking
from fleet.models import RegisterCheck, Vehicle
from fleet.services import add_mileage
from garages.models import Garage, Membership, Technician
from garages.tenancy.context import tenant
from integrations.vehicles.sandbox import look_up
from tests.conftest import logged_in
from tests.factories.bookings import make_booking, next_open_day
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(garage: Garage) -> Booking:
    """Ada Byron's Focus, whose last MOT left two remarks."""
    with tenant(garage.pk):
        customer = make_customer("Ada Byron", phone="07700 900123")
        vehicle = make_vehicle(customer, "BD18 SMR", make="Ford", model="Focus")
        Vehicle.objects.filter(pk=vehicle.pk).update(vin="WF0XXXGCDX1234567")
        add_mileage(vehicle, value=61_500, unit="mi", read_on=garage.today())
        facts = look_up("BD18SMR").facts
        assert facts is not None
        RegisterCheck.objects.create(vehicle=vehicle, facts=facts.as_json(), source="sandbox", checked_at=garage.now())
        booking = make_booking(
            garage, "10:00", customer=customer, vehicle=vehicle, workshop_notes="Squeals", internal_notes="Slow payer"
        )
        Booking.objects.filter(pk=booking.pk).update(key_tag="14", parking="B 3")
        return booking


def _words(page: Any) -> str:
    card = page.content.decode().partition('<article class="paper jobcard"')[2].partition("</article>")[0]
    return " ".join(re.sub("<[^>]+>", " ", card).split())


def test_it_says_what_the_workshop_needs_and_no_more(booking: Booking, desk_client: Client) -> None:
    card = _words(desk_client.get(f"/g/here/bookings/{booking.reference}/job-card/"))
    said = ["Ada Byron", "07700 900123", "BD18 SMR", "Ford Focus", "WF0XXXGCDX1234567", "61,500 mi", "Brake check"]
    said += ["Squeals", "14", "B 3", "Remarks of the last MOT", "Customer, date and signature", booking.reference]
    assert [words for words in said if words not in card] == []
    assert [words for words in ("£", "Slow payer") if words in card] == []


def test_technicians_have_that_of_their_own_jobs(booking: Booking, garage: Garage, technician: Membership) -> None:
    client, address = logged_in(technician.user), f"/g/here/bookings/{booking.reference}/job-card/"
    assert client.get(address).status_code == 200
    with tenant(garage.pk):
        someone = Technician.objects.create(name="Somebody else")
        Booking.objects.filter(pk=booking.pk).update(technician=someone)
    assert client.get(address).status_code == 404


def test_it_needs_no_vehicle(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        booking = make_booking(garage)
    assert "Saloon" in _words(desk_client.get(f"/g/here/bookings/{booking.reference}/job-card/"))


def test_the_booking_and_the_line_after_booking_lead_to_it(
    booking: Booking, garage: Garage, desk_client: Client
) -> None:
    page = desk_client.get(f"/g/here/bookings/{booking.reference}/").content.decode()
    assert f'href="/g/here/bookings/{booking.reference}/job-card/"' in page
    with tenant(garage.pk):
        service = booking.lines.get().service.public_id
    typed = {"first_name": "Priya", "last_name": "Nair", "service": service, "date": next_open_day(garage).isoformat()}
    desk = desk_client.post("/g/here/desk/create/", typed, follow=True).content.decode()
    with tenant(garage.pk):
        newest = Booking.objects.latest("pk").reference
    assert f'href="/g/here/bookings/{newest}/job-card/">Job card</a>' in desk
