"""Handing tasks to the queue: quickly, or not at all."""

from __future__ import annotations

import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import current_app, shared_task

from garage_desk.embedded.valkey import Valkey
from garages import queue
from garages.queue import QueueUnreachable, hand_over


@shared_task
def nothing(*_ids: int) -> None:
    """Nobody runs it."""


@pytest.fixture
def valkey(monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    """A queue of this test's own, to be ill-treated."""
    folder = Path(tempfile.mkdtemp(prefix="gd-queue-"))
    server = Valkey(folder, durable=False)
    server.start()
    address = server.url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    monkeypatch.setattr(current_app.conf, "broker_write_url", address)
    yield server
    assert server.process
    server.process.send_signal(signal.SIGCONT)
    server.stop()
    shutil.rmtree(folder)


def _queued(server: Valkey) -> int:
    return int(redis.Redis.from_url(server.url).llen("celery"))  # type: ignore[arg-type]


def test_task_is_queued(valkey: Valkey) -> None:
    hand_over(nothing, 1, 2)
    hand_over(nothing, 3, countdown=10)
    assert _queued(valkey) == 2


def test_queue_that_hangs_is_asked_once_and_left_alone(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_over(nothing)  # the line is open
    assert valkey.process
    valkey.process.send_signal(signal.SIGSTOP)
    asked: list[Any] = []
    ask = nothing.apply_async
    monkeypatch.setattr(nothing, "apply_async", lambda *args, **options: asked.append(args) or ask(*args, **options))
    for _time in range(3):
        with pytest.raises(QueueUnreachable):
            hand_over(nothing)
    assert len(asked) == 1


def test_queue_is_tried_again_after_a_while(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue._Pause, "until", time.monotonic() + 1000)
    with pytest.raises(QueueUnreachable):
        hand_over(nothing)
    monkeypatch.setattr(queue._Pause, "until", 0.0)
    hand_over(nothing)
    assert _queued(valkey) == 1
