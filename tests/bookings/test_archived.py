"""Vehicle types and services that went out of use: nobody books them unawares, and bookings keep what they have."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from bookings.inbox import job_of
from bookings.jobs import Job
from bookings.models import Booking, BookingLine
from bookings.selectors.rows import with_row_parts
from customers.models import Customer
from garages.enums import BayKind
from garages.models import Garage, Service, ServicePrice, Technician, VehicleType
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.bookings.queueing import add, bookings_of, post, queue_of, typed_form
from tests.factories.bookings import at, make_booking, next_open_day, service_named

pytestmark = pytest.mark.django_db

_SENTENCE = "The vehicle type chosen before is no longer in use. Choose one of these."


@pytest.fixture
def van(garage: Garage) -> VehicleType:
    """A type with a price of its own for a brake check."""
    with tenant(garage.pk), transaction.atomic():
        kind = VehicleType.objects.get(name="Van")
        ServicePrice.objects.create(service=Service.objects.get(name="Brake check"), vehicle_type=kind, price=3_900)
    return kind


def _typed(garage: Garage, kind: str) -> dict[str, Any]:
    with tenant(garage.pk), transaction.atomic():
        service = service_named(load_setup(garage), "Brake check").public_id
    day = next_open_day(garage).isoformat()
    person = {"kind": "individual", "first_name": "Priya", "last_name": "Nair", "phone": "07700 900456"}
    return person | {
        "vehicle_type": kind,
        "service": service,
        "date": day,
        "time": "10:00",
        "workshop_notes": "Squeals",
    }


def _archive(garage: Garage, model: Any, name: str) -> None:
    with tenant(garage.pk), transaction.atomic():
        model.objects.filter(name=name).update(is_active=False)


# --- A new booking --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("what", ["archived", "crafted", "nonsense"])
def test_a_type_that_is_not_known_books_nothing_and_loses_nothing(
    garage: Garage, desk_client: Client, van: VehicleType, what: str
) -> None:
    _archive(garage, VehicleType, "Van")
    kind = {"archived": str(van.public_id), "crafted": str(uuid.uuid4()), "nonsense": "Van"}[what]
    answer = desk_client.post("/g/here/desk/create/", _typed(garage, kind) | {"redraw": "on"})
    html = answer.content.decode()
    field = html.partition('id="id_vehicle_type"')[2].partition("id_service_0")[0]
    assert (answer.status_code, _SENTENCE in field, 'aria-invalid="true"' in field) == (422, True, True)
    for typed in ("Priya", "Nair", "07700 900456", "Squeals"):
        assert typed in html
    with tenant(garage.pk), transaction.atomic():
        assert not Booking.objects.exists()
        assert not Customer.objects.exists()


def test_only_the_work_is_drawn_again_where_nothing_else_is_at_fault(garage: Garage, desk_client: Client) -> None:
    typed = _typed(garage, str(uuid.uuid4()))
    answer = desk_client.post("/g/here/desk/create/", typed, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#form-job")
    assert _SENTENCE in answer.content.decode()


def test_a_form_that_says_no_type_books_without_one(garage: Garage, desk_client: Client) -> None:
    desk_client.post("/g/here/desk/create/", _typed(garage, ""))
    [booking] = bookings_of(garage)
    assert (booking.vehicle_type_id, [line.price for line in booking.lines.all()]) == (None, [2_500])


def test_a_queue_is_not_booked_for_a_type_that_is_not_known(
    garage: Garage, desk_client: Client, couriers: Customer, van: VehicleType
) -> None:
    add(desk_client, garage, couriers, "EX70 LVA", "EX70 LVB")
    _archive(garage, VehicleType, "Van")
    answer = post(desk_client, "submit/", typed_form(garage, couriers, vehicle_type=str(van.public_id)))
    assert (answer.status_code, _SENTENCE in answer.content.decode()) == (422, True)
    assert (bookings_of(garage), len(queue_of(garage))) == ([], 2)


# --- A booking that was made ----------------------------------------------------------------------------------------
@pytest.fixture
def booking(garage: Garage, van: VehicleType) -> Booking:
    """A brake check of a van, at the van's price."""
    with tenant(garage.pk), transaction.atomic():
        setup = load_setup(garage)
        return make_booking(garage, setup=setup, vehicle_type=setup.vehicle_types_by_id[str(van.public_id)])


