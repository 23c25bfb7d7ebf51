"""Every address of the product, walked by everybody: 404 for strangers, 403 for a role too low, else the page.

The walk finds the addresses itself (tests/addresses.py). A new page is in it at once; a new kind of object in an
address must be added to `OBJECTS`, or the walk says that it does not know how to fill it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import Booking
from customers.models import Customer
from fleet.models import Vehicle
from garages.access import PUBLIC, audience_of
from garages.enums import Role
from garages.models import (
    Closure,
    Garage,
    Membership,
    Service,
    Skill,
    User,
)
from garages.tenancy.context import platform, tenant
from garages.tenancy.models import TenantModel
from tests.addresses import (
    ADDRESSES,
    ADMIN_PAGES,
    BODIES,
    GARAGE_PAGES,
    OBJECTS,
    OTHER_PAGES,
    VALUES,
    body,
    fill,
    fill_plain,
)
from tests.conftest import PASSWORD, logged_in
from tests.factories.furnished import furnish
from tests.factories.garages import make_member


# --- The cast -----------------------------------------------------------------------------------------------------
@pytest.fixture
def furnished(garage: Garage, other_garage: Garage) -> tuple[Garage, Garage]:
    """Two garages with one of each thing an address can name."""
    for place in (garage, other_garage):
        with tenant(place.pk), transaction.atomic():
            furnish(place)
    return garage, other_garage


@contextmanager
def _undone() -> Iterator[None]:
    """What happens inside has not happened: the next address finds everything as before."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _ask(client: Client, method: str, url: str, body: dict[str, str] | None = None) -> HttpResponse:
    client.raise_request_exception = False
    with _undone():
        return client.get(url) if method == "GET" else client.post(url, body)


def _login_of(url: str) -> str:
    return f"{reverse('account_login')}?next={url}"


# --- The walk -----------------------------------------------------------------------------------------------------
def test_every_view_says_who_may_see_it() -> None:
    silent = [address.route for address in ADDRESSES if address not in ADMIN_PAGES and not audience_of(address.view)]
    assert silent == []


def test_every_page_of_a_garage_asks_for_a_role() -> None:
    assert [address.route for address in GARAGE_PAGES if address.role is None] == []


def test_settings_team_and_reports_are_for_managers() -> None:
    """ROLE-4: bays, prices, team and figures are hidden from receptionists."""
    managed = [address for address in GARAGE_PAGES if address.name.startswith(("garages:", "reports:"))]
    assert {address.role for address in managed} == {Role.MANAGER}


def test_the_walk_knows_every_object_of_an_address() -> None:
    known = OBJECTS.keys() | VALUES.keys()
    assert [(address.route, found) for address in GARAGE_PAGES for found in address.objects if found not in known] == []


def test_nobody_is_sent_to_the_log_in(furnished: tuple[Garage, Garage]) -> None:
    here, _there = furnished
    wrong = []
    for address in GARAGE_PAGES:
        url = fill(address, here, under=here)
        for method in ("GET", "POST"):
            answer = _ask(Client(), method, url)
            if (answer.status_code, answer.headers.get("Location")) != (302, _login_of(url)):
                wrong.append((method, url, answer.status_code))
    assert wrong == []


def test_strangers_find_nothing(furnished: tuple[Garage, Garage], stranger: Membership) -> None:
    here, _there = furnished
    client = logged_in(stranger.user)
    asked = [(method, fill(address, here, under=here)) for address in GARAGE_PAGES for method in ("GET", "POST")]
    assert [(method, url) for method, url in asked if _ask(client, method, url).status_code != 404] == []


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_its_pages_and_no_others(furnished: tuple[Garage, Garage], role: Role) -> None:
    here, _there = furnished
    client = logged_in(make_member(here, role, password=PASSWORD).user)
    wrong = []
    for address in GARAGE_PAGES:
        assert address.role is not None
        url = fill(address, here, under=here)
        got, sent = _ask(client, "GET", url).status_code, _ask(client, "POST", url, body(address, here)).status_code
        if role.rank < address.role.rank:
            expected = (got, sent) == (403, 403)
        else:
            # An empty form may be refused in many ways, but never by a crash or as if the page were not there.
            expected = got in (200, 302, 405) and sent in (200, 204, 302, 400, 403, 405, 409, 422)
        if not expected:
            wrong.append((url, got, sent))
    assert wrong == []


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.OWNER])
def test_another_garages_things_are_not_there(furnished: tuple[Garage, Garage], role: Role) -> None:
    """One's own garage in the address, the other garage's object behind it."""
    here, there = furnished
    client = logged_in(make_member(here, role, password=PASSWORD).user)
    wrong = []
    for address in [address for address in GARAGE_PAGES if address.names_objects]:
        assert address.role is not None
        if role.rank < address.role.rank:
            continue
        url = fill(address, there, under=here)
        got, sent = _ask(client, "GET", url).status_code, _ask(client, "POST", url).status_code
        if got not in (404, 405) or sent not in (404, 405) or 404 not in (got, sent):
            wrong.append((url, got, sent))
    assert wrong == []


