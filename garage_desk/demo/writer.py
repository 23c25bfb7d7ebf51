"""Writing many rows fast, under row-level security and without waking the history triggers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

import pgtrigger
from django.db import connection, models

from garages.tenancy.context import silencing

# Values by the names of their columns. Tens of thousands of model instances would take longer than storing them.
Row: TypeAlias = dict[str, Any]


@contextmanager
def without_history() -> Iterator[None]:
    """No history rows are written by triggers inside: what is loaded here happened at other times, to other people."""
    with silencing(trigger.get_pgid(model) for model, trigger in pgtrigger.registered()):
        yield


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Primary keys reserved for `count` rows that are not written yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [row[0] for row in cursor.fetchall()]


def write(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Insert rows with every value as it stands, primary keys and moments included; what a row leaves out has the
    model's default."""
    blank = _defaults(model)
    copy_into(model, list(blank), ([row.get(name, blank[name]) for name in blank] for row in rows))


def record_inserts(model: type[models.Model], rows: Sequence[Row], moments: Iterable[datetime]) -> None:
    """Write the history rows that say when each of these rows of a tracked model was made."""
    names = tracked(model)
    blank = _defaults(model)
    copy_into(
        model.pgh_event_model,  # type: ignore[attr-defined]
        ["pgh_created_at", "pgh_label", "pgh_obj_id", *names],
        (
            [at, "insert", row["id"], *(row.get(name, blank[name]) for name in names)]
            for row, at in zip(rows, moments, strict=True)
        ),
    )


@cache
def tracked(model: type[models.Model]) -> list[str]:
    """The columns of a model that its history keeps."""
    kept = {field.attname for field in model.pgh_event_model._meta.concrete_fields}  # type: ignore[attr-defined]
    return [name for name in _defaults(model) if name in kept]


def copy_into(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert plain values; columns are named like their fields. Call it inside a transaction.

    COPY is refused on tables under row-level security, so the rows go through a temporary table: still many times
    faster than INSERT with parameters.
    """
    table, listed = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        # Names of tables and columns come from our models, never from outside.
        cursor.execute(f"create temp table incoming on commit drop as select {listed} from {table} with no data")
        with cursor.copy(f"copy incoming ({listed}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"insert into {table} ({listed}) select {listed} from incoming")
        cursor.execute("drop table incoming")


@cache
def _defaults(model: type[models.Model]) -> Row:
    """Every column of a model that is not computed by the database, with its default."""
    defaults = {field.attname: field.get_default() for field in model._meta.concrete_fields if not field.generated}
    return {name: json.dumps(value) if isinstance(value, dict) else value for name, value in defaults.items()}
