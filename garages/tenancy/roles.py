"""The database roles of Garage Desk.

login      the role of DATABASE_URL; owns the tables and runs migrations (alias "owner"), never serves a page
app        what web and workers become after connecting (alias "default"); owns nothing, bound by row-level security
platform   taken for one transaction inside `platform()`; its policy admits every row, and it owns the search functions
"""

from __future__ import annotations

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

APP_ROLE: Final = "garage_desk_app"
PLATFORM_ROLE: Final = "garage_desk_platform"

# Roles belong to the whole cluster: two databases may be prepared at the same moment, hence the swallowed races. Each
# step is a transaction of its own, because one that lost the race would not see the winner's role before its end.
_STEPS: Final = (
    """
    if not exists (select from pg_roles where rolname = '{role}') then
        create role {role} nologin nosuperuser nobypassrls;
    end if;
    """,
    """
    if not pg_has_role(current_user, '{role}', 'set') then
        grant {role} to current_user with inherit false, set true;
    end if;
    """,
)
_FUNCTIONS_OF_ITS_OWN: Final = """
    if not has_schema_privilege('{role}', 'public', 'create') then
        grant create on schema public to {role};
    end if;
"""
_BESIDE_OTHERS: Final = (
    "do $$ begin {step} exception when duplicate_object or unique_violation or internal_error then null; end $$"
)

_GRANTS = """
grant usage on schema public to {roles};
grant select, insert, update, delete on all tables in schema public to {roles};
grant usage, select on all sequences in schema public to {roles};
"""


def ensure_roles(connection: BaseDatabaseWrapper) -> None:
    """Create the roles that are missing and make the login role a member of them. Needs CREATEROLE the first time."""
    with connection.cursor() as cursor:
        for role in (APP_ROLE, PLATFORM_ROLE):
            for step in _STEPS:
                cursor.execute(_BESIDE_OTHERS.format(step=step.format(role=role)))
        cursor.execute(_BESIDE_OTHERS.format(step=_FUNCTIONS_OF_ITS_OWN.format(role=PLATFORM_ROLE)))


def grant_tables(connection: BaseDatabaseWrapper) -> None:
    """Let the runtime roles use every table; called after each migration, so that new tables are never missed."""
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS.format(roles=f"{APP_ROLE}, {PLATFORM_ROLE}"))
