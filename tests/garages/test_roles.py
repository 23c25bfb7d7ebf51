"""The database roles: what each may, and that preparing them twice, or twice at once, does no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from threading import Barrier

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from garage_desk.embedded.postgres import SUPERUSER
from garages.models import Garage
from garages.tenancy import roles
from garages.tenancy.context import platform, tenant
from garages.tenancy.postgresql.base import DatabaseWrapper
from garages.tenancy.roles import APP_ROLE, PLATFORM_ROLE, ensure_roles, grant_tables

pytestmark = pytest.mark.django_db


def _asked(question: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def _refused(statement: str) -> str | None:
    """The SQLSTATE with which the database refuses; None when it does not. Nothing is left done."""
    try:
        with transaction.atomic():
            _asked_nothing(statement)
            transaction.set_rollback(True)
    except ProgrammingError as error:
        return error.__cause__.sqlstate  # type: ignore[union-attr]
    return None


def _asked_nothing(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _owner() -> Iterator[DatabaseWrapper]:
    """A connection as migrations have it: the login role, owner of the tables."""
    settings = deepcopy(connection.settings_dict)
    del settings["OPTIONS"]["assume_role"]
    wrapper = DatabaseWrapper(settings, "default")
    try:
        yield wrapper
    finally:
        wrapper.close()


# --- What they are ------------------------------------------------------------------------------------------------
def test_the_roles_can_do_nothing_by_themselves() -> None:
    columns = "rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
    found = _asked(f"select {columns} from pg_roles where rolname in (%s, %s)", APP_ROLE, PLATFORM_ROLE)
    assert found == [(False,) * 6] * 2


def test_neither_role_is_a_member_of_the_other_or_of_the_owner() -> None:
    """Else a role could take the other's powers without the log-in's."""
    memberships = _asked(
        "select member::regrole::text from pg_auth_members where member in (%s::regrole, %s::regrole)",
        APP_ROLE,
        PLATFORM_ROLE,
    )
    assert memberships == []


def test_both_may_use_every_table() -> None:
    kept_out = _asked(
        "select role, tablename from pg_tables, unnest(%s::text[]) as role, unnest(%s::text[]) as act"
        " where schemaname = 'public' and not has_table_privilege(role, format('public.%%I', tablename), act)",
        [APP_ROLE, PLATFORM_ROLE],
        ["select", "insert", "update", "delete"],
    )
    assert kept_out == []


def test_the_app_owns_nothing_and_the_platform_the_search_functions_only() -> None:
    owned = "select oid::regclass::text from pg_class where relowner = %s::regrole"
    functions = "select proname from pg_proc where proowner = %s::regrole order by proname"
    assert [_asked(owned, role) for role in (APP_ROLE, PLATFORM_ROLE)] == [[], []]
    assert _asked(functions, APP_ROLE) == []
    assert all(
        str(name).endswith(("_matching", "_similar", "_named", "_near", "_nearest", "_with_contact"))
        for (name,) in _asked(functions, PLATFORM_ROLE)
    )
    assert len(_asked(functions, PLATFORM_ROLE)) > 0


# --- What they may not --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "statement",
    [
        "create table hidden (id int)",
        "create function hidden() returns int language sql as 'select 1'",
        "alter table garages_bay disable row level security",
        "alter table garages_bay no force row level security",
        "drop policy tenant on garages_bay",
        "create policy all_of_it on garages_bay using (true)",
        "alter table garages_bay add column note text",
        "drop table garages_bay",
        "create role another",
        f"alter role {APP_ROLE} bypassrls",
    ],
)
def test_the_app_cannot_loosen_its_bonds(inside: Garage, statement: str) -> None:
    assert _refused(statement) == "42501"


def test_the_scope_s_role_is_taken_in_each_transaction(garage: Garage) -> None:
    def role() -> str:
        return str(_asked("select current_user")[0][0])

    with platform():
        assert role() == PLATFORM_ROLE
        with tenant(garage.pk):
            assert role() == APP_ROLE
        assert role() == PLATFORM_ROLE
    assert role() == APP_ROLE


# --- Preparing them -----------------------------------------------------------------------------------------------
def test_preparing_again_changes_nothing() -> None:
    asked = (
        "select rolname, rolcanlogin, rolsuper, rolbypassrls from pg_roles where rolname like 'garage%%' order by 1",
        "select roleid::regrole::text, member::regrole::text, set_option from pg_auth_members order by 1, 2, 3",
        "select relname, relacl::text from pg_class where relnamespace = 'public'::regnamespace order by 1",
    )
    before = [_asked(question) for question in asked]
    with _owner() as owner:
        ensure_roles(owner)
        grant_tables(owner)
    assert [_asked(question) for question in asked] == before


@pytest.mark.django_db(transaction=True)
def test_a_table_made_later_is_opened_by_the_grant() -> None:
    with _owner() as owner, owner.cursor() as cursor:
        cursor.execute("create table made_later (id int generated by default as identity)")
        try:
            assert _refused("insert into made_later default values") == "42501"
            grant_tables(owner)
            assert _refused("insert into made_later default values") is None
        finally:
            cursor.execute("drop table made_later")


@pytest.fixture
def fresh_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Roles nobody has yet: they belong to the whole server, so the test brings names of its own."""
    names = ("gd_test_app", "gd_test_platform")
    monkeypatch.setattr(roles, "APP_ROLE", names[0])
    monkeypatch.setattr(roles, "PLATFORM_ROLE", names[1])

    def drop() -> None:
        with psycopg.connect(**_as_superuser(), autocommit=True) as superuser:
            for name in map(sql.Identifier, names):
                if superuser.execute(
                    "select from pg_roles where rolname = %s", [name.as_string().strip('"')]
                ).fetchone():
                    superuser.execute(sql.SQL("drop owned by {}").format(name))
                    superuser.execute(sql.SQL("drop role {}").format(name))

    drop()
    yield names
    drop()


def _as_superuser() -> dict[str, object]:
    given = connection.get_connection_params()
    return {name: given[name] for name in ("host", "port", "dbname") if name in given} | {"user": SUPERUSER}


def _at_once(count: int, act: Callable[[DatabaseWrapper], None]) -> None:
    start = Barrier(count)

    def one(_number: int) -> None:
        with _owner() as owner:
            owner.ensure_connection()
            start.wait(30)
            act(owner)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(one, range(count)))


def test_two_databases_prepared_at_the_same_moment(fresh_names: tuple[str, str]) -> None:
    """`make run` beside `make test`, or two workers of the suite: one server, the same roles."""
    _at_once(6, ensure_roles)
    found = _asked(
        "select rolname, pg_has_role(session_user, rolname, 'set') from pg_roles where rolname = any(%s) order by 1",
        list(fresh_names),
    )
    assert found == [(name, True) for name in fresh_names]
