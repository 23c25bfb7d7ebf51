"""The vehicle type that a make and model usually have is proposed in a browser, and leaves a choice alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from garages.enums import Role
from garages.models import Garage, VehicleType
from garages.tenancy.context import tenant
from tests.factories.fleet import make_vehicle

pytestmark = pytest.mark.django_db(transaction=True)


def test_type_follows_the_model_until_somebody_chooses(log_in: Callable[[Role], Page], garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        van = VehicleType.objects.get(name="Van")
        for model in ("Transit", "Ranger"):
            make_vehicle(None, make="Ford", model=model, vehicle_type=van)
    page = log_in(Role.RECEPTIONIST)
    types = page.get_by_role("radiogroup", name="Vehicle type")
    expect(types.get_by_role("radio", name="Saloon")).to_be_checked()
    page.get_by_label("Make", exact=True).select_option("Ford")
    model = page.get_by_label("Model", exact=True)
    expect(model.locator("option", has_text="Ranger")).to_be_attached()
    model.select_option("Transit")
    expect(types.get_by_role("radio", name="Van")).to_be_checked()
    types.get_by_text("Saloon").click()
    expect(page.locator("[name=type_chosen]")).to_be_attached()
    with page.expect_response("**/desk/form/"):
        model.select_option("Ranger")
    expect(types.get_by_role("radio", name="Saloon")).to_be_checked()
