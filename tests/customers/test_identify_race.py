"""Two desks take down the same new caller at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from customers import services
from customers.enums import Kind
from customers.models import Customer
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.garages import make_garage

DESKS = 6


def _race(garage: Garage) -> int:
    """How many customers six desks make of one caller. All have looked before any of them has written."""
    start = Barrier(DESKS)

    def desk(_: int) -> None:
        try:
            with tenant(garage.pk), transaction.atomic():
                Customer.objects.exists()
                start.wait(10)
                services.identify(
                    kind=Kind.INDIVIDUAL, first_name="Priya", last_name="Nair", phone_typed="07700 900123", region="GB"
                )
        finally:
            connection.close()

    with ThreadPoolExecutor(DESKS) as pool:
        list(pool.map(desk, range(DESKS)))
    with tenant(garage.pk), transaction.atomic():
        return Customer.objects.count()


@pytest.mark.django_db(transaction=True)
def test_one_caller_is_one_customer() -> None:
    assert _race(make_garage("here", equipped=False)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_lock_is_what_makes_it_one(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_looked = Barrier(DESKS)
    with_number = services.with_number

    def look_together(text: str, region: str) -> list[Customer]:
        found = list(with_number(text, region))
        everybody_looked.wait(10)
        return found

    monkeypatch.setattr(services, "_one_at_a_time", lambda _: None)
    monkeypatch.setattr(services, "with_number", look_together)
    assert _race(make_garage("here", equipped=False)) == DESKS
