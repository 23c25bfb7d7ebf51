"""A form sent twice acts once: in a row, at the same moment, and after a failure."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event

import psycopg
import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.template import Context
from django.utils import timezone

from garages.errors import DomainError
from garages.idempotency import FIELD, fingerprint, forget, key_of, once
from garages.models import Garage, IdempotencyKey
from garages.templatetags.garage_format import idempotency_key
from garages.tenancy.context import platform, tenant

PATIENCE_SECONDS = 30  # far beyond what anything takes: only a fault waits so long


def _form(key: str | uuid.UUID | None = None, **fields: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"csrfmiddlewaretoken": uuid.uuid4().hex, FIELD: str(key or uuid.uuid4()), "name": "Priya"} | fields)
    return data


class Counter:
    """An act that makes something new each time it is done."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self) -> str:
        self.made.append(f"made-{len(self.made) + 1}")
        return self.made[-1]


# --- One after the other ------------------------------------------------------------------------------------------
def test_a_repeated_form_answers_with_what_it_made(inside: Garage) -> None:
    act, form = Counter(), _form()
    assert [once(form, "book", act) for _time in range(3)] == [("made-1", True), ("made-1", False), ("made-1", False)]
    assert act.made == ["made-1"]


@pytest.mark.parametrize(
    "other",
    [
        lambda _key: (_form(), "book"),
        lambda key: (_form(key, name="Ada"), "book"),
        lambda key: (_form(key, note=""), "book"),
        lambda key: (_form(key), "invite"),
    ],
    ids=["another key", "other contents", "one more field", "another act"],
)
def test_another_form_acts_again(inside: Garage, other: Callable[[uuid.UUID], tuple[QueryDict, str]]) -> None:
    act, key = Counter(), uuid.uuid4()
    once(_form(key), "book", act)
    assert once(*other(key), act) == ("made-2", True)


def test_a_fresh_csrf_token_makes_no_other_form(inside: Garage) -> None:
    """A page that was loaded again before the retry carries another token."""
    act, key = Counter(), uuid.uuid4()
    assert [once(_form(key), "book", act)[1] for _time in range(2)] == [True, False]


@pytest.mark.parametrize("key", ["", "not a key", "12", "\x00", "{}"])
def test_a_form_without_a_key_acts_each_time(inside: Garage, key: str) -> None:
    act, form = Counter(), _form()
    form[FIELD] = key
    assert [once(form, "book", act)[1] for _time in range(2)] == [True, True]
    del form[FIELD]
    assert once(form, "book", act) == ("made-3", True)


def test_the_key_of_another_garage_is_another_key(garage: Garage, other_garage: Garage) -> None:
    act, form = Counter(), _form()
    for place in (garage, other_garage):
        with tenant(place.pk):
            assert once(form, "book", act)[1]
    with tenant(garage.pk):
        assert once(form, "book", act) == ("made-1", False)


def test_a_refused_form_may_be_sent_again(inside: Garage) -> None:
    def refuse() -> str:
        raise DomainError("Taken.")

    act, form = Counter(), _form()
    with pytest.raises(DomainError):
        once(form, "book", refuse)
    assert not IdempotencyKey.objects.exists()
    assert once(form, "book", act) == ("made-1", True)


def test_several_values_of_a_field_are_all_part_of_the_form() -> None:
    one, other = QueryDict("skill=a&skill=b"), QueryDict("skill=a&skill=c")
    assert fingerprint(one) == fingerprint(QueryDict("skill=a&skill=b&idempotency_key=1"))
    assert fingerprint(one) != fingerprint(other)
    assert fingerprint(QueryDict("a=1&b=2")) != fingerprint(QueryDict("a=2&b=1"))


def test_each_page_carries_a_key_of_its_own() -> None:
    fields = [str(idempotency_key(Context())) for _page in range(2)]
    keys = [key_of(QueryDict(f"{FIELD}={field.split(chr(34))[-2]}")) for field in fields]
    assert fields == [f'<input type="hidden" name="{FIELD}" value="{key}">' for key in keys]
    assert keys[0] != keys[1]


def test_old_keys_of_all_garages_are_forgotten(garage: Garage, other_garage: Garage) -> None:
    for place in (garage, other_garage):
        with tenant(place.pk):
            once(_form(), "book", Counter())
            once(_form(), "book", Counter())
            old = IdempotencyKey.objects.first()
            IdempotencyKey.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=49))
    assert forget(older_than=timedelta(days=2)) == 2
    with platform():
        assert IdempotencyKey.objects.count() == 2


# --- At the same moment -------------------------------------------------------------------------------------------
@contextmanager
def _as_owner() -> Iterator[psycopg.Connection]:
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as owner:
        yield owner


def _somebody_waits() -> None:
    """Return when another connection waits for a transaction to end."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with _as_owner() as owner:
        asked = (
            "select count(*) from pg_locks join pg_stat_activity using (pid)"
            " where not granted and locktype = 'transactionid' and datname = current_database()"
        )
        while owner.execute(asked).fetchone() == (0,):
            assert time.monotonic() < deadline, "the second sending did not wait for the first"


def _request(garage: Garage, form: QueryDict, make: Callable[[], str]) -> tuple[str, bool] | str:
    """As a page does it: one transaction inside the garage's scope."""
    try:
        with tenant(garage.pk), transaction.atomic():
            return once(form, "book", make)
    except DomainError as refusal:
        return str(refusal)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fails", [False, True])
def test_a_second_sending_waits_for_the_first(garage: Garage, fails: bool) -> None:
    form, act, has_begun = _form(), Counter(), Event()

    def slowly() -> str:
        has_begun.set()
        _somebody_waits()
        if fails:
            raise DomainError("Taken.")
        return act()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(_request, garage, form, slowly)
        assert has_begun.wait(PATIENCE_SECONDS)
        second = pool.submit(_request, garage, form, act)
        answers = [first.result(PATIENCE_SECONDS), second.result(PATIENCE_SECONDS)]
    assert answers == (["Taken.", ("made-1", True)] if fails else [("made-1", True), ("made-1", False)])
    assert act.made == ["made-1"]


@pytest.fixture
def guard_off(transactional_db: None) -> Iterator[None]:
    """Without the constraint the table takes both keys."""
    name = "garages_idempotencykey_once"
    with _as_owner() as owner:
        found = owner.execute(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = %s", [name]
        ).fetchone()
        assert found
        owner.execute(f"alter table garages_idempotencykey drop constraint {name}")
        yield
        owner.execute("truncate garages_idempotencykey")
        owner.execute(f"alter table garages_idempotencykey add constraint {name} {found[0]}")


@pytest.mark.usefixtures("guard_off")
@pytest.mark.django_db(transaction=True)
def test_the_constraint_is_what_makes_it_once(garage: Garage) -> None:
    form, act, both = _form(), Counter(), Barrier(2)

    def together() -> str:
        both.wait(PATIENCE_SECONDS)
        return act()

    with ThreadPoolExecutor(2) as pool:
        requests = [pool.submit(_request, garage, form, together) for _time in range(2)]
        answers = [request.result(PATIENCE_SECONDS) for request in requests]
    assert [answer[1] for answer in answers] == [True, True]
    assert len(act.made) == 2
