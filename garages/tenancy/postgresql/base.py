"""Django's PostgreSQL backend, telling the server the current scope at the start of every transaction."""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.utils import CursorWrapper

from garages.tenancy.context import PLATFORM, current, facts, silenced
from garages.tenancy.roles import APP_ROLE, PLATFORM_ROLE

# How PostgreSQL plans inside a scope. What is prepared (garages/rows.py) and what functions hold is written to be right
# for any value: planned once. And pages read few rows of large tables: to remember rows that were joined already, the
# server clears a table as large as it thinks the garage is, 3 ms with 200,000 customers for a page of 25 rows.
_PLANNING = {"plan_cache_mode": "force_generic_plan", "enable_memoize": "off"}


class _Operations(DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """For whoever counts and logs queries. A cursor that binds on the server does not know: as it was written."""
        return super().last_executed_query(cursor, sql, params) or sql


class _Kept(base.ServerBindingCursor):
    """The cursor of a connection that is not closed after each statement: a new one would learn again how every type of
    value is written and read, which takes longer than all else that is done here for a small query."""

    def close(self) -> None:
        pass


class DatabaseWrapper(base.DatabaseWrapper):
    """Binds `app.garage_id`, the role, and the facts for history transaction-locally.

    Only transaction-local settings are safe behind a connection pooler, and they vanish by themselves at the end of
    the transaction. Outside a transaction nothing is bound: row-level security then shows no row and refuses writes.
    """

    ops_class = _Operations
    _kept: Any = None

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # private, and there since Django 1.6
        if not autocommit and current() is not None:
            self.bind_scope()

    def bind_scope(self) -> None:
        """Apply the current scope and facts to the open transaction. One round trip, on the raw connection: it is no
        query of the application and not counted as one. Every page waits for it, so its plan is kept."""
        scope = current()
        said = {
            "app.garage_id": str(scope) if isinstance(scope, int) else "",
            "pghistory.context_metadata": json.dumps(facts()) if facts() else "",  # where the event triggers read it
            "pgtrigger.ignore": silenced(),
            **_PLANNING,
        }
        if "assume_role" in self.settings_dict["OPTIONS"]:  # the owner's alias keeps its role
            said["role"] = PLATFORM_ROLE if scope == PLATFORM else APP_ROLE
        told = ", ".join(["set_config(%s, %s, true)"] * len(said))
        self._kept_cursor().execute(f"select {told}", [part for setting in said.items() for part in setting])

    def prepared_cursor(self) -> CursorWrapper:
        """A cursor whose statements the connection plans once and keeps (PREPARED_STATEMENTS): where the plan costs
        more than the answer, that is half of what the server does. Django's own never are: it fills in their values
        itself. What a statement found is fetched before the next one."""
        self.ensure_connection()
        return self._prepare_cursor(self._kept_cursor())  # type: ignore[attr-defined,no-any-return]  # as cursor() does

    def _kept_cursor(self) -> Any:
        if self._kept is None or self._kept.connection is not self.connection:
            self._kept = _Kept(self.connection)  # type: ignore[call-arg]
        return self._kept
