"""A garage that is registered for VAT, with a car to bill."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bookings.models import Booking
from garages.models import Garage, Service
from tests.factories.bookings import make_booking
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle


@pytest.fixture
def taxed(garage: Garage) -> Garage:
    """20 % on everything but the MOT test, which is outside VAT."""
    garage.vat_percent, garage.vat_number, garage.invoice_footer = Decimal(20), "GB 123 4567 89", "Thank you."
    garage.save()
    return garage


@pytest.fixture
def booking(taxed: Garage, inside: Garage) -> Booking:
    """Ada's car, for a full service and an MOT test, in the garage's scope."""
    Service.objects.filter(name="MOT test").update(outside_vat=True)
    customer = make_customer("Ada Byron", phone="07700 900123")
    vehicle = make_vehicle(customer, registration="AB12 CDE")
    return make_booking(taxed, customer=customer, vehicle=vehicle, services=["Full service", "MOT test"])
