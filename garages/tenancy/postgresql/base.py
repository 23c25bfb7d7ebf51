"""Django's PostgreSQL backend, telling the server the current scope at the start of every transaction."""

from __future__ import annotations

from django.db.backends.postgresql import base

from garages.tenancy.context import PLATFORM, current
from garages.tenancy.roles import APP_ROLE, PLATFORM_ROLE


class DatabaseWrapper(base.DatabaseWrapper):
    """Binds `app.garage_id` (and, for the platform, the role) transaction-locally.

    Only transaction-local settings are safe behind a connection pooler, and they vanish by themselves at the end of
    the transaction. Outside a transaction nothing is bound: row-level security then shows no row and refuses writes.
    """

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # private, and there since Django 1.6
        if not autocommit and current() is not None:
            self.bind_scope()

    def bind_scope(self) -> None:
        """Apply the current scope to the open transaction. One round trip, on the raw connection: it is no query of
        the application and not counted as one."""
        scope = current()
        garage = str(scope) if isinstance(scope, int) else ""
        if "assume_role" not in self.settings_dict["OPTIONS"]:  # the owner's alias keeps its role
            self.connection.execute("select set_config('app.garage_id', %s, true)", [garage])
            return
        role = PLATFORM_ROLE if scope == PLATFORM else APP_ROLE
        self.connection.execute(
            "select set_config('app.garage_id', %s, true), set_config('role', %s, true)", [garage, role]
        )
