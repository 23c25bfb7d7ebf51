"""Rows by the public id that forms and addresses carry; and queries written out by hand, read into models, for the few
that every page waits for: to have Django put one of them together costs more than to run it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

_Model = TypeVar("_Model", bound=models.Model)


def named(rows: models.QuerySet[_Model], public_id: object) -> _Model | None:
    """The one of these rows that a form or an address names; None for none, and for what is no id at all."""
    try:
        return rows.filter(public_id=uuid.UUID(str(public_id))).first()
    except ValueError:
        return None


def prepared() -> CursorWrapper:
    """A cursor for such a query: the server keeps its plan. Its values are bound by the server, so where PostgreSQL
    cannot tell what a value is, the statement has to say it (`%s::date`)."""
    return connection.prepared_cursor()  # type: ignore[attr-defined,no-any-return]  # of our backend


def columns(model: type[models.Model], alias: str) -> str:
    """Every column of the model's table under this alias, in the order that `instance` reads."""
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


def instance(model: type[_Model], values: Sequence[Any]) -> _Model:
    """The model of one row's `columns`; what stands behind them is left alone."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, values[: len(names)])
