"""The setup that processes keep: never older than the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from garages import setup
from garages.models import Bay, Closure, Garage, OpeningSpan, Service, ServicePrice, Technician, VehicleType
from garages.setup import load_setup
from garages.tenancy.context import ScopeError, platform, tenant


def _own_price() -> object:
    service, kind = Service.objects.all()[0], VehicleType.objects.all()[0]
    return ServicePrice.objects.update_or_create(service=service, vehicle_type=kind, defaults={"price": 1})


CHANGES: list[Callable[[], object]] = [
    lambda: Bay.objects.create(name="Tent"),
    lambda: Bay.objects.filter(pk=Bay.objects.all()[0].pk).update(name="New name"),
    lambda: Bay.objects.filter(pk=Bay.objects.all()[0].pk).delete(),
    lambda: Technician.objects.create(name="Zoe"),
    lambda: OpeningSpan.objects.filter(weekday=0).update(opens=time(5, 5)),
    lambda: Closure.objects.create(starts_on=date(2040, 1, 1), ends_on=date(2040, 1, 2), reason="Later"),
    lambda: VehicleType.objects.create(name="Tank"),
    lambda: Service.objects.filter(is_active=True).update(price=4),
    _own_price,
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen_at_once_and_so_is_its_undoing(garage: Garage, change: Callable[[], object]) -> None:
    with tenant(garage.pk):
        before = load_setup(garage)
        with transaction.atomic():
            change()
            changed = load_setup(garage)
            transaction.set_rollback(True)
        assert changed != before
        assert load_setup(garage) == before
        change()
        assert load_setup(garage) != before


def test_saving_a_garage_read_before_brings_no_old_setup_back(garage: Garage) -> None:
    with tenant(garage.pk):
        stale = Garage.objects.get(pk=garage.pk)
        load_setup(garage)
        Bay.objects.create(name="Tent")
        stale.save()
        assert "Tent" in {bay.name for bay in load_setup(garage).bays}


def test_a_setup_known_costs_one_small_query(garage: Garage) -> None:
    with tenant(garage.pk):
        load_setup(garage)
        with CaptureQueriesContext(connection) as captured:
            load_setup(garage)
    assert [query["sql"].split(" from ")[0] for query in captured] == ["select setup_version"]


def test_every_table_a_setup_is_read_from_changes_its_version(garage: Garage) -> None:
    setup._read.cache_clear()
    with tenant(garage.pk), CaptureQueriesContext(connection) as captured:
        load_setup(garage)
    read = {table for query in captured for table in re.findall(r'FROM "(\w+)"', query["sql"])} - {"garages_garage"}
    with connection.cursor() as cursor:
        cursor.execute("select tgrelid::regclass::text from pg_trigger where tgname = 'garages_setup_changed'")
        # and the garage's own makes and models, which are drawn into its booking form
        assert read | {"fleet_ownmodel"} == {table for (table,) in cursor.fetchall()}


def test_no_setup_is_read_outside_its_garage(garage: Garage, other_garage: Garage) -> None:
    with tenant(other_garage.pk), pytest.raises(ScopeError):
        load_setup(garage)
    with platform(), pytest.raises(ScopeError):
        load_setup(garage)
