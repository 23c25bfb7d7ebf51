"""Who a customer is: identify, create, update."""

from __future__ import annotations

import pytest

from customers.enums import Kind
from customers.errors import NameMissing
from customers.models import Customer
from customers.services import create_customer, identify, update_customer
from customers.signals import customer_changed
from garages.models import Garage
from tests.factories.customers import make_business, make_customer

NUMBER = "07700 900123"


def _identify(name: str = "", **fields: object) -> tuple[Customer, bool]:
    first, _, last = name.rpartition(" ")
    words = {"kind": Kind.INDIVIDUAL, "first_name": first, "last_name": last, "region": "GB"}
    return identify(**(words | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "number", "who"),
    [
        ("Priya Nair", NUMBER, "Priya Nair"),
        ("priya NAIR", "+44 (0)7700 900 123", "Priya Nair"),
        ("Príya Naïr", "00447700900123", "Priya Nair"),
        ("José Núñez", NUMBER, "Jose Nunez"),
        ("Somebody Else", NUMBER, "Jose Nunez"),  # the last one to use the number
        ("", NUMBER, "Jose Nunez"),
        ("Priya Nair", "07700 900999", None),
        ("Priya Nair", "", None),
    ],
)
def test_identify_by_number(inside: Garage, typed: str, number: str, who: str | None) -> None:
    make_customer("Priya Nair", phone=NUMBER)
    make_customer("Jose Nunez", phone=NUMBER)
    found, is_new = _identify(typed, phone_typed=number)
    assert (found.name, is_new) == (who or typed, who is None)
    assert Customer.objects.count() == 2 + is_new


def test_identify_never_overwrites_a_name_and_fills_what_was_empty(inside: Garage) -> None:
    known = make_customer("Priya Nair", phone=NUMBER, language="fr")
    found, _ = _identify("Anil Nair", phone_typed=NUMBER, email="nair@mail.example", language="en")
    assert found == known
    found.refresh_from_db()
    assert (found.name, found.email, found.language) == ("Priya Nair", "nair@mail.example", "fr")
    found, _ = _identify("Anil Nair", phone_typed=NUMBER, email="other@mail.example")
    found.refresh_from_db()
    assert found.email == "nair@mail.example"


def test_identify_new_person_on_a_known_number(inside: Garage) -> None:
    known = make_customer("Priya Nair", phone=NUMBER)
    other, is_new = _identify("Anil Nair", phone_typed=NUMBER, new_person=True)
    assert (other.name, str(other.phone), is_new) == ("Anil Nair", "+447700900123", True)
    same, is_new = _identify("Priya Nair", phone_typed=NUMBER, new_person=True)
    assert (same, is_new) == (known, False)


def test_identify_the_one_who_used_the_number_last(inside: Garage) -> None:
    first = make_customer("Priya Nair", phone=NUMBER)
    make_customer("Anil Nair", phone=NUMBER)
    _identify("Priya Nair", phone_typed=NUMBER)
    assert _identify("Somebody Else", phone_typed=NUMBER) == (first, False)


def test_identify_a_business_is_not_the_person_with_its_number(inside: Garage) -> None:
    make_customer("Priya Nair", phone=NUMBER)
    company, is_new = _identify("Ann Lee", kind=Kind.BUSINESS, company_name="Nair Ltd", phone_typed=NUMBER)
    assert (company.name, company.contact_name, is_new) == ("Nair Ltd", "Ann Lee", True)
    again, is_new = _identify("", kind=Kind.BUSINESS, company_name="NAIR LTD", phone_typed=NUMBER)
    assert (again, is_new) == (company, False)


def test_identify_gives_a_business_its_first_contact(inside: Garage) -> None:
    company = make_business("Nair Ltd", phone=NUMBER)
    found, _ = _identify("Ann Lee", kind=Kind.BUSINESS, company_name="Nair Ltd", phone_typed=NUMBER)
    found.refresh_from_db()
    assert (found, found.contact_name) == (company, "Ann Lee")


def test_identify_without_a_number_needs_name_and_email(inside: Garage) -> None:
    known = make_customer("Priya Nair", email="priya@mail.example")
    assert _identify("priya nair", email="PRIYA@mail.example") == (known, False)
    assert _identify("Anil Nair", email="priya@mail.example")[1] is True
    assert _identify("Priya Nair")[1] is True


def test_identify_odd_numbers_by_their_digits(inside: Garage) -> None:
    known, _ = _identify("Priya Nair", phone_typed="ext. 4711")
    assert (str(known.phone), known.phone_typed) == ("", "ext. 4711")
    assert _identify("Priya Nair", phone_typed="ext 47 11") == (known, False)


def test_identify_in_another_garage_is_somebody_new(inside: Garage, other_garage: Garage) -> None:
    from garages.tenancy.context import tenant

    make_customer("Priya Nair", phone=NUMBER)
    with tenant(other_garage.pk):
        found, is_new = _identify("Priya Nair", phone_typed=NUMBER)
        assert (is_new, found.garage_id) == (True, other_garage.pk)


def test_a_customer_needs_a_name(inside: Garage) -> None:
    with pytest.raises(NameMissing) as refused:
        create_customer(region="GB", kind=Kind.BUSINESS, first_name="Ann", last_name="Lee")
    assert refused.value.field == "company_name"
    with pytest.raises(NameMissing) as refused:
        _identify(" ", phone_typed=NUMBER)
    assert refused.value.field == "last_name"
    assert not Customer.objects.exists()


def test_update_keeps_what_is_not_given_and_tells(inside: Garage) -> None:
    news = []

    def listener(customer: Customer, created: bool, **_: object) -> None:
        news.append((customer.name, created))

    customer_changed.connect(listener)
    try:
        customer = make_customer("Priya Nair", phone=NUMBER, email="priya@mail.example")
        update_customer(customer, region="GB", last_name="  Nair   Shah ", phone_typed="+33 6 12 34 56 78")
    finally:
        customer_changed.disconnect(listener)
    customer.refresh_from_db()
    assert (customer.name, customer.email) == ("Priya Nair Shah", "priya@mail.example")
    assert (str(customer.phone), customer.phone_typed, customer.phone_digits) == (
        "+33612345678",
        "+33 6 12 34 56 78",
        "33612345678",
    )
    assert news == [("Priya Nair", True), ("Priya Nair Shah", False)]
