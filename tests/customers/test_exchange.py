"""Companies from and to files: what they are billed by, and their people."""

from __future__ import annotations

import pytest
from django.test import Client

from customers.contact_resource import ContactResource
from customers.enums import ContactRole
from customers.models import Contact, Customer
from customers.resources import CustomerResource
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.garages.test_import_export import import_file, problems, root_client, upload, url  # noqa: F401 - a fixture

COMPANIES = (
    "company,phone,purchase order number,billing_address\n"
    'Westfield Couriers,01632 960111,PO-7,"1 High Street\nNorthgate"\n'
    "Priory Dental,01632 960222,,\n"
)
PEOPLE = (
    "company,role,name,phone,email\n"
    "Westfield Couriers,driver,Tom Reed,07700 900555,\n"
    "Westfield Couriers,Billing,Ann Ox,,accounts@westfield.example\n"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def companies(root_client: Client, garage: Garage) -> Client:  # noqa: F811
    import_file(root_client, Customer, garage, COMPANIES)
    return root_client


def _people(garage: Garage) -> list[tuple[str, str, str, str]]:
    with tenant(garage.pk):
        return list(Contact.objects.order_by("pk").values_list("customer__company_name", "role", "name", "phone"))


def test_companies_bring_what_they_are_billed_by(companies: Client, garage: Garage) -> None:
    with tenant(garage.pk):
        westfield = Customer.objects.get(company_name="Westfield Couriers")
        exported = CustomerResource(garage).export(Customer.objects.order_by("pk")).dict[0]
    assert (westfield.purchase_order, westfield.billing_address) == ("PO-7", "1 High Street\nNorthgate")
    assert (exported["purchase_order"], exported["billing_address"]) == ("PO-7", "1 High Street\nNorthgate")


def test_people_are_previewed_then_kept(companies: Client, garage: Garage) -> None:
    preview = upload(companies, Contact, garage, PEOPLE)
    assert dict(preview.context["result"].totals)["new"] == 2
    assert _people(garage) == []
    import_file(companies, Contact, garage, PEOPLE)
    assert _people(garage) == [
        ("Westfield Couriers", ContactRole.DRIVER, "Tom Reed", "+447700900555"),
        ("Westfield Couriers", ContactRole.BILLING, "Ann Ox", ""),
    ]


def test_people_are_found_again_and_changed(companies: Client, garage: Garage) -> None:
    import_file(companies, Contact, garage, PEOPLE)
    changed = PEOPLE.replace("07700 900555", "07700 900666").replace("Tom Reed", "TOM REED")
    preview = upload(companies, Contact, garage, changed)
    totals = dict(preview.context["result"].totals)
    assert (totals["new"], totals["update"], totals["skip"]) == (0, 1, 1)
    import_file(companies, Contact, garage, changed)
    assert _people(garage)[0] == ("Westfield Couriers", ContactRole.DRIVER, "Tom Reed", "+447700900666")


def test_what_was_exported_can_be_imported(companies: Client, garage: Garage) -> None:
    import_file(companies, Contact, garage, PEOPLE)
    with tenant(garage.pk):
        exported = ContactResource(garage).export(Contact.objects.all())
    preview = upload(companies, Contact, garage, exported.csv)
    assert dict(preview.context["result"].totals)["skip"] == 2


def test_people_name_what_is_wrong_with_them(companies: Client, garage: Garage) -> None:
    import_file(companies, Customer, garage, "first_name,last_name,phone\nAda,Byron,07700 900123\n")
    rows = "company,role,name\nNobody & Sons,driver,Tom\nAda Byron,driver,Tom\nPriory Dental,boss,Tom\n"
    assert problems(upload(companies, Contact, garage, rows)) == [
        (2, {"company": ["This garage has no such customer. Import the customers first."]}),
        (3, {"company": ["People to ask for belong to a business."]}),
        (4, {"role": ["“boss” is none of: driver, billing, fleet."]}),
    ]


def test_people_are_added_on_their_companys_page_only(companies: Client) -> None:
    assert companies.get(url(Contact, "add")).status_code == 403
    assert companies.get(url(Contact, "import")).status_code == 200
