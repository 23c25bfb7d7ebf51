"""The cache and the whole product while Redis refuses, hangs, is full, vanishes and comes back."""

from __future__ import annotations

import shutil
import signal
import socket
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import structlog
from celery import current_app
from django.conf import settings
from django.core.cache import cache, caches
from django.db import DatabaseError, connection, transaction
from django.test import Client

from bookings.models import Booking
from garage_desk.cache import PAUSE_SECONDS, TABLE, FailoverCache
from garage_desk.embedded.valkey import Valkey
from garage_desk.tasks import HEARTBEAT_KEY, heartbeat, housekeeping
from garages.models import Bay, Garage, Membership
from garages.setup import load_setup
from garages.tasks import send_account_mails
from garages.tenancy.context import tenant
from tests.conftest import PASSWORD
from tests.factories.bookings import next_open_day, service_named

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test inherits the pause of another, nor leaves one behind."""
    monkeypatch.setattr(FailoverCache, "_resume_at", 0.0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Move the cache's clock by so many seconds."""
    now = [1000.0]
    monkeypatch.setattr("garage_desk.cache.time.monotonic", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A server of this test's own, to be ill-treated."""
    folder = Path(tempfile.mkdtemp(prefix="gd-cache-"))
    server = Valkey(folder, durable=False)
    server.start()
    yield server
    if server.process and server.process.poll() is None:
        server.process.send_signal(signal.SIGCONT)
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def nowhere() -> str:
    """The address of a Redis that refuses: nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{held.getsockname()[1]}/0"


def _cache(url: str) -> FailoverCache:
    return FailoverCache(url, {"KEY_PREFIX": "gd"})


def _end(server: Valkey) -> None:
    assert server.process
    server.process.kill()
    server.process.wait()


def _client(server: Valkey) -> redis.Redis:
    return redis.Redis.from_url(server.url)


# --- One cache, two places ----------------------------------------------------------------------------------------
def _use(store: FailoverCache) -> list[Any]:
    """Everything a cache can be asked for, and what it said."""
    said: list[Any] = [store.get("a"), store.get("a", "none")]
    store.set("a", {"n": [1, 2]}, 60)
    said += [store.get("a"), "a" in store, store.has_key("a"), store.add("a", 2), store.add("b", 3), store.get("b")]
    said += [store.touch("a", 60), store.touch("c", 60), store.delete("b"), store.delete("b"), store.get("b")]
    store.set_many({"x": 1, "y": 2})
    said += [store.get_many(["x", "y", "z"]), store.incr("x"), store.incr("x", 5), store.decr("y"), store.get("x")]
    store.delete_many(["x", "y"])
    said += [store.get("x"), store.get_or_set("d", lambda: 4), store.get("d")]
    store.clear()
    return [*said, store.get("a"), store.get("d")]


ANSWERS = [
    *(None, "none", {"n": [1, 2]}, True, True, False, True, 3, True, False, True, False, None),
    *({"x": 1, "y": 2}, 2, 7, 1, 7, None, 4, 4, None, None),
]


def test_answers_are_the_same_from_redis_and_from_the_database(valkey: Valkey, nowhere: str) -> None:
    assert _use(_cache(valkey.url)) == ANSWERS
    assert _rows() == 0
    assert _use(_cache(nowhere)) == ANSWERS


def _rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {TABLE}")
        return int(cursor.fetchone()[0])


def test_clearing_leaves_the_queue_alone(valkey: Valkey) -> None:
    """Queue and cache may share one Redis database: REDIS_URL names both."""
    store, client = _cache(valkey.url), _client(valkey)
    client.rpush("celery", "a task")
    store.set("a", 1)
    store.clear()
    assert client.keys() == [b"celery"]


def test_a_server_that_vanishes_midway_is_missed_by_nobody(valkey: Valkey, clock: Callable[[float], None]) -> None:
    store = _cache(valkey.url)
    store.set("a", "in redis")
    _end(valkey)
    assert store.get("a") is None
    store.set("a", "in the table", 60)
    assert store.get("a") == "in the table"
    clock(PAUSE_SECONDS)
    assert store.get("a") == "in the table"  # tried again, still away

    valkey.start()
    assert store.get("a") == "in the table"  # not asked yet: it is left alone for a while
    clock(PAUSE_SECONDS)
    assert store.get("a") is None
    store.set("a", "in redis again")
    assert store.get("a") == "in redis again"


def test_a_server_that_hangs_keeps_one_call_waiting_and_no_more(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, asked = _cache(valkey.url), []
    ask = store._redis.get
    monkeypatch.setattr(store._redis, "get", lambda *args: asked.append(args) or ask(*args))
    assert valkey.process
    valkey.process.send_signal(signal.SIGSTOP)
    with structlog.testing.capture_logs() as lines:
        assert [store.get("a", "none") for _time in range(20)] == ["none"] * 20
    assert len(asked) == 1
    assert [(line["event"], line["error"]) for line in lines] == [
        ("cache falls back to the database", "TimeoutError"),
    ]


def test_the_pause_is_the_whole_process_s(nowhere: str, valkey: Valkey) -> None:
    """Each thread has a cache object of its own; one discovery is enough."""
    _cache(nowhere).set("a", "in the table", 60)
    assert _cache(valkey.url).get("a") == "in the table"
    assert _client(valkey).keys() == []


def test_a_full_server_is_worked_around(valkey: Valkey) -> None:
    _client(valkey).config_set("maxmemory", 1)
    store = _cache(valkey.url)
    store.set("a", 1, 60)
    assert store.get("a") == 1
    assert _rows() == 1


@pytest.mark.parametrize("setting", ["REDIS_PASSWORD", "READ_ONLY"])
def test_a_server_that_refuses_to_serve_is_worked_around(valkey: Valkey, setting: str) -> None:
    if setting == "READ_ONLY":
        _client(valkey).replicaof("127.0.0.1", 1)
    else:
        _client(valkey).config_set("requirepass", "changed-behind-our-back")
    store = _cache(valkey.url)
    store.set("a", 1, 60)
    assert store.get("a") == 1


# --- Inside a request's transaction -------------------------------------------------------------------------------
def test_an_error_in_the_table_leaves_the_transaction_whole(inside: Garage, nowhere: str) -> None:
    store = _cache(nowhere)
    # What no page could heal: the table is not the one the cache expects.
    broken = caches["database"]._table
    caches["database"]._table = "no_such_table"
    try:
        for call in (lambda: store.get("a"), lambda: store.set("a", 1), lambda: store.delete("a")):
            with pytest.raises(DatabaseError):
                call()
    finally:
        caches["database"]._table = broken
    assert Bay.objects.count() == 2  # the transaction goes on, and still knows whose it is


def test_what_a_request_counts_is_undone_with_it(nowhere: str) -> None:
    store = _cache(nowhere)
    with transaction.atomic():
        store.set("a", 1, 60)
        transaction.set_rollback(True)
    assert store.get("a") is None


def test_the_table_outlasts_a_flood(nowhere: str) -> None:
    """Somebody fills the table to push the count of their attempts out of it."""
    store = _cache(nowhere)
    store.set("mine", 5, 60)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {TABLE} (cache_key, value, expires)"
            " select 'flood' || n, 'gAQu', now() + interval '1 hour' from generate_series(1, 5000) as n"
        )
    store.set("another", 1, 60)
    assert store.get("mine") == 5


def test_housekeeping_drops_what_ran_out(nowhere: str) -> None:
    store = _cache(nowhere)
    store.set("old", "about somebody", 60)
    store.set("new", 1, 60)
    with connection.cursor() as cursor:
        cursor.execute(f"update {TABLE} set expires = now() - interval '1 second' where cache_key like %s", ["%old"])
    housekeeping()
    assert (_rows(), store.get("new")) == (1, 1)


# --- The whole product --------------------------------------------------------------------------------------------
@pytest.fixture
def without_redis(nowhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """REDIS_URL names a server that is not there: for cache, queue and health."""
    monkeypatch.setattr(settings, "REDIS_URL", nowhere)
    monkeypatch.setattr(caches["default"], "_redis", _cache(nowhere)._redis)
    monkeypatch.setattr(current_app.conf, "broker_write_url", nowhere)  # what Celery publishes to


def _log_in(client: Client, email: str, password: str) -> Any:
    return client.post("/login/", {"login": email, "password": password})


@pytest.mark.usefixtures("without_redis")
def test_log_in_is_throttled_without_redis(receptionist: Membership) -> None:
    client, email = Client(), receptionist.user.email
    wrong = [_log_in(client, email, "not the password") for _attempt in range(5)]
    assert all("Too many" not in answer.content.decode() for answer in wrong)
    refused = _log_in(client, email, PASSWORD)
    assert (refused.status_code, "Too many failed login attempts" in refused.content.decode()) == (200, True)
    assert "_auth_user_id" not in client.session
    assert FailoverCache._resume_at > 0  # it was the table that counted


@pytest.mark.usefixtures("without_redis")
def test_a_day_at_the_desk_without_redis(garage: Garage, receptionist: Membership) -> None:
    client = Client()
    assert _log_in(client, receptionist.user.email, PASSWORD).url == "/"
    assert client.get("/g/here/desk/").status_code == 200
    with tenant(garage.pk):
        setup = load_setup(garage)
    typed = {
        "idempotency_key": str(uuid.uuid4()),
        "kind": "individual",
        "phone": "07700 900456",
        "first_name": "Priya",
        "last_name": "Nair",
        "vehicle_type": setup.vehicle_types[0].public_id,
        "service": service_named(setup, "Brake check").public_id,
        "date": next_open_day(garage).isoformat(),
    }
    assert client.post("/g/here/desk/create/", typed).status_code == 302
    with tenant(garage.pk):
        assert Booking.objects.get().customer.name == "Priya Nair"


@pytest.mark.usefixtures("without_redis")
def test_the_sign_of_life_goes_through_the_table_too() -> None:
    heartbeat()
    assert caches["database"].get(HEARTBEAT_KEY) == cache.get(HEARTBEAT_KEY) is not None


@pytest.mark.usefixtures("without_redis")
def test_an_invitation_waits_for_the_sweeper_without_a_queue(
    manager_client: Client, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = manager_client.post(
            "/g/here/settings/team/", {"name": "Noor Haddad", "email": "noor@here.example", "role": "receptionist"}
        )
    assert answer.status_code == 302
    assert mailoutbox == []
    send_account_mails()
    assert [message.to for message in mailoutbox] == [["noor@here.example"]]
