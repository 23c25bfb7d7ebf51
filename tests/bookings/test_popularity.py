"""What the garage books most."""

from __future__ import annotations

import pytest

from bookings.services.popularity import learn_menu
from garages.models import Garage, Service
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db


def test_learn_menu_counts_and_gives_codes_to_those_without(garage: Garage) -> None:
    with tenant(garage.pk):
        make_booking(garage, "09:00", services=["Brake check", "Full service"])
        make_booking(garage, "12:00", services=["Brake check"])
        Service.objects.create(name="Battery change", minutes=30, price=9_000)
        Service.objects.create(name="Brake fluid", minutes=30, price=9_000)
        learn_menu()
        learn_menu()
        assert dict(Service.objects.values_list("name", "times_booked")) == {
            "Full service": 1,
            "MOT test": 0,
            "Brake check": 2,
            "Classic restoration": 0,
            "Battery change": 0,
            "Brake fluid": 0,
        }
        assert dict(Service.objects.values_list("name", "code")) == {
            "Full service": "FS",
            "MOT test": "MT",
            "Brake check": "BC",
            "Classic restoration": "CR",
            "Battery change": "BA",
            "Brake fluid": "BF",
        }
