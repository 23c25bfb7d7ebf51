"""The worker's share: send what is due. The sweeper is the truth; a nudge after a commit only hurries it."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import Final

import structlog
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from notifications.outbox import claim, deliver
from notifications.planning import UNDO

log = structlog.get_logger()

SECONDS_A_SWEEP: Final = 30.0  # then the next one goes on: a task that ends can be stopped


@shared_task
def sweep() -> int:
    """Send everything that is due, of all garages. Returns how many messages were worked on.

    Several may run at once: each takes what no other has.
    """
    began, done = monotonic(), 0
    while monotonic() - began < SECONDS_A_SWEEP and (row := claim()):
        deliver(*row)
        done += 1
    return done


def sweep_soon() -> None:
    """After this transaction, and the time to undo: have what it wrote sent. Never raises, never waits long."""
    transaction.on_commit(partial(_nudge, UNDO.total_seconds() + 0.5))


def _nudge(seconds: float) -> None:
    try:
        sweep.apply_async(countdown=seconds, retry=False, ignore_result=True)
    except (OperationalError, OSError):
        log.warning("messages.queue_unreachable")
