"""Whose data may be touched right now, and what history is to remember of whoever touches it.

One context variable is the single truth of tenancy: the managers filter by it (`garages.tenancy.models`) and the
database backend tells PostgreSQL about it at the start of every transaction (`garages.tenancy.postgresql`), where
row-level security checks it again. There are three states: nobody's (the default: every scoped query raises), one
garage's, and the platform's. The facts for history, and the triggers that are to keep quiet, go the same way: said once
a transaction, not with each statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeAlias, TypeVar

PLATFORM: Final = "platform"
Scope: TypeAlias = "int | str | None"
_Value = TypeVar("_Value")

_scope: ContextVar[Scope] = ContextVar("garage_scope", default=None)
_facts: ContextVar[dict[str, object]] = ContextVar("facts_for_history", default={})  # noqa: B039 - never changed in place

_silenced: ContextVar[str] = ContextVar("silenced_triggers", default="{}")


class ScopeError(RuntimeError):
    """A tenant table was queried outside `tenant(...)` and `platform()`: a forgotten scope must never read."""


def current() -> Scope:
    """The garage's primary key, `PLATFORM`, or None outside any scope."""
    return _scope.get()


def current_garage_id() -> int | None:
    """The garage whose rows are being worked on, or None outside `tenant(...)`."""
    scope = _scope.get()
    return scope if isinstance(scope, int) else None


@contextmanager
def tenant(garage_id: int) -> Iterator[None]:
    """Everything inside reads and writes the rows of this one garage."""
    with _bound(garage_id):
        yield


@contextmanager
def platform() -> Iterator[None]:
    """Everything inside sees the rows of all garages.

    The named way through for work that belongs to no single garage: the platform's admin, demo data and sweeps.
    Inside a transaction PostgreSQL switches to the role `garage_desk_platform`.
    """
    with _bound(PLATFORM):
        yield


def facts() -> dict[str, object]:
    """What the history of a change made now says beside the change itself."""
    return _facts.get()


@contextmanager
def remembering(**more: object) -> Iterator[None]:
    """History says this of every change made inside, beside what an outer block said. For JSON."""
    with _set(_facts, facts() | more):
        yield


def silenced() -> str:
    """The names of the triggers that do nothing now, as PostgreSQL writes an array."""
    return _silenced.get()


@contextmanager
def silencing(triggers: Iterable[str]) -> Iterator[None]:
    """These triggers of ours do nothing inside. `pgtrigger.ignore` would say so again before every statement, and two
    statements together have no plan that could be kept."""
    with _set(_silenced, "{" + ",".join(triggers) + "}"):
        yield


@contextmanager
def _bound(scope: Scope) -> Iterator[None]:
    with _set(_scope, scope):
        yield


@contextmanager
def _set(variable: ContextVar[_Value], value: _Value) -> Iterator[None]:
    token = variable.set(value)
    try:
        _rebind()
        yield
    finally:
        variable.reset(token)
        _rebind()


def _rebind() -> None:
    """Tell a transaction that is already open what is new; later ones learn it when they begin."""
    from django.db import connection  # the backend of `connection` imports this module

    if connection.connection is not None and connection.in_atomic_block and not connection.needs_rollback:
        connection.bind_scope()  # type: ignore[attr-defined]
