"""Duplicates are seen while typing: what counts as one, and how well that works on generated ones."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from django.test import Client

from customers.duplicates import Likeness, Person, distance, likeness
from customers.models import Customer
from customers.selectors import likely_pairs, look_alikes
from garage_desk.demo.profiles import DEMO_GARAGES
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.customers import make_business, make_customer

PRECISION, RECALL = 0.95, 0.90
KNOWN, TYPED = 600, 200


@pytest.mark.parametrize(
    ("word", "other", "steps"),
    [("taylor", "taylor", 0), ("taylor", "tayler", 1), ("taylor", "talyor", 1), ("taylor", "tayor", 1), ("a", "", 1)],
)
def test_distance_counts_slips_of_the_pen(word: str, other: str, steps: int) -> None:
    assert distance(word, other) == distance(other, word) == steps


@pytest.mark.parametrize(
    ("typed", "known", "said"),
    [
        (("Sophie", "Taylor", "1"), ("Sophie", "Tayler", "2"), Likeness.SAME),
        (("Taylor", "Sophie", "1"), ("Sophie", "Taylor", "2"), Likeness.SAME),
        (("José", "NUÑEZ", ""), ("Jose", "Nunez", "2"), Likeness.SAME),
        (("Sofie", "Tayler", "1"), ("Sophie", "Taylor", "1"), Likeness.SAME),
        (("S.", "Taylor", "1"), ("Sophie", "Taylor", "1"), Likeness.SAME),
        (("S.", "Taylor", "1"), ("Sophie", "Taylor", "2"), None),
        (("Mark", "Taylor", "1"), ("Sophie", "Taylor", "1"), Likeness.SHARES_NUMBER),
        (("Mark", "Taylor", "1"), ("Sophie", "Taylor", "2"), None),
        (("Amy", "Lee", "1"), ("Ann", "Lee", "2"), None),
        (("", "", "1"), ("Ann", "Lee", "1"), Likeness.SHARES_NUMBER),
        (("", "", ""), ("Ann", "Lee", ""), None),
    ],
)
def test_likeness(typed: tuple[str, str, str], known: tuple[str, str, str], said: Likeness | None) -> None:
    (first, last, digits), (other_first, other_last, other_digits) = typed, known
    some = Person(first, last, phone_digits=digits)
    assert likeness(some, Person(other_first, other_last, phone_digits=other_digits)) == said


def test_business_is_compared_by_its_name(inside: Garage) -> None:
    couriers = make_business("Northgate Couriers", phone="020 7946 0001", first_name="Ann", last_name="Lee")
    found = look_alikes(company_name="Nortgate Couriers", region="GB")
    assert [(customer, said) for customer, said in found] == [(couriers, Likeness.SAME)]
    assert look_alikes(first_name="Ann", last_name="Lee", region="GB") == []


def test_others_on_the_number_come_after_the_same_person(inside: Garage) -> None:
    ada = make_customer("Ada Byron", phone="07700 900123")
    anne = make_customer("Anne Byron", phone="07700 900123")
    found = look_alikes(first_name="Anne", last_name="Byrom", phone="07700 900 123", region="GB")
    assert found == [(anne, Likeness.SAME), (ada, Likeness.SHARES_NUMBER)]


def test_managers_see_likely_pairs(garage: Garage, manager_client: Client, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_customer("Ada Byron", phone="07700 900123")
        again = make_customer("Byron Ada", phone="07700 900999")
        make_customer("Anne Byron", phone="07700 900123")
        pairs, looked_at, older = likely_pairs()
    assert pairs == [(again, ada)]
    assert (looked_at, older) == (3, None)
    page = manager_client.get("/g/here/customers/duplicates/")
    assert page.context["pairs"] == pairs
    assert "Possible duplicates" in manager_client.get("/g/here/customers/").content.decode()
    assert desk_client.get("/g/here/customers/duplicates/").status_code == 403
    assert manager_client.get("/g/here/customers/duplicates/", {"before": ada.pk}).context["pairs"] == []


# --- Generated duplicates -------------------------------------------------------------------------------------------
def _slip(word: str, rng: Random) -> str:
    """One wrong, missing, doubled or swapped sign, not the first."""
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        [
            word[:at] + rng.choice("aeiourstn") + word[at + 1 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


def _again(person: Customer, number: str, rng: Random) -> dict[str, str]:
    """The same person taken down anew: with a slip, the wrong way round, cut short, with another number."""
    first, last, same = person.first_name, person.last_name, person.phone_typed
    ways: list[Callable[[], tuple[str, str, str]]] = [
        lambda: (first, last, number),
        lambda: (last, first, rng.choice([same, number])),
        lambda: (first, _slip(last, rng), rng.choice([same, number])),
        lambda: (_slip(first, rng) if len(first) > 4 else first, last, rng.choice([same, number])),
        lambda: (_slip(first, rng) if len(first) > 4 else first, _slip(last, rng), same),
        lambda: (first.upper(), last.lower(), number),
        lambda: (first[0] + ".", last, same),
    ]
    first_name, last_name, phone = rng.choice(ways)()
    return {"first_name": first_name, "last_name": last_name, "phone": phone}


def test_generated_duplicates_are_found_and_others_left_alone(inside: Garage) -> None:
    """Half of what is typed are people known already; the others are new, many of them relatives of known ones."""
    rng = Random(8)  # noqa: S311 - repeatable is what is wanted
    firsts = sorted({name for profile in DEMO_GARAGES for name in profile.first_names})
    lasts = sorted({name for profile in DEMO_GARAGES for name in profile.last_names})
    names = rng.sample([(first, last) for first in firsts for last in lasts], KNOWN + TYPED)
    numbers = iter(f"07{number:09d}" for number in rng.sample(range(10**9), KNOWN + 3 * TYPED))
    known = [make_customer(f"{first} {last}", phone=next(numbers)) for first, last in names[:KNOWN]]

    hits = wrong = missed = 0
    for person in rng.sample(known, TYPED):
        found = [one for one, said in look_alikes(region="GB", **_again(person, next(numbers), rng)) if said == "same"]
        hits += person in found
        missed += person not in found
        wrong += len([one for one in found if one != person])
    for first, last in names[KNOWN:]:
        relative = rng.choice(known)
        family = {"last_name": relative.last_name, "phone": relative.phone_typed}
        theirs = family if rng.random() < 0.3 else {"last_name": last, "phone": next(numbers)}
        found = look_alikes(first_name=first, region="GB", **theirs)
        wrong += len([one for one, said in found if said == "same"])
    assert hits / (hits + missed) >= RECALL, (hits, missed, wrong)
    assert hits / (hits + wrong) >= PRECISION, (hits, missed, wrong)
