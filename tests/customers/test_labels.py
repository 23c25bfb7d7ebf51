"""What a garage says of its customers in words of its own: labels, and how they found it (P-24)."""

from __future__ import annotations

import pytest
from django.test import Client

from bookings.services.merge import merge, part
from customers.labels import known_labels, known_referrals, tidy
from customers.models import Customer
from customers.resources import CustomerResource
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.factories.customers import make_customer
from tests.garages.test_import_export import import_file, root_client  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
LIST = "/g/here/customers/"


def _labelled(**people: list[str]) -> None:
    for name, labels in people.items():
        customer = make_customer(f"{name} Byron", phone="")
        Customer.objects.filter(pk=customer.pk).update(labels=labels)


def test_each_label_stands_once_in_alphabetical_order() -> None:
    assert tidy(["  vip ", "Élite", "VIP", "", "elite", "Courtesy  car"]) == ["Courtesy car", "Élite", "vip"]


def test_labels_are_ticked_and_added(desk_client: Client, inside: Garage) -> None:
    _labelled(Ann=["Regular"])
    page = desk_client.get(f"{LIST}new/").content.decode()
    assert 'value="Regular"' in page
    facts = {"last_name": "Nair", "labels": ["Regular"], "new_labels": "Taxi; regular, taxi", "referral": " A  friend "}
    assert desk_client.post(f"{LIST}new/", facts).status_code == 302
    made = Customer.objects.get(last_name="Nair")
    assert (made.labels, made.referral) == (["Regular", "Taxi"], "A friend")
    assert (known_labels(), known_referrals()) == (["Regular", "Taxi"], ["A friend"])
    profile = desk_client.get(f"{LIST}{made.public_id}/").content.decode()
    assert "?label=Taxi" in profile
    assert "A friend" in profile
    desk_client.post(f"{LIST}{made.public_id}/edit/", {"last_name": "Nair", "labels": ["Taxi"]})
    made.refresh_from_db()
    assert made.labels == ["Taxi"]


def test_a_label_that_is_a_sentence_is_refused(desk_client: Client, inside: Garage) -> None:
    refused = desk_client.post(f"{LIST}new/", {"last_name": "Nair", "new_labels": "x" * 31})
    assert (refused.status_code, Customer.objects.count()) == (422, 0)


def test_the_list_is_narrowed_to_a_label(desk_client: Client, inside: Garage) -> None:
    _labelled(Ann=["Regular", "Taxi"], Bob=["Regular"], Cleo=[])
    page = desk_client.get(LIST, {"label": "Regular", "kind": "individual"})
    assert [customer.first_name for customer, *_more in page.context["rows"]] == ["Ann", "Bob"]
    assert (page.context["all_count"], page.context["labels"]) == (2, ["Regular", "Taxi"])
    assert "Nobody has the label" in desk_client.get(LIST, {"label": "Nothing"}).content.decode()


def test_labels_come_from_files_and_go_to_them(garage: Garage, root_client: Client) -> None:  # noqa: F811
    import_file(
        root_client, Customer, garage, 'last_name,phone,tags,referral\nNair,07700 900123,"Taxi, Regular",Google\n'
    )
    with tenant(garage.pk):
        row = CustomerResource(garage).export(Customer.objects.all()).dict[0]
    assert (row["labels"], row["referral"]) == ("Regular, Taxi", "Google")


def test_merged_they_have_the_labels_of_both_and_parted_their_own(inside: Garage, manager: Membership) -> None:
    _labelled(Ann=["Regular"], Anne=["Taxi", "regular"])
    kept, gone = Customer.objects.order_by("first_name")
    done = merge(kept, gone, chosen={}, reason="The same", by=manager)
    kept.refresh_from_db()
    assert kept.labels == ["Regular", "Taxi"]
    part(done, by=manager)
    kept.refresh_from_db()
    assert kept.labels == ["Regular"]
