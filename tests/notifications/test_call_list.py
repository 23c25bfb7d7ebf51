"""Due soon: whom the desk rings, because no message goes to them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from customers.consents import record_consent
from customers.enums import Channel as Written
from customers.enums import ConsentSource, Purpose
from customers.models import Customer
from fleet.models import Vehicle
from garages.models import Garage
from garages.tenancy.context import tenant
from notifications.due import plan_due
from notifications.enums import Channel, Kind
from notifications.models import DueCall, KindRule
from tests.factories.bookings import make_booking
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle

pytestmark = pytest.mark.django_db
PAGE = "/g/here/due/"


@pytest.fixture
def told(garage: Garage) -> Garage:
    with tenant(garage.pk):
        KindRule.objects.create(kind=Kind.MOT_DUE, channels=[Channel.EMAIL])
    return garage


def _car(garage: Garage, plate: str, days: int, *, agrees: bool = False, email: str = "a@b.example") -> Vehicle:
    with tenant(garage.pk):
        customer = make_customer(phone="07700 900123", email=email)
        if agrees:
            said = {"channel": Written.EMAIL, "is_given": True, "source": ConsentSource.STAFF, "by": None}
            record_consent(customer, purpose=Purpose.MARKETING, **said)  # type: ignore[arg-type]
        return make_vehicle(customer, plate, mot_expires_on=garage.today() + timedelta(days=days))


def _plates(client: Client, address: str = PAGE) -> list[str]:
    found = client.get(address).context["found"]
    return [entry.vehicle.registration for entry in found.page.object_list]


def test_who_gets_no_message_is_to_be_called(told: Garage, desk_client: Client) -> None:
    _car(told, "AB12 CDE", 12)
    _car(told, "EF34 GHJ", 9, agrees=True)
    _car(told, "KL56 MNP", 8, agrees=True, email="")
    _car(told, "QR78 STU", -2, agrees=True)
    assert _plates(desk_client) == ["QR78STU", "KL56MNP", "AB12CDE"]
    assert _plates(desk_client, f"{PAGE}?show=all") == ["QR78STU", "KL56MNP", "EF34GHJ", "AB12CDE"]
    page = desk_client.get(PAGE).content.decode()
    assert [words in page for words in ("Has not agreed to reminders", "No address", "Overdue")] == [True, True, True]


def test_who_prefers_a_call_is_called(told: Garage, desk_client: Client) -> None:
    car = _car(told, "AB12 CDE", 12, agrees=True)
    assert _plates(desk_client) == []
    with tenant(told.pk):
        Customer.objects.filter(pk=car.customer_id).update(preferred_channel="phone")
        assert plan_due(told) == 0
    assert _plates(desk_client) == ["AB12CDE"]
    assert "Prefers a call" in desk_client.get(PAGE).content.decode()


def test_without_reminders_everybody_is(garage: Garage, desk_client: Client) -> None:
    _car(garage, "AB12 CDE", 12, agrees=True)
    assert "No reminders are sent" in desk_client.get(PAGE).content.decode()


def test_days_narrow_it(garage: Garage, desk_client: Client) -> None:
    for plate, days in (("AB12 CDE", 5), ("EF34 GHJ", 25), ("KL56 MNP", 50)):
        _car(garage, plate, days)
    assert _plates(desk_client, f"{PAGE}?days=7") == ["AB12CDE"]
    assert _plates(desk_client) == ["AB12CDE", "EF34GHJ"]
    assert _plates(desk_client, f"{PAGE}?days=60&page=nonsense") == ["AB12CDE", "EF34GHJ", "KL56MNP"]
    assert _plates(desk_client, f"{PAGE}?days=99999999") == ["AB12CDE", "EF34GHJ"]


def test_booked_is_not_due(garage: Garage, desk_client: Client) -> None:
    car = _car(garage, "AB12 CDE", 12)
    with tenant(garage.pk):
        make_booking(garage, customer=car.customer, vehicle=car, services=["MOT test"])
    assert _plates(desk_client, f"{PAGE}?show=all") == []


def test_other_work_ahead_is_named(garage: Garage, desk_client: Client) -> None:
    car = _car(garage, "AB12 CDE", 12)
    with tenant(garage.pk):
        booking = make_booking(garage, customer=car.customer, vehicle=car)
    assert booking.reference in desk_client.get(PAGE).content.decode()


def test_called_and_not_called(garage: Garage, desk_client: Client) -> None:
    car = _car(garage, "AB12 CDE", 12)
    address = f"{PAGE}{car.public_id}/called/"
    about = {"kind": "mot_due", "on": str(car.mot_expires_on)}
    for _time in range(2):
        assert desk_client.post(address, about).url == f"{PAGE}?"
    with tenant(garage.pk):
        [call] = DueCall.objects.select_related("by")
        assert str(call.by) == "Receptionist of Here Motors"
    assert _plates(desk_client) == []
    part = desk_client.post(f"{address}?show=all", about | {"called": "no"}, headers={"HX-Request": "true"})
    assert "AB12 CDE" in part.content.decode()
    assert _plates(desk_client) == ["AB12CDE"]


@pytest.mark.parametrize("change", [{"kind": "ready"}, {"on": "never"}, {"kind": ""}])
def test_a_call_about_nothing_is_refused(garage: Garage, desk_client: Client, change: dict[str, str]) -> None:
    car = _car(garage, "AB12 CDE", 12)
    about = {"kind": "mot_due", "on": str(car.mot_expires_on)} | change
    assert desk_client.post(f"{PAGE}{car.public_id}/called/", about).status_code == 400


def test_an_owners_vehicles_stand_together_and_one_call_is_for_all(told: Garage, desk_client: Client) -> None:
    """After the first of them, whatever is due on others' in between."""
    first = _car(told, "AB12 CDE", 5)
    with tenant(told.pk):
        other = make_customer("Ann Ox", phone="07700 900456")
        make_vehicle(other, "EF34 GHJ", mot_expires_on=told.today() + timedelta(days=9))
        make_vehicle(first.customer, "KL56 MNP", mot_expires_on=told.today() + timedelta(days=12))
        owner = Customer.objects.get(pk=first.customer_id).public_id
    assert _plates(desk_client) == ["AB12CDE", "KL56MNP", "EF34GHJ"]
    assert "Called about all 2" in desk_client.get(PAGE).content.decode()
    for _time in range(2):
        assert desk_client.post(f"{PAGE}of-customer/{owner}/called/").status_code == 302
    assert _plates(desk_client) == ["EF34GHJ"]
    with tenant(told.pk):
        assert DueCall.objects.count() == 2


def test_more_cars_cost_no_more_queries(
    told: Garage, desk_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        _car(told, f"AB1{number} CDE", 12)
    with django_assert_max_num_queries(18):
        assert len(_plates(desk_client)) == 8