def _form(client: Client, booking: Booking) -> dict[str, Any]:
    """The edit form as a browser sends it untouched: what is checked, selected and filled in."""
    page = client.get(f"/g/here/bookings/{booking.reference}/edit/").content.decode()
    form: dict[str, Any] = {"version": str(booking.version)}
    for name in ("vehicle_type", "date", "time"):
        radios = re.findall(rf'<input type="radio" name="{name}"[^>]*value="([^"]*)"[^>]*\bchecked\b', page)
        form[name] = radios[0] if radios else ""
    for name in ("service", "technician"):
        select = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
        assert select is not None
        form[name] = "".join(re.findall(r'<option value="([^"]*)"[^>]*\bselected\b', select[0])[:1])
    return form


def _save(client: Client, booking: Booking, **typed: Any) -> Booking:
    form = _form(client, booking) | typed
    answer = client.post(f"/g/here/bookings/{booking.reference}/edit/", form)
    assert answer.status_code == 302
    with tenant(booking.garage.pk), transaction.atomic():
        return Booking.objects.prefetch_related("lines").select_related("vehicle_type", "technician").get()


def _agreed(booking: Booking) -> tuple[str, list[tuple[str, int]]]:
    kind = booking.vehicle_type.name if booking.vehicle_type else ""
    return kind, [(line.name, line.price) for line in booking.lines.all()]


def test_an_edit_keeps_what_went_out_of_use(garage: Garage, desk_client: Client, booking: Booking) -> None:
    with tenant(garage.pk), transaction.atomic():
        BookingLine.objects.update(name="Brake check 2025")
    _archive(garage, VehicleType, "Van")
    _archive(garage, Service, "Brake check")
    page = desk_client.get(f"/g/here/bookings/{booking.reference}/edit/").content.decode()
    assert "Brake check 2025 · " in page
    saved = _save(desk_client, booking, workshop_notes="Squeals")
    assert (_agreed(saved), saved.workshop_notes) == (("Van", [("Brake check 2025", 3_900)]), "Squeals")


def test_it_goes_on_taking_what_it_needs(garage: Garage, desk_client: Client, van: VehicleType) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, services=["MOT test"])
    _archive(garage, Service, "MOT test")
    later = _save(desk_client, booking, time="15:00")
    with tenant(garage.pk), transaction.atomic():
        assert Booking.objects.get(bay__name="MOT bay").starts_at == later.starts_at == at(garage, "15:00")


def test_moved_or_answered_it_needs_the_same_kind_of_bay(garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, services=["MOT test"])
    _archive(garage, Service, "MOT test")
    with tenant(garage.pk), transaction.atomic():
        setup = load_setup(garage)
        row = with_row_parts(Booking.objects.all()).get()
        kinds = {Job.of_booking(booking, setup).bay_kind, job_of(row, setup).bay_kind}
        assert kinds == {BayKind.MOT}
        assert setup.services_of([0]) == []


def test_what_went_out_of_use_is_of_that_booking_alone(garage: Garage, desk_client: Client, booking: Booking) -> None:
    with tenant(garage.pk), transaction.atomic():
        other = make_booking(garage, "14:00", phone="07700 900124", services=["Full service"])
    _archive(garage, VehicleType, "Van")
    _archive(garage, Service, "Brake check")
    kind, service = _form(desk_client, booking)["vehicle_type"], _form(desk_client, booking)["service"]
    for name, value, sentence in (
        ("vehicle_type", kind, _SENTENCE),
        ("service", service, "This service is no longer on the menu."),
    ):
        form = _form(desk_client, other) | {name: value}
        answer = desk_client.post(f"/g/here/bookings/{other.reference}/edit/", form)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert kind not in desk_client.get("/g/here/desk/").content.decode()


def test_once_changed_it_is_gone(garage: Garage, desk_client: Client, booking: Booking) -> None:
    _archive(garage, VehicleType, "Van")
    with tenant(garage.pk), transaction.atomic():
        saloon = VehicleType.objects.get(name="Saloon")
    saved = _save(desk_client, booking, vehicle_type=str(saloon.public_id))
    assert _agreed(saved) == ("Saloon", [("Brake check", 2_500)])
    assert "Van" not in desk_client.get(f"/g/here/bookings/{booking.reference}/edit/").content.decode()


def test_a_technician_who_left_keeps_the_job_until_it_is_given_to_another(
    garage: Garage, desk_client: Client, booking: Booking
) -> None:
    with tenant(garage.pk), transaction.atomic():
        Booking.objects.update(technician=Technician.objects.get(name="Sam Okoro"))
    _archive(garage, Technician, "Sam Okoro")
    saved = _save(desk_client, booking, workshop_notes="Squeals")
    assert saved.technician is not None
    assert saved.technician.name == "Sam Okoro"
