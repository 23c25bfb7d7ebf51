"""Rows written and read without Django's own statements are the rows it would have written and read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction

from customers.models import Customer
from garages.models import Garage, IdempotencyKey
from garages.rows import insert, insert_new, read, update
from notifications.enums import Channel, Kind
from notifications.models import Message

DUE = datetime(2026, 11, 30, 7, 59, 59, 123456, tzinfo=UTC)


def _message(to: str, **more: Any) -> Message:
    return Message(kind=Kind.CONFIRMED, channel=Channel.EMAIL, to=to, due_at=DUE, **more)


def _key(**more: Any) -> IdempotencyKey:
    return IdempotencyKey(**{"key": uuid4(), "act": "book", "request_hash": "0"} | more)


def test_inserted_rows_are_as_they_were_written(inside: Garage) -> None:
    rows = [_message("ada@example.org", facts={"words": ["O'\"%s\\", 1, None]}), _message("", version=70_000)]
    insert(rows)
    assert [row._state.adding for row in rows] == [False, False]
    for row in rows:
        found = Message.objects.get(pk=row.pk)
        written = [field.attname for field in Message._meta.concrete_fields]
        assert {name: getattr(found, name) for name in written} == {name: getattr(row, name) for name in written}


def test_nothing_to_insert_asks_nothing(inside: Garage, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        insert([])
        assert insert_new([]) == []


def test_a_row_that_is_there_is_left_out(inside: Garage) -> None:
    there, new = _key(), _key()
    insert([there])
    assert len(insert_new([_key(key=there.key), new])) == 1
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {there.key, new.key}


def test_an_update_writes_what_is_named_and_nothing_else(inside: Garage) -> None:
    row, beside = _key(), _key()
    insert([row, beside])
    row.made, row.act = "PRL-23", "invite"
    update(row, "made")
    assert list(IdempotencyKey.objects.order_by("pk").values_list("made", "act")) == [("PRL-23", "book"), ("", "book")]


def test_reading_gives_whole_models(inside: Garage) -> None:
    ada = Customer.objects.create(first_name="Ada", labels=["fleet", "vip"])
    ada.refresh_from_db()
    [found] = read(Customer, "where t.garage_id = %s and t.first_name = %s", [inside.pk, "Ada"])
    names = [field.attname for field in Customer._meta.concrete_fields]
    assert {name: getattr(found, name) for name in names} == {name: getattr(ada, name) for name in names}


def test_another_garages_rows_are_neither_written_nor_read(inside: Garage, other_garage: Garage) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        insert([_key(garage=other_garage)])
    assert read(IdempotencyKey, "where t.garage_id = %s", [other_garage.pk]) == []
