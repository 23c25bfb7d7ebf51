"""Writing many rows fast, under row-level security and without waking the history triggers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

import pgtrigger
from django.db import connection, models

Field: TypeAlias = "models.Field[Any, Any]"
_PLAIN = (str, int, datetime, date, UUID, type(None))


@contextmanager
def without_history() -> Iterator[None]:
    """No history rows are written by triggers inside: what is loaded here happened at other times, to other people."""
    with pgtrigger.ignore(databases=["default"]):
        yield


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Primary keys reserved for `count` rows that are not written yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [row[0] for row in cursor.fetchall()]


def write(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model with every value as it stands, primary keys and moments included."""
    if rows:
        fields = _fields(type(rows[0]))
        columns = [field.attname for field in fields]
        copy_into(type(rows[0]), columns, ([_value(field, row) for field in fields] for row in rows))


def record_inserts(rows: Sequence[models.Model], moments: Iterable[datetime]) -> None:
    """Write the history rows that say when each of these rows, all of one tracked model, was made."""
    if rows:
        event = type(rows[0]).pgh_event_model  # type: ignore[attr-defined]
        kept = {field.attname for field in event._meta.concrete_fields}
        fields = [field for field in _fields(type(rows[0])) if field.attname in kept]
        columns = ["pgh_created_at", "pgh_label", "pgh_obj_id", *(field.attname for field in fields)]
        copy_into(
            event,
            columns,
            (
                [at, "insert", row.pk, *(_value(field, row) for field in fields)]
                for row, at in zip(rows, moments, strict=True)
            ),
        )


def copy_into(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert plain values; columns are named like their fields. Call it inside a transaction.

    COPY is refused on tables under row-level security, so the rows go through a temporary table: still many times
    faster than INSERT with parameters.
    """
    table, listed = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        # Names of tables and columns come from our models, never from outside.
        cursor.execute(f"create temp table incoming on commit drop as select {listed} from {table} with no data")  # noqa: S608
        with cursor.copy(f"copy incoming ({listed}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"insert into {table} ({listed}) select {listed} from incoming")  # noqa: S608
        cursor.execute("drop table incoming")


@cache
def _fields(model: type[models.Model]) -> list[Field]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _value(field: Field, row: models.Model) -> object:
    value = row.__dict__[field.attname]
    if isinstance(value, _PLAIN):
        return value
    return json.dumps(value) if isinstance(field, models.JSONField) else field.get_prep_value(value)
