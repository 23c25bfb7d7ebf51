"""The two health pages: what lives, what is ready, and which part is down."""

from __future__ import annotations

import io
import json
import logging
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from garage_desk import health
from garage_desk.cache import FailoverCache
from garage_desk.tasks import HEARTBEAT_KEY, HEARTBEAT_SECONDS, heartbeat

UP = {"database": True, "queue": True, "worker": True}


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FailoverCache, "_resume_at", 0.0)


@pytest.fixture
def beating(db: None) -> Iterator[None]:
    """A worker lives: it left its sign."""
    heartbeat()
    yield
    cache.delete(HEARTBEAT_KEY)


def _ready() -> tuple[int, dict[str, bool]]:
    answer = Client().get("/health/ready")
    assert answer.headers["Content-Type"] == "application/json"
    return answer.status_code, answer.json()


def test_live_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the `db` fixture a query would be an error: a process may live while its database does not."""
    answer = Client().get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"live": True})


@pytest.mark.usefixtures("beating")
def test_ready_when_database_queue_and_worker_answer() -> None:
    assert _ready() == (200, UP)


@pytest.mark.usefixtures("db")
def test_a_silent_worker_is_named() -> None:
    cache.delete(HEARTBEAT_KEY)
    assert _ready() == (503, UP | {"worker": False})


@pytest.mark.usefixtures("beating")
def test_a_dead_queue_is_named(settings: Settings) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{held.getsockname()[1]}/0"
        assert _ready() == (503, UP | {"queue": False})


@pytest.mark.usefixtures("beating")
def test_a_hanging_queue_is_named(settings: Settings) -> None:
    """It accepts and never answers: the page does not hang with it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        assert _ready() == (503, UP | {"queue": False})


@pytest.mark.usefixtures("beating")
def test_a_dead_database_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", refuse)
        assert _ready() == (503, {"database": False, "queue": True, "worker": False})


@pytest.mark.usefixtures("db")
def test_the_sign_of_life_fades() -> None:
    heartbeat()
    left_at = cache.get(HEARTBEAT_KEY)
    assert abs(datetime.now().timestamp() - left_at) < HEARTBEAT_SECONDS
    assert 0 < _seconds_left() <= HEARTBEAT_SECONDS
    cache.delete(HEARTBEAT_KEY)


def _seconds_left() -> int:
    store = cache._connections["default"]._redis
    return int(store._cache.get_client().ttl(store.make_key(HEARTBEAT_KEY)))


def test_the_sign_of_life_fades_in_the_table_too(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FailoverCache, "_resume_at", float("inf"))
    heartbeat()
    assert health._worker_beats()
    with time_machine.travel(datetime.now().astimezone() + timedelta(seconds=HEARTBEAT_SECONDS + 2)):
        assert not health._worker_beats()


@pytest.mark.usefixtures("beating")
def test_health_pages_need_no_log_in_no_cookie_and_no_cache() -> None:
    for path in ("/health/live", "/health/ready"):
        answer = Client().get(path)
        assert not answer.cookies
        assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.usefixtures("beating")
def test_health_is_answered_over_plain_http_behind_the_balancer(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert [Client().get(path).status_code for path in ("/health/live", "/health/ready")] == [200, 200]
    assert Client().get("/login/").status_code == 301


@pytest.mark.usefixtures("beating")
def test_probes_are_not_logged() -> None:
    """Several a minute would bury everything else."""
    output = io.StringIO()
    handlers = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    streams = [(handler, handler.setStream(output)) for handler in handlers]
    _ready()
    Client().get("/login/")
    for handler, stream in streams:
        handler.setStream(stream)
    assert [json.loads(line)["route"] for line in output.getvalue().splitlines()] == ["account_login"]
