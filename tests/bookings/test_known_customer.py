"""A customer chosen at the desk keeps what was typed of them just now (COMP-6)."""

from __future__ import annotations

from django.test import Client

from bookings.models import Booking
from customers.models import Customer
from garages.models import Garage, Service
from garages.tenancy.context import tenant
from tests.factories.bookings import next_open_day
from tests.factories.customers import make_customer


def _book(client: Client, garage: Garage, customer: Customer, *, phone: str, email: str) -> Booking:
    with tenant(garage.pk):
        service = Service.objects.get(name="Brake check").public_id
    named = {"first_name": "Ada", "last_name": "Byron", "customer": customer.public_id}
    job = {"service": service, "date": next_open_day(garage).isoformat()}
    assert client.post("/g/here/desk/create/", {**named, **job, "phone": phone, "email": email}).status_code == 302
    with tenant(garage.pk):
        return Booking.objects.select_related("customer").latest("pk")


def test_what_was_not_known_is_learned_and_what_was_known_stays(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_customer("Ada Byron")
    first = _book(desk_client, garage, ada, phone="07700 900123", email="ada@mail.example")
    second = _book(desk_client, garage, ada, phone="07700 900999", email="other@mail.example")
    for booking in (first, second):
        assert booking.customer == ada
    assert (second.customer.phone, second.customer.email) == ("+447700900123", "ada@mail.example")


def test_another_number_is_offered_on_the_bookings_page(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_customer("Ada Byron", phone="07700 900123")
    for phone, is_said in [("07700 900999", True), ("+44 7700 900123", False)]:
        booking = _book(desk_client, garage, ada, phone=phone, email="")
        page = desk_client.get(f"/g/here/bookings/{booking.reference}/").content.decode()
        assert (f"At the desk the number was typed {phone}." in page) is is_said
