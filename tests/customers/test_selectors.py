"""Finding customers by number and by name."""

from __future__ import annotations

import pytest
from django.db import connection

from customers import selectors
from customers.models import Customer
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.customers import make_business, make_customer


def _names(text: str, region: str = "GB") -> list[str]:
    return _chosen(selectors.by_phone(text, region=region))


def _chosen(chosen: selectors.Chosen | None) -> list[str]:
    if chosen is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*chosen)
        keys = [key for (key,) in cursor.fetchall()]
    known = Customer.objects.in_bulk(keys)
    return [known[key].name for key in keys]


@pytest.mark.parametrize(
    "text",
    ["077", "07700", "07700 900123", "+44 77", "+44 (0)77", "00447700", "447700", "7700 9", "123", "00123", "900 123"],
)
def test_by_phone_finds_every_way_to_begin_or_end_a_number(inside: Garage, text: str) -> None:
    make_customer("Priya Nair", phone="07700 900123")
    make_customer("Other One", phone="020 7946 0456")
    assert _names(text) == ["Priya Nair"]


@pytest.mark.parametrize("text", ["", "07", "  0 7 ", "abc", "900", "0770 0901", "+33 77"])
def test_by_phone_finds_nobody(inside: Garage, text: str) -> None:
    make_customer("Priya Nair", phone="07700 900123")
    assert _names(text) == []


def test_by_phone_last_used_first_once_each_and_bounded(inside: Garage) -> None:
    for n in range(12):
        make_customer(f"Person {n:02}", phone=f"0770090{n:02}77")
    assert _names("077") == [f"Person {n:02}" for n in range(11, 3, -1)]


def test_by_name_those_that_begin_so_first(inside: Garage) -> None:
    for name in ("Aaron Léa", "Lea Zimmer", "Zoe Lea"):
        make_customer(name)
    make_business("Lea Valley Farms")
    make_business("Abbey of Lea")
    found = ["Lea Valley Farms", "Lea Zimmer", "Aaron Léa", "Zoe Lea", "Abbey of Lea"]
    for limit in (1, 2, 4, 8):
        assert _chosen(selectors.by_name("LEA", region="GB", limit=limit)) == found[:limit]
    assert _chosen(selectors.by_name("lea zoe", region="GB")) == ["Zoe Lea"]


def test_by_a_surname_that_many_have_the_first_by_name(inside: Garage) -> None:
    for first in "JDAHCBGFE":
        make_customer(f"{first} Byron")
    merged = make_customer("Aa Byron")
    Customer.everything.filter(pk=merged.pk).update(merged_into=Customer.objects.get(first_name="J"))
    assert _chosen(selectors.by_name("byron", region="GB", limit=4)) == ["A Byron", "B Byron", "C Byron", "D Byron"]
    make_customer("Byron Zed")
    assert _chosen(selectors.by_name("byron", region="GB", limit=3)) == ["Byron Zed", "A Byron", "B Byron"]


def test_by_phone_odd_numbers_as_typed(inside: Garage) -> None:
    make_customer("Front Gate", phone="ext. 4711")
    assert _names("471") == ["Front Gate"]
    assert _names("711") == ["Front Gate"]


def test_by_phone_without_a_trunk_digit(inside: Garage) -> None:
    make_customer("Jo Park", phone="(212) 555-0123", region="US")
    make_customer("Ada Rossi", phone="02 1234 5678", region="IT")
    assert _names("212 555", region="US") == ["Jo Park"]
    assert _names("1212", region="US") == ["Jo Park"]
    assert _names("0212", region="IT") == ["Ada Rossi"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nair", ["Anil Nair", "Priya Nair"]),
        ("NAIR pri", ["Priya Nair"]),
        ("nunez", ["José Núñez"]),
        ("núñ", ["José Núñez"]),
        ("sørensen", ["Åse Sørensen"]),
        ("sorens", ["Åse Sørensen"]),
        ("couriers", ["Northgate Couriers"]),
        ("lee northgate", ["Northgate Couriers"]),
        ("07700 900123", ["Priya Nair"]),
        ("nair 07700", ["Priya Nair"]),
        ("100%", ["100% Clean"]),
        ("%%", []),
        ("__", []),
        ("\\\\", []),
        ("n", []),
        ("", []),
        ("nobody", []),
    ],
)
def test_search(inside: Garage, text: str, found: list[str]) -> None:
    make_customer("Priya Nair", phone="07700 900123")
    make_customer("Anil Nair", phone="020 7946 0456")
    make_customer("José Núñez")
    make_customer("Åse Sørensen")
    make_business("Northgate Couriers", first_name="Ann", last_name="Lee")
    make_business("100% Clean")
    assert [customer.name for customer in selectors.search(text, 10, region="GB")] == found


def test_search_sees_one_garage(inside: Garage, other_garage: Garage) -> None:
    make_customer("Priya Nair", phone="07700 900123")
    with tenant(other_garage.pk):
        make_customer("Priya Nayar", phone="07700 900456")
        assert [customer.name for customer in selectors.search("priya", 10)] == ["Priya Nayar"]
        assert _names("07700") == ["Priya Nayar"]
    assert [customer.name for customer in selectors.search("priya", 10)] == ["Priya Nair"]
    assert _names("07700") == ["Priya Nair"]


def test_search_is_bounded(inside: Garage) -> None:
    for n in range(4):
        make_customer(f"Priya {n}x")
    assert len(selectors.search("priya", 3)) == 3


def test_same_number(inside: Garage) -> None:
    priya = make_customer("Priya Nair", phone="07700 900123")
    anil = make_customer("Anil Nair", phone="+44 7700 900123")
    assert list(selectors.same_number(priya)) == [anil]
    assert list(selectors.same_number(make_customer("No Number"))) == []
