"""Companies are found by whom one asks for there, and booked in with them."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking
from bookings.onebox import look_for
from customers.contacts import add_contact
from customers.enums import ContactRole
from customers.models import Contact, Customer
from garages.models import Garage, Service
from garages.tenancy.context import tenant
from tests.factories.bookings import next_open_day
from tests.factories.customers import make_business, make_customer

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def westfield(garage: Garage) -> Customer:
    """Westfield Couriers, with Ann Lee on its own row, a driver and somebody who pays."""
    with tenant(garage.pk):
        company = make_business("Westfield Couriers", first_name="Ann", last_name="Lee", phone="01632 960111")
        add_contact(company, region="GB", role=ContactRole.DRIVER, name="Tom Reed", phone_typed="07700 900555")
        add_contact(company, region="GB", role=ContactRole.BILLING, name="Bo Ox", email="accounts@westfield.example")
        return company


def _meant(text: str, garage: Garage) -> list[tuple[str, str, str]]:
    with tenant(garage.pk):
        return [(hit.caller.name, hit.caller.person, hit.caller.role) for hit in look_for(text, garage).hits]


@pytest.mark.parametrize("typed", ["07700 900555", "0555", "+44 7700 900555", "tom reed", "REED", "reed tom"])
def test_company_is_found_by_its_driver(garage: Garage, westfield: Customer, typed: str) -> None:
    assert _meant(typed, garage) == [("Westfield Couriers", "Tom Reed", "Driver")]


@pytest.mark.parametrize("typed", ["01632 960111", "0111", "westfield", "ann lee"])
def test_company_found_by_what_is_its_own_is_itself(garage: Garage, westfield: Customer, typed: str) -> None:
    assert _meant(typed, garage) == [("Westfield Couriers", "Ann Lee", "")]


def test_people_come_before_companies_where_somebody_has_the_name(garage: Garage, westfield: Customer) -> None:
    with tenant(garage.pk):
        make_customer("Zoe Reed")
    assert [name for name, *_who in _meant("reed", garage)] == ["Zoe Reed", "Westfield Couriers"]


@pytest.mark.parametrize("typed", ["0555", "tom reed"])
def test_contacts_of_another_garage_lead_nowhere(other_garage: Garage, westfield: Customer, typed: str) -> None:
    assert _meant(typed, other_garage) == []


def test_phone_field_names_the_driver(garage: Garage, westfield: Customer, desk_client: Client) -> None:
    shown = desk_client.get("/g/here/desk/lookup/?phone=07700900555", headers=HTMX).content.decode()
    with tenant(garage.pk):
        tom = Contact.objects.get(name="Tom Reed")
    assert ("Tom Reed, Driver" in shown, f'"contact": "{tom.public_id}"' in shown) == (True, True)


def _form(client: Client, **typed: Any) -> dict[str, str]:
    """What the form's fields show."""
    page = client.post("/g/here/desk/form/", typed, headers=HTMX)
    form = page.context["form"]
    return {
        name: str(form[name].value() or "") for name in ("company_name", "first_name", "last_name", "phone", "email")
    }


def test_chosen_with_its_driver_the_form_asks_for_the_driver(
    garage: Garage, westfield: Customer, desk_client: Client
) -> None:
    with tenant(garage.pk):
        tom = Contact.objects.get(name="Tom Reed")
    chosen = {"customer": westfield.public_id, "changed": "customer", "contact": tom.public_id}
    assert _form(desk_client, **chosen) == {
        "company_name": "Westfield Couriers",
        "first_name": "Tom",
        "last_name": "Reed",
        "phone": "07700 900555",
        "email": "",
    }


def test_everybody_to_ask_for_is_offered_and_chosen_with_one_button(
    garage: Garage, westfield: Customer, desk_client: Client
) -> None:
    typed = {"kind": "business", "customer": westfield.public_id, "company_name": "Westfield Couriers"}
    typed |= {"first_name": "Ann", "last_name": "Lee", "phone": "01632 960111", "email": ""}
    page = html.unescape(desk_client.post("/g/here/desk/form/", typed, headers=HTMX).content.decode())
    with tenant(garage.pk):
        bo = Contact.objects.get(name="Bo Ox")
    assert f'aria-pressed="false" name="contact" value="{bo.public_id}"' in page
    picked = desk_client.post("/g/here/desk/form/", {**typed, "contact": bo.public_id}, headers=HTMX).content.decode()
    assert f'aria-pressed="true" name="contact" value="{bo.public_id}"' in picked
    chosen = _form(desk_client, **typed, contact=bo.public_id)
    assert (chosen["first_name"], chosen["phone"], chosen["email"]) == (
        "Bo",
        "01632 960111",
        "accounts@westfield.example",
    )


def test_nobody_of_another_company_is_chosen(garage: Garage, westfield: Customer, desk_client: Client) -> None:
    with tenant(garage.pk):
        other = make_business("Able Plumbing", first_name="Cy")
        tom = Contact.objects.get(name="Tom Reed")
    chosen = _form(desk_client, customer=other.public_id, changed="customer", contact=tom.public_id)
    assert chosen["first_name"] == "Cy"


def test_booking_says_with_whom_it_was_made(garage: Garage, westfield: Customer, desk_client: Client) -> None:
    with tenant(garage.pk):
        service = Service.objects.get(name="Brake check").public_id
    who = {"kind": "business", "customer": westfield.public_id, "company_name": "Westfield Couriers"}
    typed = who | {"first_name": "Tom", "last_name": "Reed", "phone": "07700 900555"}
    job = {"service": service, "date": next_open_day(garage).isoformat()}
    assert desk_client.post("/g/here/desk/create/", typed | job).status_code == 302
    with tenant(garage.pk):
        booking = Booking.objects.select_related("customer").get()
    assert (booking.customer, str(booking.customer.phone)) == (westfield, "+441632960111")
    page = desk_client.get(f"/g/here/bookings/{booking.reference}/").content.decode()
    assert ("Made with Tom Reed, Driver" in page, "the number was typed" in page) == (True, False)
    remark = desk_client.post("/g/here/desk/differs/", typed, headers=HTMX).content.decode()
    assert "07700" not in remark
