"""Handing work to the queue from a request. The queue is an accelerator: nobody waits long for it (SAFETY 12, 16)."""

from __future__ import annotations

import time
from typing import Any, Final

from celery import Task
from kombu import pools
from kombu.exceptions import OperationalError

TIMEOUT_SECONDS: Final = 1
PAUSE_SECONDS: Final = 5.0


class QueueUnreachable(Exception):
    """The queue did not take it within a second, or did not take the one before a moment ago."""


class _Pause:
    """Until when this process leaves the queue alone, by its own clock."""

    until = 0.0


def hand_over(task: Task, *ids: int, countdown: float = 0) -> None:
    """Queue a task, in `countdown` seconds. Raises QueueUnreachable.

    After a failure this process leaves the queue alone for a while: one request waits, not each.
    """
    if time.monotonic() < _Pause.until:
        raise QueueUnreachable
    impatient: dict[str, Any] = {
        "socket_timeout": TIMEOUT_SECONDS,
        "socket_connect_timeout": TIMEOUT_SECONDS,
        "max_retries": 0,
    }
    connection = task.app.connection_for_write(transport_options=impatient)
    try:
        with pools.producers[connection].acquire(block=True, timeout=TIMEOUT_SECONDS) as producer:
            task.apply_async(ids, countdown=countdown, producer=producer, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        _Pause.until = time.monotonic() + PAUSE_SECONDS
        raise QueueUnreachable from error
