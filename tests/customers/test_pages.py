"""Taking customers down and changing them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from customers.enums import Kind
from customers.models import Customer
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.customers import make_business, make_customer

NEW = "/g/here/customers/new/"


def _only_customer(garage: Garage) -> Customer:
    with tenant(garage.pk):
        return Customer.objects.get()


def _count(garage: Garage) -> int:
    with tenant(garage.pk):
        return Customer.objects.count()


def test_create_saves_every_fact(garage: Garage, desk_client: Client) -> None:
    response = desk_client.post(
        NEW,
        {
            "kind": "business",
            "company_name": "Northgate Couriers",
            "phone_typed": "020 7946 0112",
            "first_name": "Ann",
            "last_name": "Lee",
            "email": "ann@northgate.example",
            "language": "fr",
            "preferred_channel": "sms",
            "notes": "Gate code 4711",
        },
        follow=True,
    )
    customer = _only_customer(garage)
    assert response.redirect_chain == [(f"/g/here/customers/{customer.public_id}/", 302)]
    assert [str(message) for message in response.context["messages"]] == ["Customer saved."]
    assert (customer.kind, customer.name, customer.contact_name) == (Kind.BUSINESS, "Northgate Couriers", "Ann Lee")
    assert (str(customer.phone), customer.phone_typed) == ("+442079460112", "020 7946 0112")
    assert (customer.email, customer.language, customer.preferred_channel) == ("ann@northgate.example", "fr", "sms")
    assert customer.notes == "Gate code 4711"


def test_create_sent_twice_makes_one(garage: Garage, desk_client: Client) -> None:
    data = {"kind": "individual", "last_name": "Nair", "idempotency_key": str(uuid.uuid4())}
    first, second = desk_client.post(NEW, data), desk_client.post(NEW, data)
    assert first.headers["Location"] == second.headers["Location"]
    assert _count(garage) == 1
    desk_client.post(NEW, data | {"last_name": "Nayar"})
    assert _count(garage) == 2


@pytest.mark.parametrize("number", ["ext. 4711", "12", "06 12 34 56 78", "ask his wife"])
def test_an_odd_number_warns_and_is_saved(garage: Garage, desk_client: Client, number: str) -> None:
    note = desk_client.post("/g/here/customers/phone-note/", {"phone_typed": number})
    assert "It is kept as typed." in note.content.decode()
    page = desk_client.post(NEW, {"last_name": "Nair", "phone_typed": number}, follow=True).content.decode()
    assert _only_customer(garage).phone_typed == number
    assert "It is kept as typed." in page


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"kind": "individual"}, "first_name", "A name is needed: first or last."),
        ({"kind": "business", "first_name": "Ann"}, "company_name", "Which company is it?"),
        ({"kind": "individual", "last_name": "Nair", "email": "nonsense"}, "email", "Enter a valid email address."),
        (
            {"kind": "robot", "last_name": "Nair"},
            "kind",
            "Select a valid choice. robot is not one of the available choices.",
        ),
    ],
)
def test_create_refuses_next_to_the_field(
    garage: Garage, desk_client: Client, data: dict[str, str], field: str, sentence: str
) -> None:
    response = desk_client.post(NEW, data | {"notes": "typed already"})
    assert response.status_code == 422
    assert dict(response.context["form"].errors) == {field: [sentence]}
    page = response.content.decode()
    assert page.count(sentence) == 2  # in the summary and at the field
    assert "typed already" in page
    assert _count(garage) == 0


def test_the_number_of_somebody_known_is_a_notice(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        priya = make_customer("Priya Nair", phone="07700 900123")
    url = "/g/here/customers/phone-note/"
    note = desk_client.post(url, {"phone_typed": "+44 7700 900 123"}).content.decode()
    assert f'<a class="link" href="/g/here/customers/{priya.public_id}/">Priya Nair</a>' in note
    own = desk_client.post(url, {"phone_typed": "07700 900123", "customer": str(priya.public_id)}).content.decode()
    assert "Priya" not in own
    desk_client.post(NEW, {"last_name": "Nair", "first_name": "Anil", "phone_typed": "07700 900123"})
    assert _count(garage) == 2


def test_somebody_of_almost_that_name_is_a_notice(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        priya = make_customer("Priya Nair", phone="07700 900123")
    url, typed = "/g/here/customers/phone-note/", {"first_name": "Pryia", "last_name": "Nair", "kind": "individual"}
    note = desk_client.post(url, typed | {"phone_typed": "07700 900999"}).content.decode()
    assert "Probably known already:" in note
    assert f'href="/g/here/customers/{priya.public_id}/"' in note
    assert "Priya" not in desk_client.post(url, typed | {"customer": str(priya.public_id)}).content.decode()
    assert "Priya" not in desk_client.post(url, typed | {"first_name": "Anil\x00"}).content.decode()


def test_edit_shows_and_changes(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        customer = make_business("Nair Ltd", first_name="Ann", phone="07700 900123", notes="Gate code")
    url = f"/g/here/customers/{customer.public_id}/edit/"
    form = desk_client.get(url).context["form"]
    assert [form[name].value() for name in ("kind", "company_name", "first_name", "phone_typed", "notes")] == [
        "business",
        "Nair Ltd",
        "Ann",
        "07700 900123",
        "Gate code",
    ]
    response = desk_client.post(url, {"kind": "individual", "company_name": "Nair Ltd", "first_name": "Ann"})
    assert response.headers["Location"] == f"/g/here/customers/{customer.public_id}/"
    customer = _only_customer(garage)
    assert (customer.name, customer.company_name, str(customer.phone), customer.notes) == ("Ann", "", "", "")
    assert desk_client.post(url, {"kind": "individual"}).status_code == 422


def test_languages_of_the_garage_come_first(garage: Garage, desk_client: Client) -> None:
    garage.languages = ["fr", "en"]
    garage.save()
    choices = desk_client.get(NEW).context["form"].fields["language"].choices
    assert [code for code, _ in choices] == ["", "fr", "en", "es"]


def _pages(customer: Customer) -> list[tuple[str, str, dict[str, Any]]]:
    at = f"/g/here/customers/{customer.public_id}/"
    return [
        ("get", "/g/here/customers/", {}),
        ("post", "/g/here/customers/rows/", {"rows": "10"}),
        ("get", NEW, {}),
        ("post", NEW, {"last_name": "Nair"}),
        ("post", "/g/here/customers/phone-note/", {}),
        ("get", at, {}),
        ("get", f"{at}edit/", {}),
        ("post", f"{at}edit/", {"last_name": "Overwritten"}),
        ("get", f"{at}vehicles/new/", {}),
        ("post", f"{at}vehicles/new/", {"make": "Ford"}),
    ]


def test_technicians_and_strangers_see_no_customer(
    garage: Garage, technician: Membership, stranger: Membership
) -> None:
    with tenant(garage.pk):
        customer = make_customer("Priya Nair")
    for member, status in ((technician, 403), (stranger, 404)):
        client = logged_in(member.user)
        for method, url, data in _pages(customer):
            assert getattr(client, method)(url, data).status_code == status, (member, method, url)
    assert _only_customer(garage).name == "Priya Nair"


def test_another_garages_customer_does_not_exist(garage: Garage, other_garage: Garage, desk_client: Client) -> None:
    with tenant(other_garage.pk):
        foreign = make_customer("Priya Nair")
    for method, url, data in _pages(foreign)[5:]:
        assert getattr(desk_client, method)(url, data).status_code == 404, (method, url)
