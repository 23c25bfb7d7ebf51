"""The companies of a garage: their list, and what their page says of the fleet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from fleet.mot import FleetState, fleet_states, mot_calendar
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking
from tests.factories.customers import make_business, make_customer
from tests.factories.fleet import make_vehicle

URL = "/g/here/companies/"


def _van(company: Customer, registration: str, garage: Garage, days: int) -> None:
    make_vehicle(company, registration, mot_expires_on=garage.today() + timedelta(days=days))


def test_list_says_fleet_mot_and_next_booking(garage: Garage, other_garage: Garage, desk_client: Client) -> None:
    with tenant(other_garage.pk):
        make_business("Southgate Couriers")
    with tenant(garage.pk):
        make_customer("Priya Nair")
        northgate = make_business("Northgate Couriers", phone="020 7946 0112")
        make_business("Able Plumbing")
        for registration, days in (("EX70 LVA", -1), ("EX70 LVB", 0), ("EX70 LVC", 30), ("EX70 LVD", 31)):
            _van(northgate, registration, garage, days)
        later = make_booking(garage, "14:00", customer=northgate)
        sooner = make_booking(garage, "10:00", customer=northgate)
    able, found = desk_client.get(URL).context["companies"]
    assert (able.customer.name, able.fleet, able.coming) == ("Able Plumbing", FleetState(), None)
    assert (found.customer.name, found.fleet) == ("Northgate Couriers", FleetState(4, 1, 2))
    assert found.coming is not None
    assert found.coming["reference"] == sooner.reference != later.reference


@pytest.mark.parametrize(("text", "found"), [("north", 1), ("70 lva", 1), ("7946 0112", 1), ("nair", 0), ("", 1)])
def test_search_finds_companies_only(garage: Garage, desk_client: Client, text: str, found: int) -> None:
    with tenant(garage.pk):
        make_customer("Anil Nair", phone="020 7946 0112")
        _van(make_business("Northgate Couriers", phone="020 7946 0112"), "EX70 LVA", garage, 10)
    part = desk_client.get(URL, {"q": text}, headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith('<div class="rows" id="companies">')
    assert len(part.context["companies"]) == found


def test_list_and_profile_cost_the_same_however_many(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        company = make_business("Northgate Couriers", phone="020 7946 0112")
    profile = f"/g/here/customers/{company.public_id}/"

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk_client.get(address).status_code == 200
        return len(captured)

    with tenant(garage.pk):
        _van(company, "EX70 LVA", garage, 10)
        make_booking(garage, "10:00", customer=company)
    before = queries(URL), queries(profile)
    with tenant(garage.pk):
        _van(company, "EX70 LVB", garage, -10)
        _van(make_business("Able Plumbing"), "EX70 LVC", garage, 300)
        make_booking(garage, "12:00", customer=company)
    assert (queries(URL), queries(profile)) == before


def test_mot_calendar_goes_by_month_and_overdue_is_first(inside: Garage) -> None:
    today = inside.today().replace(day=15)
    company = make_business("Northgate Couriers")
    make_vehicle(company, "EX70 LVO")
    for registration, days in (("EX70 LVA", 40), ("EX70 LVB", 3), ("EX70 LVC", -200), ("EX70 LVD", 0)):
        make_vehicle(company, registration, mot_expires_on=today + timedelta(days=days))
    calendar = mot_calendar(company, today=today)
    assert [van.registration for van in calendar.overdue] == ["EX70LVC"]
    assert [(first, [van.registration for van in vans]) for first, vans in calendar.months] == [
        (today.replace(day=1), ["EX70LVD", "EX70LVB"]),
        ((today + timedelta(days=40)).replace(day=1), ["EX70LVA"]),
    ]
    assert not mot_calendar(make_business("Able Plumbing"), today=today)
    assert fleet_states([company], today=today)[company.pk] == FleetState(5, 1, 2)


def test_profile_of_a_company_shows_its_fleet(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        company = make_business("Northgate Couriers")
        _van(company, "EX70 LVA", garage, -1)
        person = make_customer("Priya Nair")
        _van(person, "EX70 LVB", garage, -1)
    page = desk_client.get(f"/g/here/customers/{company.public_id}/").content.decode()
    assert [word in page for word in ("MOT calendar", "Overdue", "Expired", f'href="{URL}"')] == [True] * 4
    assert "MOT calendar" not in desk_client.get(f"/g/here/customers/{person.public_id}/").content.decode()


def test_a_new_company_begins_as_a_business(desk_client: Client) -> None:
    for asked, kind in (("?kind=business", "business"), ("?kind=nonsense", "individual"), ("", "individual")):
        assert desk_client.get(f"/g/here/customers/new/{asked}").context["form"].initial == {"kind": kind}
