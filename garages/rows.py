"""Rows by the public id that forms and addresses carry; and statements written out by hand, read into models and
written from them, for the few that everybody waits for: to have Django put one together costs more than to run it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from garages.tenancy.models import TenantModel

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


def read(model: type[_Model], rest: str, values: Sequence[Any]) -> list[_Model]:
    """The models that a prepared statement finds: all of it after `from <table> t`. No manager adds the garage to it:
    `rest` names it, and row-level security sees to it."""
    with prepared() as cursor:
        cursor.execute(f"select {columns(model, 't')} from {model._meta.db_table} t {rest}", values)
        return [instance(model, found) for found in cursor.fetchall()]


def insert(rows: Sequence[_Model]) -> None:
    """Save new rows of one model in one prepared statement; they know their primary keys then. Columns that the
    database fills by itself are not read back."""
    for row, pk in zip(rows, _insert(rows), strict=True):
        row.pk, row._state.adding, row._state.db = pk, False, connection.alias


def insert_new(rows: Sequence[_Model]) -> list[int]:
    """The same, but for those that a unique constraint keeps out without a word. The primary keys of the others."""
    return _insert(rows, "on conflict do nothing")


def update(row: TenantModel, *names: str) -> None:
    """Save these fields of a tenant's row that is there, by a prepared statement."""
    fields = [field for field in row._meta.concrete_fields if field.name in names]
    told = ", ".join(f"{field.column} = %s" for field in fields)
    values = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
    with prepared() as cursor:
        statement = f"update {row._meta.db_table} set {told} where garage_id = %s and id = %s"
        cursor.execute(statement, [*values, row.garage_id, row.pk])


def _insert(rows: Sequence[models.Model], unless: str = "") -> list[int]:
    """All of the rows are one JSON value: the statement is the same, and has one plan, whatever their number and
    whichever of their fields are empty."""
    if not rows:
        return []
    fields = _written(type(rows[0]))
    said = [{field.column: field.get_prep_value(field.pre_save(row, add=True)) for field in fields} for row in rows]
    table, names = rows[0]._meta.db_table, ", ".join(f'"{field.column}"' for field in fields)
    with prepared() as cursor:
        cursor.execute(
            f"insert into {table} ({names}) select {names} from json_populate_recordset(null::{table}, %s::json)"
            f" {unless} returning id",
            [json.dumps(said, default=str)],
        )
        return [pk for (pk,) in cursor.fetchall()]


@cache
def _written(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]
