"""Which vehicle is meant, and what happens to it."""

from __future__ import annotations

from datetime import date

import pytest

from fleet.enums import Fuel
from fleet.errors import NothingKnown, RegistrationTaken
from fleet.models import Vehicle
from fleet.services import add_mileage, change_owner, create_vehicle, identify_vehicle, update_vehicle
from fleet.signals import vehicle_changed
from garages.models import Garage, VehicleType
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle


def test_identify_by_plate_never_changes_the_owner(inside: Garage) -> None:
    marcus, priya = make_customer("Marcus Webb"), make_customer("Priya Nair")
    known = make_vehicle(marcus, "BK14 WUT", make="BMW", model="")
    saloon = VehicleType.objects.get(name="Saloon")
    found = identify_vehicle(
        customer=priya, registration_typed="bk14wut", make="Bmw", model="3 series", vehicle_type=saloon
    )
    assert found == known
    known.refresh_from_db()
    assert (known.customer, known.make, known.model, known.vehicle_type) == (marcus, "BMW", "3 Series", saloon)
    assert known.registration_typed == "BK14 WUT"


def test_identify_keeps_what_is_known(inside: Garage) -> None:
    marcus = make_customer("Marcus Webb")
    known = make_vehicle(marcus, "BK14 WUT", make="BMW", model="", colour="Black")
    found = identify_vehicle(
        customer=marcus, registration_typed="BK14WUT", make="Audi", model="A3", colour="Red", year=2014
    )
    known.refresh_from_db()
    assert found == known
    assert (known.make, known.model, known.colour, known.year) == ("BMW", "", "Black", 2014)


def test_identify_gives_an_ownerless_vehicle_its_owner(inside: Garage) -> None:
    known = make_vehicle(None, "BK14 WUT")
    marcus = make_customer("Marcus Webb")
    found = identify_vehicle(customer=marcus, registration_typed="BK14 WUT")
    assert (found, found and found.customer) == (known, marcus)


@pytest.mark.parametrize(
    ("registration", "make", "model", "is_known"),
    [
        ("", "Ford", "Fiesta", True),
        ("", "FORD", "fiesta", True),
        ("", "Ford", "", True),  # the only Ford
        ("", "Ford", "Focus", False),
        ("", "", "Fiesta", False),
        ("LR19 KXP", "Ford", "Fiesta", True),  # its plate becomes known
        ("LR19 KXP", "Ford", "", False),
    ],
)
def test_identify_without_a_known_plate(
    inside: Garage, registration: str, make: str, model: str, is_known: bool
) -> None:
    priya = make_customer("Priya Nair")
    known = make_vehicle(priya)
    make_vehicle(make_customer("Somebody Else"))
    found = identify_vehicle(customer=priya, registration_typed=registration, make=make, model=model)
    assert found is not None
    assert (found == known) is is_known
    assert found.customer == priya
    assert found.registration == registration.replace(" ", "")


def test_identify_another_car_of_the_same_model(inside: Garage) -> None:
    priya = make_customer("Priya Nair")
    known = make_vehicle(priya, "LR19 KXP")
    assert identify_vehicle(customer=priya, make="Ford", model="Fiesta") == known
    other = identify_vehicle(customer=priya, registration_typed="BK14 WUT", make="Ford", model="Fiesta")
    assert other is not None
    assert (other == known, other.registration) == (False, "BK14WUT")


def test_identify_nothing_typed_is_no_vehicle(inside: Garage) -> None:
    priya, saloon = make_customer("Priya Nair"), VehicleType.objects.get(name="Saloon")
    assert identify_vehicle(customer=priya, registration_typed=" - ", make=" ", vehicle_type=saloon) is None
    assert not Vehicle.objects.exists()


def test_create_writes_every_fact(inside: Garage) -> None:
    vehicle = create_vehicle(
        customer=make_customer("Priya Nair"),
        registration_typed="bk14  wut",
        vin="wba-8e5 c54gk123456",
        make="vw",
        model="golf",
        year=2014,
        colour=" Black ",
        fuel=Fuel.DIESEL,
        notes="Tow bar\nscratched",
    )
    vehicle.refresh_from_db()
    assert (vehicle.registration, vehicle.registration_typed, vehicle.vin) == (
        "BK14WUT",
        "bk14 wut",
        "WBA8E5C54GK123456",
    )
    assert (vehicle.make, vehicle.model, vehicle.colour, vehicle.notes) == (
        "Volkswagen",
        "Golf",
        "Black",
        "Tow bar\nscratched",
    )


def test_a_plate_is_once_in_a_garage(inside: Garage, other_garage: Garage) -> None:
    from garages.tenancy.context import tenant

    known, second = make_vehicle(None, "BK14 WUT"), make_vehicle(None, "LR19 KXP")
    with pytest.raises(RegistrationTaken) as refused:
        make_vehicle(None, "bk14-wut")
    assert (refused.value.vehicle, refused.value.field) == (known, "registration_typed")
    with pytest.raises(RegistrationTaken):
        update_vehicle(second, registration_typed="BK14 WUT")
    assert update_vehicle(known, registration_typed="BK14WUT") == known
    with tenant(other_garage.pk):
        assert make_vehicle(None, "BK14 WUT").registration == "BK14WUT"
    make_vehicle(None, "")
    make_vehicle(None, "")


def test_a_vehicle_needs_something(inside: Garage) -> None:
    with pytest.raises(NothingKnown):
        make_vehicle(None, make="", model="")


def test_update_and_change_owner_tell(inside: Garage) -> None:
    vehicle, priya = make_vehicle(None, "BK14 WUT"), make_customer("Priya Nair")
    news: list[tuple[str, bool]] = []

    def listener(vehicle: Vehicle, created: bool, **_: object) -> None:
        news.append((vehicle.description, created))

    vehicle_changed.connect(listener)
    try:
        vehicle = update_vehicle(vehicle, model="Focus")
        vehicle = change_owner(vehicle, priya)
        vehicle = change_owner(vehicle, priya)
        make_vehicle(priya)
    finally:
        vehicle_changed.disconnect(listener)
    assert news == [("Ford Focus", False), ("Ford Focus", False), ("Ford Fiesta", True)]
    vehicle.refresh_from_db()
    assert (vehicle.customer, vehicle.registration) == (priya, "BK14WUT")


def test_mileage_readings_latest_first(inside: Garage) -> None:
    vehicle = make_vehicle(None)
    add_mileage(vehicle, value=91_204, unit="mi", read_on=date(2026, 6, 9))
    add_mileage(vehicle, value=80_000, unit="mi", read_on=date(2025, 6, 9))
    assert [reading.value for reading in vehicle.mileage_readings.all()] == [91_204, 80_000]