def test_another_garages_things_cannot_be_named_in_a_form(furnished: tuple[Garage, Garage], owner: Membership) -> None:
    here, there = furnished
    client = logged_in(owner.user)
    named = [address for address in GARAGE_PAGES if address.name in BODIES]
    asked = [_ask(client, "POST", fill(address, here, under=here), body(address, there)) for address in named]
    assert [answer.status_code for answer in asked] == [404] * len(BODIES)


def test_looking_changes_nothing(furnished: tuple[Garage, Garage], owner: Membership) -> None:
    here, _there = furnished
    client = logged_in(owner.user)
    writes = []
    for address in GARAGE_PAGES:
        url = fill(address, here, under=here)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            _ask(client, "GET", url)
        writes += [
            (url, query["sql"])
            for query in asked.captured_queries
            if re.match(r"\s*(insert|update|delete)", query["sql"], re.IGNORECASE)
        ]
    assert writes == []


def test_pages_outside_a_garage_never_crash(garage: Garage, technician: Membership) -> None:
    wrong = []
    for address in OTHER_PAGES:
        url = fill_plain(address)
        audience = audience_of(address.view)
        for method in ("GET", "POST"):
            stranger_status = _ask(Client(), method, url).status_code
            member_status = _ask(logged_in(technician.user), method, url).status_code
            to_login = audience is not PUBLIC
            if (to_login and stranger_status != 302) or max(stranger_status, member_status) >= 500:
                wrong.append((method, url, stranger_status, member_status))
    healthy = [found for found in wrong if found[1] != reverse("health-ready")]  # 503 without a worker is its word
    assert healthy == []


def test_the_platforms_admin_is_closed_to_garages(owner: Membership) -> None:
    outside = {reverse("admin:login"), reverse("admin:jsi18n")}
    wrong = []
    for address in ADMIN_PAGES:
        url = "/" + re.sub(r"\(\?P<\w+>[^)]*\)|<(?:\w+:)?\w+>", "1", address.route).replace("$", "").replace("^", "")
        for client in (Client(), logged_in(owner.user)):
            status = _ask(client, "GET", url).status_code
            if status not in (302, 403, 404) and url not in outside:
                wrong.append((url, status))
    assert wrong == []


# --- The tables ---------------------------------------------------------------------------------------------------
def _has_garage(model: type[models.Model]) -> bool:
    return any(column.name == "garage" and column.remote_field for column in model._meta.fields)


TENANT_MODELS: Final = [model for model in apps.get_models() if _has_garage(model) and model is not Membership]


def _rows(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


@pytest.mark.django_db
def test_every_tenant_table_is_under_row_level_security() -> None:
    state = {
        table: (enabled, forced, policies)
        for table, enabled, forced, policies in _rows(
            "select relname, relrowsecurity, relforcerowsecurity, array(select polname::text from pg_policy"
            " where polrelid = pg_class.oid order by polname) from pg_class"
            " where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
    }
    unguarded = [
        (table, state[table])
        for table in (model._meta.db_table for model in TENANT_MODELS)
        if state[table] != (True, True, ["platform", "tenant"])
    ]
    assert unguarded == []


@pytest.mark.django_db
def test_every_key_between_tenant_tables_carries_the_garage() -> None:
    keys = {
        (table, tuple(columns), target)
        for table, columns, target in _rows(
            "select conrelid::regclass::text, array(select attname::text from unnest(conkey) with ordinality as k(n, o)"
            " join pg_attribute on attrelid = conrelid and attnum = n order by o), confrelid::regclass::text"
            " from pg_constraint where contype = 'f'"
        )
    }
    missing = [
        (model._meta.db_table, column.column)
        for model in TENANT_MODELS
        if issubclass(model, TenantModel)  # history rows are plain copies and point nowhere
        for column in model._meta.fields
        if isinstance(column, models.ForeignKey) and _has_garage(column.related_model)
        if (model._meta.db_table, ("garage_id", column.column), column.related_model._meta.db_table) not in keys
    ]
    assert missing == []


def test_no_hidden_table_stands_between_tenant_models() -> None:
    """A many-to-many table Django makes by itself has no garage."""
    made = [model for model in apps.get_models(include_auto_created=True) if model._meta.auto_created]
    hidden = [
        model._meta.db_table
        for model in made
        if any(_has_garage(column.related_model) for column in model._meta.fields if column.related_model)
    ]
    assert hidden == []


@pytest.mark.django_db
def test_the_runtime_role_owns_no_table() -> None:
    assert _rows("select tablename from pg_tables where schemaname = 'public' and tableowner = current_user") == []


def test_the_cast_is_in_place(furnished: tuple[Garage, Garage], stranger: Membership, manager: Membership) -> None:
    """The walk proves nothing if the two garages had nothing to see, or the stranger worked here."""
    here, there = furnished
    assert {membership.garage for membership in stranger.user.memberships.all()} == {there}
    with platform():
        for model in (Customer, Vehicle, Booking, Closure, Skill, Service):
            assert {row.garage for row in model.objects.all()} == {here, there}
    assert _ask(logged_in(manager.user), "GET", reverse("garages:services", args=[here.slug])).status_code == 200
    assert User.objects.count() == 4  # these two, and who has a queue in each garage
