"""Online bookings find their customer, or leave it to the desk: traps included."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client

from bookings.enums import Source, Status
from bookings.models import Booking, Merge
from bookings.selectors.same_people import same_people
from bookings.services.merge import MergeError, part
from bookings.services.online import customer_online, link
from customers.models import Customer
from fleet.services import identify_vehicle
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.bookings.acts import state
from tests.factories.bookings import make_booking
from tests.factories.customers import make_business, make_customer
from tests.factories.fleet import make_vehicle

pytestmark = pytest.mark.django_db
ADA = "07700 900123"


@pytest.fixture
def ada(inside: Garage) -> Customer:
    """Ada Byron, and her Focus."""
    customer = make_customer("Ada Byron", phone=ADA)
    make_vehicle(customer, "AB12 CDE")
    return customer


def _book(garage: Garage, name: str, phone: str, plate: str = "") -> Booking:
    """As the online form does it."""
    first, _space, last = name.partition(" ")
    facts = {"first_name": first, "last_name": last, "phone_typed": phone, "registration": plate}
    customer = customer_online(region=garage.phone_region, **facts)  # type: ignore[arg-type]
    vehicle = identify_vehicle(customer=customer, registration_typed=plate)
    return make_booking(
        garage, customer=customer, vehicle=vehicle, source=Source.ONLINE, typed_name=name, typed_phone=phone
    )


def _suggested(booking: Booking) -> Customer | None:
    return same_people([booking]).get(booking.pk)


# --- Linked by itself -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "phone", "plate"),
    [
        ("Ada Byron", ADA, ""),
        ("ada  BYRON", "+44 7700 900123", ""),
        ("Ada Býron", "00447700900123", ""),
        ("A. Byron", ADA, ""),
        ("Ada Byron", "07700 900999", "ab12 cde"),  # a new number, in her own car
    ],
)
def test_who_is_known_is_linked_and_stays_as_known(ada: Customer, name: str, phone: str, plate: str) -> None:
    booking = _book(ada.garage, name, phone, plate)
    assert (booking.customer, Customer.objects.count(), _suggested(booking)) == (ada, 1, None)
    ada.refresh_from_db()
    assert (ada.name, ada.phone_typed, booking.typed_name) == ("Ada Byron", ADA, name)


def test_nobody_online_fills_in_what_the_garage_does_not_know(ada: Customer) -> None:
    customer_online(first_name="Ada", last_name="Byron", phone_typed=ADA, region="GB", email="thief@mail.example")
    ada.refresh_from_db()
    assert ada.email == ""


# --- Left to the desk -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "phone", "plate"),
    [
        ("George Byron", ADA, ""),  # her brother, on the family's number
        ("Ada Byrn", ADA, ""),  # a slip of the finger
        ("George Byron", "07700 900999", "AB12 CDE"),  # her brother, in her car
    ],
)
def test_who_may_be_known_gets_a_record_and_is_suggested(ada: Customer, name: str, phone: str, plate: str) -> None:
    booking = _book(ada.garage, name, phone, plate)
    assert (booking.customer != ada, booking.customer.name, _suggested(booking)) == (True, name, ada)


@pytest.mark.parametrize(
    ("name", "phone", "plate"),
    [
        ("Grace Hopper", ADA, ""),  # the same number, nobody of that name
        ("Grace Hopper", "07700 900999", "AB12 CDE"),  # the car was sold to her
        ("Ada Byron", "07700 900999", ""),  # the name alone is no proof
        ("Ada Byron", "900123", ""),  # a number without its code is none
        ("Grace Hopper", "07700 900999", ""),
    ],
)
def test_others_are_others(ada: Customer, name: str, phone: str, plate: str) -> None:
    booking = _book(ada.garage, name, phone, plate)
    assert (booking.customer != ada, _suggested(booking)) == (True, None)
    ada.refresh_from_db()
    assert ada.name == "Ada Byron"


def test_two_who_fit_are_left_to_the_desk(ada: Customer) -> None:
    make_customer("A Byron", phone=ADA)
    booking = _book(ada.garage, "Ada Byron", ADA)
    assert (booking.customer.pk != ada.pk, _suggested(booking) is not None) == (True, True)


def test_nobody_becomes_a_company(inside: Garage) -> None:
    make_business("Byron Ltd", phone=ADA, first_name="Ada", last_name="Byron")
    booking = _book(inside, "Ada Byron", ADA)
    assert (booking.customer.is_business, _suggested(booking)) == (False, None)


def test_those_of_another_garage_are_nobody(ada: Customer, other_garage: Garage) -> None:
    with tenant(other_garage.pk):
        assert _suggested(_book(other_garage, "Ada Byrn", ADA)) is None


def test_only_who_came_with_the_booking_is_in_question(ada: Customer) -> None:
    brother = _book(ada.garage, "George Byron", ADA).customer
    again = make_booking(ada.garage, "14:00", customer=brother, source=Source.ONLINE)
    Customer.objects.filter(pk=brother.pk).update(created_at="2026-01-01T10:00Z")
    again.customer.refresh_from_db()
    assert _suggested(again) is None


# --- Linked by the desk ---------------------------------------------------------------------------------------------
def test_linking_keeps_the_known_record_and_is_undone_to_equal_rows(ada: Customer, manager: Membership) -> None:
    booking = _book(ada.garage, "Ada Byrn", ADA)
    with pytest.raises(MergeError, match="out of date"), transaction.atomic():
        link(booking, make_customer("Grace Hopper"), by=manager)
    before = state(ada.garage)
    link(booking, ada, by=manager)
    booking.refresh_from_db()
    ada.refresh_from_db()
    assert (booking.customer, ada.name, booking.typed_name) == (ada, "Ada Byron", "Ada Byrn")
    part(Merge.objects.get(), by=manager)
    assert state(ada.garage) == before


@pytest.mark.parametrize("page", ["bookings/{}/", "requests/?row={}"])
def test_one_key_links_them_wherever_the_booking_is_read(
    ada: Customer, desk_client: Client, garage: Garage, page: str
) -> None:
    booking = _book(garage, "Ada Byrn", ADA)
    shown = desk_client.get("/g/here/" + page.format(booking.reference)).content.decode()
    assert re.search(r"Same person as <a [^>]*>Ada Byron</a>\?", shown)
    form = re.search(r'action="(/g/here/bookings/\w+/link/)".*?data-key="l"', shown, re.DOTALL)
    assert form
    done = desk_client.post(form[1], {"customer": ada.public_id}, follow=True).content.decode()
    assert ("Ada Byrn was merged into this record." in done, "data-undo" in done, "/link/" in done) == (
        True,
        True,
        False,
    )


def test_the_queue_says_it_in_the_row(ada: Customer, desk_client: Client, garage: Garage) -> None:
    booking = _book(garage, "Ada Byrn", ADA)
    assert booking.status == Status.PENDING
    assert "Perhaps Ada Byron, who is known already." in desk_client.get("/g/here/requests/").content.decode()


@pytest.mark.parametrize("customer", ["", "nonsense"])
def test_nobody_is_linked_with_nobody(ada: Customer, desk_client: Client, garage: Garage, customer: str) -> None:
    booking = _book(garage, "Ada Byrn", ADA)
    answer = desk_client.post(f"/g/here/bookings/{booking.reference}/link/", {"customer": customer})
    assert (answer.status_code, Merge.objects.count()) == (400, 0)
