"""Taking vehicles down, changing them, and what their page shows to whom."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client

from customers.models import Customer
from fleet import catalogue
from fleet.forms import VehicleForm, WholeNumber
from fleet.models import MileageReading, OwnModel, Vehicle
from garages.models import Garage, Membership, VehicleType
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle


@pytest.fixture
def priya(garage: Garage) -> Customer:
    with tenant(garage.pk):
        return make_customer("Priya Nair")


def _new(customer: Customer) -> str:
    return f"/g/here/customers/{customer.public_id}/vehicles/new/"


def _vehicles(garage: Garage) -> list[Vehicle]:
    with tenant(garage.pk):
        return list(Vehicle.objects.select_related("customer", "vehicle_type").order_by("pk"))


def test_create_saves_every_fact(garage: Garage, desk_client: Client, priya: Customer) -> None:
    with tenant(garage.pk):
        van = VehicleType.objects.get(name="Van")
    response = desk_client.post(
        _new(priya),
        {
            "registration_typed": "ex70 lvo",
            "make": "Ford",
            "model": "Transit",
            "vehicle_type": str(van.pk),
            "year": "2020",
            "colour": "White",
            "fuel": "diesel",
            "vin": "wf0 xxxttgxka12345",
            "notes": "Tow bar",
        },
        follow=True,
    )
    (vehicle,) = _vehicles(garage)
    assert response.redirect_chain == [(f"/g/here/vehicles/{vehicle.public_id}/", 302)]
    assert [str(message) for message in response.context["messages"]] == ["Vehicle saved."]
    assert (vehicle.customer, vehicle.registration, vehicle.registration_typed) == (priya, "EX70LVO", "ex70 lvo")
    assert (vehicle.description, vehicle.vehicle_type, vehicle.year) == ("Ford Transit", van, 2020)
    assert (vehicle.colour, vehicle.fuel, vehicle.vin) == ("White", "diesel", "WF0XXXTTGXKA12345")
    page = response.content.decode()
    assert "EX70 LVO" in page
    assert f'href="/g/here/desk/?customer={priya.public_id}&amp;vehicle={vehicle.public_id}#new"' in page


def test_create_sent_twice_makes_one(garage: Garage, desk_client: Client, priya: Customer) -> None:
    data = {"make": "Ford", "idempotency_key": str(uuid.uuid4())}
    first, second = desk_client.post(_new(priya), data), desk_client.post(_new(priya), data)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(_vehicles(garage)) == 1


@pytest.mark.parametrize("typed", ["PO1O LOL", "GJ-482-TK", "X"])
def test_an_odd_registration_warns_and_is_saved(
    garage: Garage, desk_client: Client, priya: Customer, typed: str
) -> None:
    note = desk_client.post("/g/here/vehicles/registration-note/", {"registration_typed": typed}).content.decode()
    assert "Not a usual registration" in note
    page = desk_client.post(_new(priya), {"registration_typed": typed}, follow=True).content.decode()
    assert _vehicles(garage)[0].registration_typed == typed
    assert "Not a usual registration" in page


def test_an_odd_vin_warns_and_is_saved(garage: Garage, desk_client: Client, priya: Customer) -> None:
    page = desk_client.post(_new(priya), {"make": "Ford", "vin": "4711"}, follow=True).content.decode()
    assert _vehicles(garage)[0].vin == "4711"
    assert "A VIN has 17 characters; this one has 4." in page


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({}, "registration_typed", "A vehicle needs a registration or a make."),
        ({"registration_typed": "--"}, "registration_typed", "A registration has letters or digits."),
        ({"make": "Ford", "year": "20l4"}, "year", "Enter a whole number."),
        ({"make": "Ford", "year": "1800"}, "year", "Between 1885 and {}."),
    ],
)
def test_create_refuses_next_to_the_field(
    desk_client: Client, priya: Customer, data: dict[str, str], field: str, sentence: str
) -> None:
    response = desk_client.post(_new(priya), data | {"colour": "British racing green"})
    assert response.status_code == 422
    assert dict(response.context["form"].errors) == {field: [sentence.format(priya.garage.today().year + 1)]}
    assert "British racing green" in response.content.decode()
    assert _vehicles(priya.garage) == []


def test_a_taken_registration_names_whose_it_is(garage: Garage, desk_client: Client, priya: Customer) -> None:
    with tenant(garage.pk):
        bmw = make_vehicle(make_customer("Marcus Webb"), "BK14 WUT", make="BMW", model="3 Series")
    response = desk_client.post(_new(priya), {"registration_typed": "bk14wut", "make": "Audi"})
    assert response.status_code == 422
    assert response.context["form"].errors["registration_typed"] == ["This registration is here already."]
    page = response.content.decode()
    assert "BMW 3 Series of Marcus Webb has it." in page
    assert f'href="/g/here/vehicles/{bmw.public_id}/">Open that vehicle</a>' in page
    assert "Priya Nair owns it now" in page
    note = desk_client.post("/g/here/vehicles/registration-note/", {"registration_typed": "BK14 wut"}).content.decode()
    assert f'href="/g/here/vehicles/{bmw.public_id}/">BMW 3 Series, Marcus Webb</a>' in note
    own = {"registration_typed": "BK14 wut", "vehicle": str(bmw.public_id)}
    assert "is here already" not in desk_client.post("/g/here/vehicles/registration-note/", own).content.decode()
    desk_client.post(f"/g/here/vehicles/{bmw.public_id}/owner/", {"customer": str(priya.public_id)})
    assert [vehicle.customer for vehicle in _vehicles(garage)] == [priya]


def test_the_registration_of_another_garage_is_free(
    garage: Garage, other_garage: Garage, desk_client: Client, priya: Customer
) -> None:
    with tenant(other_garage.pk):
        make_vehicle(make_customer("Marcus Webb"), "BK14 WUT")
    note = desk_client.post("/g/here/vehicles/registration-note/", {"registration_typed": "BK14 WUT"})
    assert note.content.decode().strip() == ""
    assert desk_client.post(_new(priya), {"registration_typed": "BK14 WUT"}).status_code == 302


def test_edit_shows_and_changes(garage: Garage, desk_client: Client, priya: Customer) -> None:
    with tenant(garage.pk):
        vehicle = make_vehicle(priya, "lr19 kxp", colour="Red")
        make_vehicle(None, "BK14 WUT")
        retired = VehicleType.objects.create(name="Steam lorry", is_active=False)
        Vehicle.objects.filter(pk=vehicle.pk).update(vehicle_type=retired)
    url = f"/g/here/vehicles/{vehicle.public_id}/edit/"
    form = desk_client.get(url).context["form"]
    assert [form[name].value() for name in ("registration_typed", "make", "model", "colour")] == [
        "lr19 kxp",
        "Ford",
        "Fiesta",
        "Red",
    ]
    with tenant(garage.pk):
        offered = [str(kind) for kind in form.fields["vehicle_type"].queryset]
    assert offered == ["Steam lorry", "Saloon", "Van"]
    assert desk_client.post(url, {"registration_typed": "BK14 WUT"}).status_code == 422
    response = desk_client.post(url, {"registration_typed": "LR19 KXP", "make": "Ford", "model": "Focus"})
    assert response.headers["Location"] == f"/g/here/vehicles/{vehicle.public_id}/"
    vehicle = _vehicles(garage)[0]
    assert (vehicle.registration_typed, vehicle.model, vehicle.colour) == ("LR19 KXP", "Focus", "")


def test_mileage_readings_are_added_once(garage: Garage, desk_client: Client, priya: Customer) -> None:
    with tenant(garage.pk):
        vehicle = make_vehicle(priya)
    url = f"/g/here/vehicles/{vehicle.public_id}/mileage/"
    reading = {
        "value": "91,204",
        "unit": "mi",
        "read_on": garage.today().isoformat(),
        "idempotency_key": str(uuid.uuid4()),
    }
    for _ in range(2):
        assert desk_client.post(url, reading).status_code == 302
    with tenant(garage.pk):
        assert [(row.value, row.unit, row.read_on) for row in MileageReading.objects.all()] == [
            (91_204, "mi", garage.today())
        ]
    tomorrow = (garage.today() + timedelta(days=1)).isoformat()
    refused = desk_client.post(url, reading | {"read_on": tomorrow})
    assert (refused.status_code, dict(refused.context["form"].errors)) == (
        422,
        {"read_on": ["This day is still to come."]},
    )
    assert "91,204 miles" in refused.content.decode()


@pytest.mark.parametrize(
    ("typed", "number"),
    [("91204", 91_204), ("91,204", 91_204), ("91 204", 91_204), ("1.234.567", 1_234_567), ("91\u202f204", 91_204)],
)
def test_whole_numbers_as_people_write_them(typed: str, number: int) -> None:
    assert WholeNumber().clean(typed) == number


def test_models_of_a_make_are_options(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        OwnModel.objects.create(make="Ford", model="Escort RS")
    options = desk_client.get("/g/here/vehicles/models/", {"make": "FORD"}).content.decode().split("\n")
    names = [option.removeprefix("<option>").removesuffix("</option>") for option in options if option.strip()]
    assert names == [
        '<option value="" selected>Choose',
        *catalogue.models_of("Ford"),
        "Escort RS",
        '<option value="" data-other>Add a new model…',
    ]
    assert desk_client.get("/g/here/vehicles/models/").content.decode().count("<option") == 2


@pytest.mark.parametrize(
    ("sent", "make", "model"),
    [
        ("make=Ford&model=Fiesta", "Ford", "Fiesta"),
        ("make=&make=Wartburg&model=&model=353", "Wartburg", "353"),  # typed beside the list
        ("make=Ford&model=&new_make=&new_model=Escort+RS", "Ford", "Escort RS"),  # without JavaScript
        ("make=Ford&new_make=Wartburg&model=", "Wartburg", ""),
        ("", "", ""),
    ],
)
def test_make_and_model_chosen_or_typed(inside: Garage, sent: str, make: str, model: str) -> None:
    form = VehicleForm(QueryDict(sent))
    form.is_valid()
    assert (form["make"].value(), form["model"].value()) == (make, model)


def test_technicians_see_a_vehicle_and_change_nothing(garage: Garage, technician: Membership, priya: Customer) -> None:
    with tenant(garage.pk):
        vehicle = make_vehicle(priya, "LR19 KXP")
    client = logged_in(technician.user)
    page = client.get(f"/g/here/vehicles/{vehicle.public_id}/").content.decode()
    assert "LR19 KXP" in page
    assert "Priya Nair" in page
    assert "/customers/" not in page
    assert "/edit/" not in page
    assert "of-vehicle" not in page
    for method, path in (
        ("get", f"{vehicle.public_id}/edit/"),
        ("post", f"{vehicle.public_id}/edit/"),
        ("post", f"{vehicle.public_id}/mileage/"),
        ("post", f"{vehicle.public_id}/owner/"),
        ("get", "models/"),
        ("post", "registration-note/"),
    ):
        assert getattr(client, method)(f"/g/here/vehicles/{path}").status_code == 403, path


def test_another_garages_vehicle_does_not_exist(
    garage: Garage, other_garage: Garage, desk_client: Client, stranger: Membership, priya: Customer
) -> None:
    with tenant(other_garage.pk):
        foreign = make_vehicle(make_customer("Marcus Webb"), "BK14 WUT")
        foreign_owner = foreign.customer
    with tenant(garage.pk):
        own = make_vehicle(priya, "LR19 KXP")
    at = f"/g/here/vehicles/{foreign.public_id}/"
    for method, url in (("get", at), ("get", f"{at}edit/"), ("post", f"{at}edit/"), ("post", f"{at}mileage/")):
        assert getattr(desk_client, method)(url).status_code == 404, url
    assert foreign_owner is not None
    for customer in (str(foreign_owner.public_id), "nonsense", ""):
        taken = desk_client.post(f"/g/here/vehicles/{own.public_id}/owner/", {"customer": customer})
        assert taken.status_code == 404, customer
    assert logged_in(stranger.user).get(f"/g/here/vehicles/{own.public_id}/").status_code == 404
    assert _vehicles(garage)[0].customer == priya
