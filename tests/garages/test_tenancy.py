"""Tenancy: the managers refuse, row-level security hides, the keys hold."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from garages.models import Bay, Garage, Service, ServicePrice, VehicleType
from garages.tenancy.context import ScopeError, platform, tenant
from garages.tenancy.roles import APP_ROLE, PLATFORM_ROLE


def _role() -> tuple[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute("select current_user, rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        return cursor.fetchone()


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return cursor.fetchone()[0]


def test_tests_run_as_the_bound_role(garage: Garage) -> None:
    assert _role() == (APP_ROLE, False)
    with platform():
        assert _role() == (PLATFORM_ROLE, False)
        with tenant(garage.pk):
            assert _role() == (APP_ROLE, False)
    assert _role() == (APP_ROLE, False)


def test_query_outside_a_scope_raises(garage: Garage) -> None:
    with pytest.raises(ScopeError):
        Bay.objects.count()


def test_each_garage_sees_its_own_rows(garage: Garage, other_garage: Garage) -> None:
    with tenant(garage.pk):
        mine = set(Bay.objects.values_list("pk", flat=True))
    with tenant(other_garage.pk):
        theirs = set(Bay.objects.values_list("pk", flat=True))
        assert not Bay.objects.filter(pk__in=mine).exists()
    assert len(mine) == len(theirs) == 2
    with platform():
        assert set(Bay.objects.values_list("pk", flat=True)) == mine | theirs


def test_raw_sql_past_the_orm_sees_one_garage_only(garage: Garage, other_garage: Garage) -> None:
    assert _count("garages_bay") == 0
    with tenant(garage.pk):
        assert _count("garages_bay") == 2
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from garages_bay where garage_id = %s", [other_garage.pk])
            assert cursor.fetchone() == (0,)
    with platform():
        assert _count("garages_bay") == 4


def test_writing_into_another_garage_is_refused_by_the_database(garage: Garage, other_garage: Garage) -> None:
    with tenant(garage.pk), pytest.raises(ProgrammingError) as refused, transaction.atomic():
        Bay.objects.create(garage=other_garage, name="Cuckoo")
    assert refused.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]


def test_key_to_another_garages_row_is_refused_by_the_database(garage: Garage, other_garage: Garage) -> None:
    with platform():
        service = Service.objects.filter(garage=garage).last()
        foreign_type = VehicleType.objects.filter(garage=other_garage).first()
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            ServicePrice.objects.create(garage=garage, service=service, vehicle_type=foreign_type, price=1)
    assert refused.value.__cause__.diag.constraint_name == "garages_serviceprice_vehicle_type_id_tenant"
