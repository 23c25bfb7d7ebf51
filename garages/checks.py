"""System checks that settings cannot make alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def runtime_role_is_bound(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """garages.E001: pages must run as a role that row-level security binds (`check --database default`).

    Two roles count: the one that serves pages, and the one that logged in, whose powers are one `reset role` away.
    """
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select rolname from pg_roles where (rolsuper or rolbypassrls) and rolname in (current_user, session_user)"
            " union select tableowner from pg_tables where tableowner = current_user and schemaname = 'public'"
        )
        unbound = [role for (role,) in cursor.fetchall()]
    return [Error(f"The role {role!r} is not bound by row-level security.", id="garages.E001") for role in unbound]
