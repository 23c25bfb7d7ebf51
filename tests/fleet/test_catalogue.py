"""Makes and models: the shipped list and the garage's own."""

from __future__ import annotations

import pytest

from customers.names import fold
from fleet import catalogue, selectors
from fleet.models import OwnModel
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.fleet import make_vehicle


def test_makes_stand_in_order_and_no_model_stands_twice() -> None:
    makes = catalogue.makes()
    assert makes == sorted(makes, key=fold)
    assert len(makes) >= 100
    for make in makes:
        models = [fold(model) for model in catalogue.models_of(make)]
        assert len(models) == len(set(models)) > 0, make
        assert max(map(len, models)) <= 80


@pytest.mark.parametrize(
    ("make", "model"),
    [
        ("Ford", "Fiesta"),
        ("BMW", "3 Series"),
        ("MG", "ZS"),
        ("Mercedes-Benz", "A-Class"),
        ("Citroën", "C3"),
        ("Renault", "Mégane"),
        ("Ram", "1500"),
        ("Opel", "Corsa"),
    ],
)
def test_common_cars_are_listed(make: str, model: str) -> None:
    assert make in catalogue.makes()
    assert model in catalogue.models_of(make)
    assert (catalogue.make_called(make.upper()), catalogue.model_called(make, model.lower())) == (make, model)


@pytest.mark.parametrize(
    ("typed", "make"),
    [
        ("FORD", "Ford"),
        ("vw", "Volkswagen"),
        ("MERCEDES", "Mercedes-Benz"),
        ("citroen", "Citroën"),
        ("LAND  ROVER", "Land Rover"),
        ("Wartburg", "Wartburg"),
        ("", ""),
    ],
)
def test_make_called(typed: str, make: str) -> None:
    assert catalogue.make_called(typed) == make


def test_every_alias_leads_to_a_listed_make() -> None:
    assert set(catalogue._ALIASES.values()) <= set(catalogue.makes())


def test_own_models_are_offered_to_their_garage_only(inside: Garage, other_garage: Garage) -> None:
    make_vehicle(None, make="Wartburg", model="353")
    make_vehicle(None, make="ford", model="Escort RS")
    make_vehicle(None, make="FORD", model="fiesta")
    assert list(OwnModel.objects.values_list("make", "model")) == [("Ford", "Escort RS"), ("Wartburg", "353")]
    choices = selectors.Choices()
    assert "Wartburg" in choices.makes()
    assert choices.models_of("wartburg") == ("353",)
    assert choices.models_of("Ford") == (*catalogue.models_of("Ford"), "Escort RS")
    with tenant(other_garage.pk):
        choices = selectors.Choices()
        assert "Wartburg" not in choices.makes()
        assert choices.models_of("Ford") == tuple(catalogue.models_of("Ford"))
