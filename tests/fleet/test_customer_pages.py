"""The list of customers and a customer's profile, with their vehicles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.contacts import add_contact
from customers.enums import ContactRole
from customers.models import Customer
from fleet.models import Vehicle
from fleet.selectors import fleets_of, search_customers
from fleet.services import add_mileage
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.factories.customers import make_business, make_customer
from tests.factories.fleet import make_vehicle

URL = "/g/here/customers/"


def _names(client: Client, **params: str) -> list[str]:
    return [customer.name for customer, *_ in client.get(URL, params).context["rows"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Anil Nair", "Marcus Webb", "Northgate Couriers"]),
        ("x", ["Anil Nair", "Marcus Webb", "Northgate Couriers"]),  # one sign is no search
        ("NAIR", ["Anil Nair"]),
        ("wébb", ["Marcus Webb"]),
        ("07700 900771", ["Marcus Webb"]),
        ("0112", ["Northgate Couriers"]),
        ("bk14 wut", ["Marcus Webb"]),
        ("BK14WUT", ["Marcus Webb"]),
        ("k14w", ["Marcus Webb"]),
        ("lvo", ["Northgate Couriers"]),
        ("fiesta", []),
        ("100%", []),
    ],
)
def test_search_by_name_number_and_plate(
    garage: Garage, other_garage: Garage, desk_client: Client, text: str, found: list[str]
) -> None:
    with tenant(other_garage.pk):
        make_vehicle(make_customer("Anil Webb", phone="07700 900771"), "BK14 WUT")
    with tenant(garage.pk):
        make_vehicle(make_customer("Marcus Webb", phone="07700 900771"), "BK14 WUT")
        make_customer("Anil Nair")
        make_vehicle(make_business("Northgate Couriers", phone="020 7946 0112"), "EX70 LVO")
    assert _names(desk_client, q=text) == found


@pytest.mark.parametrize(
    "text", ["tom reed", "REED", "reed tom", "07700 900555", "+44 7700 900555", "0555", "reed 0555"]
)
def test_companies_are_found_by_somebody_to_ask_for(
    garage: Garage, other_garage: Garage, desk_client: Client, text: str
) -> None:
    for place, name in ((garage, "Westfield Couriers"), (other_garage, "Elsewhere Ltd")):
        with tenant(place.pk):
            company = make_business(name, phone="01632 960111")
            add_contact(company, region="GB", role=ContactRole.DRIVER, name="Tom Reed", phone_typed="07700 900555")
            add_contact(company, region="GB", role=ContactRole.BILLING, name="Bo Ox")
            make_customer("Tom Ox")
    assert _names(desk_client, q=text) == ["Westfield Couriers"]
    page = desk_client.get(URL, {"q": text}).content.decode()
    assert ("Tom Reed, Driver" in page, "Bo Ox" in page) == (True, False)


def test_words_of_two_people_find_no_company(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        company = make_business("Westfield Couriers")
        for name in ("Tom Reed", "Bo Ox"):
            add_contact(company, region="GB", role=ContactRole.DRIVER, name=name)
    assert _names(desk_client, q="tom ox") == []


def test_htmx_gets_the_list_and_the_counts(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        make_customer("Priya Nair")
        make_business("Nair Ltd")
    part = desk_client.get(URL, {"q": "nair"}, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div class="rows" id="customer-list">')
    assert 'id="customer-filters"' in part
    assert 'hx-swap-oob="outerHTML"' in part
    assert "<html" not in part
    page = desk_client.get(URL, {"q": "nair", "kind": "business"})
    assert "<html" in page.content.decode()
    assert (page.context["all_count"], page.context["filters"]) == (
        2,
        [("individual", "Individual", 1), ("business", "Business", 1)],
    )
    assert [customer.name for customer, *_ in page.context["rows"]] == ["Nair Ltd"]


def test_list_costs_the_same_for_one_and_for_three(garage: Garage, desk_client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk_client.get(URL).status_code == 200
        return len(captured)

    with tenant(garage.pk):
        make_vehicle(make_customer("Priya Nair", phone="07700 900142"), "LR19 KXP")
    first = queries()
    with tenant(garage.pk):
        for name, number, plate in (("Anil Nair", "900143", "LR19 KXR"), ("Ben Callaghan", "900144", "LR19 KXS")):
            customer = make_customer(name, phone=f"07700 {number}")
            make_vehicle(customer, plate)
            make_vehicle(customer)
    assert len(_names(desk_client)) == 3
    assert queries() == first <= 11


def test_profile_costs_the_same_for_one_and_for_three_vehicles(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        customer = make_customer("Priya Nair", phone="07700 900142")

    def queries() -> int:
        with tenant(garage.pk):
            add_mileage(make_vehicle(customer), value=9, unit="mi", read_on=garage.today())
        with CaptureQueriesContext(connection) as captured:
            assert desk_client.get(f"{URL}{customer.public_id}/").status_code == 200
        return len(captured)

    first = queries()
    queries()
    assert queries() == first


def test_pages_and_rows_per_page(garage: Garage, desk_client: Client, receptionist: Membership) -> None:
    with tenant(garage.pk):
        for n in range(12):
            make_customer(f"Person {n:02}x")
    response = desk_client.post(f"{URL}rows/?kind=individual", {"rows": "10"})
    assert response.headers["Location"] == f"{URL}?kind=individual"
    receptionist.user.refresh_from_db()
    assert receptionist.user.rows_per_page == 10
    assert len(_names(desk_client)) == 10
    assert _names(desk_client, page="2") == ["Person 10x", "Person 11x"]
    assert _names(desk_client, page="nonsense") == _names(desk_client, page="1")
    desk_client.post(f"{URL}rows/", {"rows": "9999"})
    receptionist.user.refresh_from_db()
    assert receptionist.user.rows_per_page == 10


def test_fleets_show_the_last_used_two_or_the_one_sought(inside: Garage) -> None:
    company, nobody = make_business("Northgate Couriers"), make_customer("Priya Nair")
    vans = [make_vehicle(company, f"EX70 LV{sign}") for sign in "ABCD"]
    now = timezone.now()
    for days, van in enumerate(vans):
        Vehicle.objects.filter(pk=van.pk).update(used_at=now - timedelta(days=days))
    fleets = fleets_of(Customer.objects.all())
    assert set(fleets) == {company.pk}
    fleet = fleets[company.pk]
    assert [van.registration for van in fleet.vehicles] == ["EX70LVA", "EX70LVB"]
    assert (fleet.others, fleet.used_at) == (2, now)
    sought = fleets_of([company, nobody], sought="70 lvd")[company.pk]
    assert [van.registration for van in sought.vehicles] == ["EX70LVD", "EX70LVA"]


def test_search_customers_counts_each_once(inside: Garage) -> None:
    customer = make_customer("Lvo Person", phone="07700 900142")
    make_vehicle(customer, "EX70 LVO")
    make_vehicle(customer, "EX71 LVO")
    assert list(search_customers("lvo", region="GB")) == [customer]


def test_profile_shows_everything_known(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        marcus = make_customer("Marcus Webb", phone="07700 900771", email="m@mail.example", notes="Takes tea")
        alice = make_customer("Alice Webb", phone="+447700900771")
        bmw = make_vehicle(marcus, "BK14 WUT", make="BMW", model="3 Series", year=2014, colour="Black", fuel="diesel")
        add_mileage(bmw, value=80_000, unit="mi", read_on=garage.today() - timedelta(days=9))
        add_mileage(bmw, value=91_204, unit="mi", read_on=garage.today())
    page = desk_client.get(f"{URL}{marcus.public_id}/").content.decode()
    for shown in (
        "Marcus Webb",
        "07700 900771",
        'href="tel:+447700900771"',
        'href="mailto:m@mail.example"',
        "Takes tea",
        "BK14 WUT",
        "BMW 3 Series",
        "2014 · Black · Diesel · 91,204 miles",
        f'href="/g/here/customers/{alice.public_id}/">Alice Webb</a>',
        f'href="/g/here/desk/?customer={marcus.public_id}#new"',
        f'href="/g/here/desk/?customer={marcus.public_id}&amp;vehicle={bmw.public_id}#new"',
        f'href="/g/here/bookings/of-customer/{marcus.public_id}/"',
    ):
        assert shown in page, shown


def test_a_foreign_number_and_plate_stand_as_such(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        claire = make_customer("Claire Beaumont", phone="+33 6 12 34 56 78")
        make_vehicle(claire, "gj-482-tk", make="Renault", model="Clio")
    page = desk_client.get(f"{URL}{claire.public_id}/").content.decode()
    assert "<bdi>+33 6 12 34 56 78</bdi>" in page
    assert '<span class="plate plate--hero" data-band="" translate="no">GJ-482-TK</span>' in page
