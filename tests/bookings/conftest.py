"""Who is booked for."""

from __future__ import annotations

import pytest
from django.db import transaction

from customers.models import Customer
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.customers import make_business


@pytest.fixture
def couriers(garage: Garage) -> Customer:
    with tenant(garage.pk), transaction.atomic():
        return make_business("Northgate Couriers", phone="020 7946 0112", first_name="Renée", last_name="Castell")
