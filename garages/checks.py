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
    """garages.E001: pages must run as a role that row-level security binds (`check --database default`)."""
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("select current_user, rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        role, unbound = cursor.fetchone()
        cursor.execute("select count(*) from pg_tables where tableowner = current_user and schemaname = 'public'")
        owns = cursor.fetchone()[0]
    if unbound or owns:
        return [Error(f"The runtime role {role!r} is not bound by row-level security.", id="garages.E001")]
    return []
