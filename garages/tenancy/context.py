"""Whose data may be touched right now.

One context variable is the single truth of tenancy: the managers filter by it (`garages.tenancy.models`) and the
database backend tells PostgreSQL about it at the start of every transaction (`garages.tenancy.postgresql`), where
row-level security checks it again. There are three states: nobody's (the default: every scoped query raises), one
garage's, and the platform's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeAlias

PLATFORM: Final = "platform"
Scope: TypeAlias = "int | str | None"

_scope: ContextVar[Scope] = ContextVar("garage_scope", default=None)


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


@contextmanager
def _bound(scope: Scope) -> Iterator[None]:
    token = _scope.set(scope)
    try:
        _rebind()
        yield
    finally:
        _scope.reset(token)
        _rebind()


def _rebind() -> None:
    """Tell a transaction that is already open about the new scope; later ones learn it when they begin."""
    from django.db import connection  # the backend of `connection` imports this module

    if connection.connection is not None and connection.in_atomic_block and not connection.needs_rollback:
        connection.bind_scope()  # type: ignore[attr-defined]
