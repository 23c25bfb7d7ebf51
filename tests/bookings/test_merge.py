"""Merging two records of one customer or vehicle, and undoing it to equal rows."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from bookings.models import Booking, Merge
from bookings.selectors.callers import people
from bookings.services.merge import VEHICLE_PARTS, MergeError, merge, part
from customers.errors import NameMissing
from customers.models import Customer
from customers.selectors import by_phone, with_number
from customers.services import identify
from fleet.errors import RegistrationTaken
from fleet.models import MileageReading, Vehicle
from fleet.selectors import by_registration
from fleet.services import add_mileage, create_vehicle
from garages.models import Garage, Membership, VehicleType
from garages.tenancy.models import TenantModel
from tests.factories.bookings import make_booking
from tests.factories.customers import make_business, make_customer
from tests.factories.fleet import make_vehicle


@pytest.fixture
def two(inside: Garage) -> tuple[Customer, Customer]:
    """One person twice, each with a car and a booking."""
    ada = make_customer("Ada Byron", phone="07700 900123", notes="Pays cash")
    lovelace = make_customer("Ada Lovelace", phone="07700 900456", email="ada@example.com", notes="Call after six")
    for wall, person, plate in (("09:00", ada, "AB12 CDE"), ("13:00", lovelace, "LR19 KXP")):
        vehicle = make_vehicle(person, plate)
        add_mileage(vehicle, value=91_204, unit="mi", read_on=inside.today())
        make_booking(inside, wall, customer=person, vehicle=vehicle)
    return ada, lovelace


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of the garage, whole: times of change and search texts too; merges themselves apart."""
    models = [model for model in apps.get_models() if issubclass(model, TenantModel) and model is not Merge]
    return {
        model._meta.label: list(getattr(model, "everything", model.objects).order_by("pk").values()) for model in models
    }


def test_everything_goes_to_the_one_that_is_kept(two: tuple[Customer, Customer], receptionist: Membership) -> None:
    ada, lovelace = two
    chosen = {"phone_typed": "theirs", "email": "theirs", "notes": "both"}
    merge(ada, lovelace, chosen=chosen, reason="Married", by=receptionist)
    ada.refresh_from_db()
    assert (ada.name, ada.phone_typed, str(ada.phone)) == ("Ada Byron", "07700 900456", "+447700900456")
    assert (ada.email, ada.notes) == ("ada@example.com", "Pays cash\n\nCall after six")
    assert list(Customer.objects.all()) == [ada]
    assert {booking.customer_id for booking in Booking.objects.all()} == {ada.pk}
    assert {vehicle.customer_id for vehicle in Vehicle.objects.all()} == {ada.pk}
    assert all("ada byron" in booking.search_text for booking in Booking.objects.all())


def test_both_numbers_lead_to_the_one_that_is_kept(two: tuple[Customer, Customer], receptionist: Membership) -> None:
    """COMP-6: the other number is not lost."""
    ada, lovelace = two
    merge(ada, lovelace, chosen={}, reason="Married", by=receptionist)
    for number in ("07700 900123", "07700 900456"):
        assert list(with_number(number, "GB")) == [ada]
        assert [caller.customer_id for caller in people(by_phone(number[-4:], region="GB"))] == [ada.public_id]
    found, is_new = identify(
        kind="individual", first_name="Ada", last_name="L", phone_typed="07700 900456", region="GB"
    )
    assert (found, is_new) == (ada, False)


@pytest.mark.parametrize(
    "chosen", [{}, {"last_name": "theirs", "phone_typed": "theirs", "email": "theirs", "notes": "both"}]
)
def test_undoing_restores_every_row(
    two: tuple[Customer, Customer], receptionist: Membership, chosen: dict[str, str]
) -> None:
    before = all_rows()
    done = merge(*two, chosen=chosen, reason="Married", by=receptionist)
    assert all_rows() != before
    assert part(done, by=receptionist) == two[1]
    assert all_rows() == before
    with pytest.raises(MergeError, match="undone already"):
        part(done, by=receptionist)


def test_three_become_one_and_come_apart_again(two: tuple[Customer, Customer], receptionist: Membership) -> None:
    third = make_customer("A. Byron", phone="07700 900789")
    before = all_rows()
    first = merge(two[0], two[1], chosen={"email": "theirs"}, reason="Married", by=receptionist)
    between = all_rows()
    second = merge(third, two[0], chosen={"email": "theirs"}, reason="Initial", by=receptionist)
    two[1].refresh_from_db()
    assert two[1].merged_into == third
    with pytest.raises(MergeError, match="later merge first"):
        part(first, by=receptionist)
    part(second, by=receptionist)
    assert all_rows() == between
    part(first, by=receptionist)
    assert all_rows() == before


def test_what_happened_since_stays(inside: Garage, two: tuple[Customer, Customer], receptionist: Membership) -> None:
    ada, lovelace = two
    done = merge(ada, lovelace, chosen={"email": "theirs"}, reason="Married", by=receptionist)
    ada.refresh_from_db()
    later = make_booking(inside, "15:00", customer=ada)
    Customer.objects.filter(pk=ada.pk).update(email="new@example.com")
    part(done, by=receptionist)
    later.refresh_from_db()
    ada.refresh_from_db()
    assert (later.customer_id, ada.email) == (ada.pk, "new@example.com")
    assert Booking.objects.filter(customer=lovelace).count() == 1


