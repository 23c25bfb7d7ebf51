"""What the registers know is taken over by the garage's vehicle."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from fleet.enums import Fuel, MileageSource
from fleet.models import RegisterCheck, Vehicle
from fleet.register import fields_of, fuel_of, keep
from fleet.services import create_vehicle
from fleet.tasks import check_vehicle
from garages.models import Garage
from garages.tenancy.context import tenant
from integrations.models import PlateAnswer
from integrations.vehicles import answers
from integrations.vehicles.sandbox import look_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "hand_over", lambda *_args, **_kwargs: None)
    monkeypatch.setattr("fleet.receivers.hand_over", lambda *_args, **_kwargs: None)


def _answer(plate: str) -> PlateAnswer:
    row = answers.ask(plate)
    answers.answer(row.pk)
    row.refresh_from_db()
    return row


def test_words_of_the_register_become_ours() -> None:
    found = look_up("BD18SMR").facts
    assert found is not None
    said = fields_of(found)
    assert (said["make"], said["model"], said["colour"], said["fuel"]) == ("Ford", "Focus", "Silver", Fuel.DIESEL)


@pytest.mark.parametrize(
    ("word", "fuel"),
    [
        ("HYBRID ELECTRIC (CLEAN)", "hybrid"),
        ("GAS BI-FUEL", "gas"),
        ("ELECTRICITY", "electric"),
        ("STEAM", "other"),
        ("", ""),
    ],
)
def test_fuels(word: str, fuel: str) -> None:
    assert fuel_of(word) == fuel


def test_blanks_are_filled_and_what_was_entered_stays(garage: Garage) -> None:
    with tenant(garage.pk):
        vehicle = create_vehicle(customer=None, registration_typed="bd18 smr", make="Ford", model="Kuga", colour="Teal")
        keep(vehicle, _answer("BD18SMR"))
        vehicle = Vehicle.objects.get(pk=vehicle.pk)
        assert (vehicle.model, vehicle.colour, vehicle.year, vehicle.fuel) == ("Kuga", "Teal", 2018, Fuel.DIESEL)
        assert vehicle.mot_expires_on == timezone.localdate() + timedelta(days=15)
        reading = vehicle.mileage_readings.get()
        assert (reading.value, reading.unit, reading.source) == (61_204, "mi", MileageSource.TEST)
        keep(vehicle, _answer("BD18SMR"))
        assert vehicle.mileage_readings.count() == 1
        assert RegisterCheck.objects.count() == 1


def test_a_worker_looks_up_a_vehicle_that_came_in(garage: Garage) -> None:
    with tenant(garage.pk):
        vehicle = create_vehicle(customer=None, registration_typed="LM19 KTE")
    _answer("LM19KTE")
    check_vehicle(garage.pk, vehicle.pk)
    with tenant(garage.pk):
        vehicle.refresh_from_db()
        assert (vehicle.make, vehicle.model) == ("Vauxhall", "Astra")


def test_nobody_is_asked_about_plates_from_elsewhere(garage: Garage) -> None:
    Garage.objects.filter(pk=garage.pk).update(country="FR")
    with tenant(garage.pk):
        vehicle = create_vehicle(customer=None, registration_typed="AB-123-CD")
    check_vehicle(garage.pk, vehicle.pk)
    assert not PlateAnswer.objects.exists()
