"""Contacts of companies, and people who become businesses."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client

from customers.contacts import add_contact
from customers.enums import ContactRole, Kind
from customers.errors import NameMissing
from customers.kinds import change_kind
from customers.models import Contact, Customer
from customers.services import update_customer
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.customers import make_business, make_customer
from tests.factories.fleet import make_vehicle


def _facts(customer: Customer) -> dict[str, Any]:
    return Customer.objects.filter(pk=customer.pk).values().get() | {"updated_at": None}


def test_a_contact_is_added_changed_and_removed(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        company = make_business("Northgate Couriers")
    page = f"/g/here/customers/{company.public_id}/"
    typed = {"role": "billing", "name": " Ada  Byron ", "phone_typed": "07700 900123", "idempotency_key": str(uuid4())}
    for _time in range(2):
        assert desk_client.post(f"{page}contacts/new/", typed).headers["Location"] == page
    with tenant(garage.pk):
        contact = company.contacts.get()
    assert (contact.role, contact.name, str(contact.phone)) == ("billing", "Ada Byron", "+447700900123")
    shown = desk_client.get(page).content.decode()
    assert [word in shown for word in ("Ada Byron", "Billing", "07700 900123")] == [True] * 3
    desk_client.post(f"{page}contacts/{contact.public_id}/", {"role": "driver", "name": "Ada King"})
    with tenant(garage.pk):
        contact.refresh_from_db()
        assert (contact.role, contact.name, contact.phone_typed) == ("driver", "Ada King", "")
    assert desk_client.post(f"{page}contacts/{contact.public_id}/remove/").headers["Location"] == page
    with tenant(garage.pk):
        assert not Contact.objects.exists()
        labels = apps.get_model("customers", "ContactEvent").objects.order_by("pgh_id")  # type: ignore[attr-defined]
        assert list(labels.values_list("pgh_label", flat=True)) == ["insert", "update", "delete"]


@pytest.mark.parametrize("typed", [{"role": "driver", "name": ""}, {"role": "king", "name": "Ada"}])
def test_a_contact_needs_name_and_role(garage: Garage, desk_client: Client, typed: dict[str, str]) -> None:
    with tenant(garage.pk):
        company = make_business("Northgate Couriers")
    assert desk_client.post(f"/g/here/customers/{company.public_id}/contacts/new/", typed).status_code == 422


def test_a_contact_is_found_at_its_own_company_only(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        contact = add_contact(make_business("Northgate Couriers"), region="GB", role=ContactRole.DRIVER, name="Ada")
        other = make_business("Able Plumbing")
    address = f"/g/here/customers/{other.public_id}/contacts/{contact.public_id}/"
    assert desk_client.get(address).status_code == desk_client.post(f"{address}remove/").status_code == 404


def test_a_person_becomes_a_business_and_back_without_losing_anything(inside: Garage) -> None:
    person = make_customer("Ada Byron", phone="07700 900123", notes="Tea")
    make_vehicle(person, "AB12 CDE")
    as_person = _facts(person)
    change_kind(person, Kind.BUSINESS, region="GB")
    assert _facts(person) == as_person | {
        "kind": "business",
        "company_name": "Ada Byron",
        "search_name": "ada byron ada byron",
    }
    update_customer(person, region="GB", company_name="Byron Engines", purchase_order="PO 7", billing_address="1 Quay")
    add_contact(person, region="GB", role=ContactRole.DRIVER, name="Charles")
    as_business = _facts(person)
    change_kind(person, Kind.INDIVIDUAL, region="GB")
    assert _facts(person) == as_person | {"purchase_order": "PO 7", "billing_address": "1 Quay"}
    change_kind(person, Kind.BUSINESS, region="GB")
    change_kind(person, Kind.BUSINESS, region="GB")  # sent twice
    assert _facts(person) == as_business
    assert (person.contacts.count(), person.vehicles.count()) == (1, 1)


def test_a_business_without_anybody_to_ask_for_stays_one(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        company = make_business("Northgate Couriers")
        with pytest.raises(NameMissing):
            change_kind(company, Kind.INDIVIDUAL, region="GB")
    page = f"/g/here/customers/{company.public_id}/"
    assert desk_client.post(f"{page}kind/", {"kind": "individual"}).headers["Location"] == f"{page}edit/"


def test_the_button_changes_the_kind(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        person = make_customer("Ada Byron")
    page = f"/g/here/customers/{person.public_id}/"
    assert (
        "Make a private customer"
        in desk_client.post(f"{page}kind/", {"kind": "business"}, follow=True).content.decode()
    )
    assert "Make a business" in desk_client.post(f"{page}kind/", {"kind": "individual"}, follow=True).content.decode()


def test_purchase_order_and_billing_address_are_typed_on_the_form(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        company = make_business("Northgate Couriers")
    page = f"/g/here/customers/{company.public_id}/"
    typed = {
        "kind": "business",
        "company_name": "Northgate",
        "purchase_order": "PO 7",
        "billing_address": "1 Quay\nYork",
    }
    desk_client.post(f"{page}edit/", typed)
    shown = desk_client.get(page).content.decode()
    assert ("PO 7" in shown, "1 Quay<br>York" in shown) == (True, True)