def test_merging_needs_a_reason_two_and_a_name(inside: Garage, receptionist: Membership) -> None:
    ada, company = make_customer("Ada Byron"), make_business()
    with pytest.raises(MergeError, match="Say why"):
        merge(ada, company, chosen={}, reason=" ", by=receptionist)
    with pytest.raises(MergeError, match="have to be two"):
        merge(ada, ada, chosen={}, reason="Same", by=receptionist)
    with pytest.raises(NameMissing):
        merge(ada, company, chosen={"last_name": "theirs"}, reason="Same", by=receptionist)
    merge(ada, company, chosen={}, reason="Same", by=receptionist)
    with pytest.raises(MergeError, match="merged already"):
        merge(ada, company, chosen={}, reason="Same", by=receptionist)


# --- Vehicles -----------------------------------------------------------------------------------------------------
def test_vehicles_merge_and_come_apart(inside: Garage, receptionist: Membership) -> None:
    ada = make_customer("Ada Byron")
    typo, right = make_vehicle(ada, "AB12 CDF"), make_vehicle(ada, "AB12 CDE", year=2012)
    for wall, vehicle in (("09:00", typo), ("13:00", right)):
        make_booking(inside, wall, customer=ada, vehicle=vehicle)
        add_mileage(vehicle, value=91_204, unit="mi", read_on=inside.today())
    before = all_rows()
    done = merge(typo, right, chosen={"registration": "theirs", "year": "theirs"}, reason="Misread", by=receptionist)
    typo.refresh_from_db()
    assert (typo.registration, typo.year, typo.used_at) == ("AB12CDE", 2012, Booking.objects.last().starts_at)  # type: ignore[union-attr]
    assert by_registration("AB12 CDE") == typo
    assert MileageReading.objects.filter(vehicle=typo).count() == Booking.objects.filter(vehicle=typo).count() == 2
    with pytest.raises(RegistrationTaken):
        create_vehicle(customer=ada, registration_typed="AB12 CDE")
    part(done, by=receptionist)
    assert all_rows() == before


def test_every_value_of_a_vehicle_can_be_taken_and_given_back(inside: Garage, receptionist: Membership) -> None:
    typo = make_vehicle(make_customer("Ada Byron"), "AB12 CDF", mot_expires_on=date(2027, 2, 1))
    van = VehicleType.objects.get(name="Van")
    facts = {
        "make": "Ford",
        "year": 2012,
        "colour": "Red",
        "fuel": "petrol",
        "vin": "WF0XXXGCDX1234567",
        "notes": "Tow bar",
    }
    owner = make_customer("Eve Frost")
    right = make_vehicle(owner, "AB12 CDE", vehicle_type=van, mot_expires_on=date(2027, 3, 1), **facts)
    before = all_rows()
    done = merge(typo, right, chosen=dict.fromkeys(VEHICLE_PARTS, "theirs"), reason="Misread", by=receptionist)
    typo.refresh_from_db()
    assert (typo.mot_expires_on, typo.customer, typo.vehicle_type) == (date(2027, 3, 1), owner, van)
    part(done, by=receptionist)
    assert all_rows() == before


def test_a_plate_given_to_another_car_since_is_said(inside: Garage, receptionist: Membership) -> None:
    ada = make_customer("Ada Byron")
    done = merge(
        make_vehicle(ada, "AB12 CDE"), make_vehicle(ada, "AB12 CDF"), chosen={}, reason="Misread", by=receptionist
    )
    make_vehicle(ada, "AB12 CDF")
    before = all_rows()
    with pytest.raises(MergeError, match="Another vehicle has this registration"):
        part(done, by=receptionist)
    assert all_rows() == before


# --- Pages --------------------------------------------------------------------------------------------------------
def test_pages_find_compare_merge_and_undo(
    two: tuple[Customer, Customer], desk_client: Client, receptionist: Membership
) -> None:
    ada, lovelace = two
    before = all_rows()
    profile, other = (f"/g/here/customers/{one.public_id}/" for one in two)
    find = desk_client.get(f"{profile}merge/?q=lovelace").content.decode()
    address = f"{profile}merge/{lovelace.public_id}/"
    assert address in find
    page = desk_client.get(address).content.decode()
    assert re.search(r'name="email" value="theirs" checked', page)  # loses nothing
    assert re.search(r'name="notes" value="both" checked', page)
    assert desk_client.post(address, {"email": "theirs", "reason": ""}).status_code == 422
    done = desk_client.post(address, {"email": "theirs", "reason": "Married"}, follow=True)
    assert done.redirect_chain == [(profile, 302)]
    assert desk_client.get(other).headers["Location"] == profile
    listed = desk_client.get(f"/g/here/merges/of-customer/{ada.public_id}/").content.decode()
    assert "Ada Lovelace" in listed
    assert "Married" in listed
    toast = re.search(r'action="([^"]+)"[^>]*data-undo', done.content.decode())
    assert toast
    desk_client.post(toast[1])
    assert all_rows() == before
    assert desk_client.get(other).status_code == 200
