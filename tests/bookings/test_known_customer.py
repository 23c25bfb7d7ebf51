"""A customer chosen at the desk keeps what was typed of them just now (COMP-6)."""

from __future__ import annotations

import pytest
from django.test import Client

from bookings.models import Booking
from customers.models import Customer
from garages.models import Garage, Service
from garages.tenancy.context import tenant
from tests.factories.bookings import next_open_day
from tests.factories.customers import make_customer


def _book(client: Client, garage: Garage, customer: Customer, *, phone: str, email: str, **more: object) -> Booking:
    with tenant(garage.pk):
        service = Service.objects.get(name="Brake check").public_id
    named = {"first_name": "Ada", "last_name": "Byron", "customer": customer.public_id}
    job = {"service": service, "date": next_open_day(garage).isoformat()}
    typed = {**named, **job, "phone": phone, "email": email, **more}
    assert client.post("/g/here/desk/create/", typed).status_code == 302
    with tenant(garage.pk):
        return Booking.objects.select_related("customer").latest("pk")


def test_what_was_not_known_is_learned_and_what_was_known_stays(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_customer("Ada Byron")
    first = _book(desk_client, garage, ada, phone="07700 900123", email="ada@mail.example")
    second = _book(desk_client, garage, ada, phone="07700 900999", email="other@mail.example")
    for booking in (first, second):
        assert booking.customer == ada
    assert (second.customer.phone, second.customer.email) == ("+447700900123", "ada@mail.example")


def test_another_number_is_offered_on_the_bookings_page(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_customer("Ada Byron", phone="07700 900123")
    for phone, is_said in [("07700 900999", True), ("+44 7700 900123", False)]:
        booking = _book(desk_client, garage, ada, phone=phone, email="")
        page = desk_client.get(f"/g/here/bookings/{booking.reference}/").content.decode()
        assert (f"At the desk the number was typed {phone}." in page) is is_said


def test_another_email_is_kept_and_taken_over_with_one_button(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_customer("Ada Byron", phone="07700 900123", email="old@mail.example")
    booking = _book(desk_client, garage, ada, phone="07700 900123", email="new@mail.example")
    address = f"/g/here/bookings/{booking.reference}/"
    page = desk_client.get(address).content.decode()
    assert ("At the desk the email was typed new@mail.example." in page, 'data-key="u"' in page) == (True, True)
    said = desk_client.post(f"{address}take-over/", {"field": "email"}, follow=True).content.decode()
    assert "the email was typed" not in said
    with tenant(garage.pk):
        known = Customer.objects.get(pk=ada.pk)
        history = list(Customer.pgh_event_model.objects.filter(pgh_obj=ada.pk).values_list("email", flat=True))  # type: ignore[attr-defined]
    assert known.email == "new@mail.example"
    assert "old@mail.example" in history


@pytest.mark.parametrize(("field", "status"), [("email", 302), ("notes", 400)])
def test_nothing_that_was_not_typed_is_taken_over(garage: Garage, desk_client: Client, field: str, status: int) -> None:
    with tenant(garage.pk):
        ada = make_customer("Ada Byron", phone="07700 900123", email="old@mail.example")
    booking = _book(desk_client, garage, ada, phone="07700 900123", email="")
    assert desk_client.post(f"/g/here/bookings/{booking.reference}/take-over/", {"field": field}).status_code == status
    with tenant(garage.pk):
        assert Customer.objects.get(pk=ada.pk).email == "old@mail.example"


def test_the_form_remarks_on_what_differs_and_takes_it_over(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_customer("Ada Byron", phone="07700 900123", email="old@mail.example")
    typed = {"customer": ada.public_id, "phone": "07700 900123", "email": "NEW@mail.example"}
    remark = desk_client.post("/g/here/desk/differs/", typed).content.decode()
    assert ("Ada Byron has old@mail.example" in remark, remark.count('name="take_over"')) == (True, 1)
    same = desk_client.post("/g/here/desk/differs/", typed | {"email": "OLD@mail.example"}).content.decode()
    assert "take_over" not in same
    booking = _book(
        desk_client, garage, ada, phone="+33 6 12 34 56 78", email="new@mail.example", take_over=["email", "phone"]
    )
    assert (booking.customer.email, booking.customer.phone) == ("new@mail.example", "+33612345678")


def test_a_number_of_another_country_is_kept_with_its_code(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_customer("Ada Byron", phone="07700 900123")
    booking = _book(desk_client, garage, ada, phone="06 39 98 12 34", email="", phone_region="FR")
    assert booking.typed_phone == "+33 6 39 98 12 34"


def test_a_garage_may_insist_on_number_and_plate(garage: Garage, desk_client: Client) -> None:
    Garage.objects.filter(pk=garage.pk).update(intake=["phone", "registration"])
    with tenant(garage.pk):
        service = Service.objects.get(name="Brake check").public_id
    typed = {"first_name": "Ada", "service": service, "date": next_open_day(garage).isoformat()}
    refused = desk_client.post("/g/here/desk/create/", typed)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["phone", "registration"])
    told = typed | {"phone": "07700 900123", "registration": "AB12 CDE"}
    assert desk_client.post("/g/here/desk/create/", told).status_code == 302
