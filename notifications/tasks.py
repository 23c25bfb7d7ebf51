"""The worker's share: send what is due. The sweeper is the truth; a nudge after a commit only hurries it."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from time import monotonic, time
from typing import Final

import structlog
from celery import shared_task
from django.db import transaction

from garages.models import Garage
from garages.queue import QueueUnreachable, hand_over
from garages.tenancy.context import platform, tenant
from notifications.due import plan_due
from notifications.enums import DUE
from notifications.models import KindRule
from notifications.outbox import claim, deliver
from notifications.planning import UNDO

log = structlog.get_logger()

SECONDS_A_SWEEP: Final = 30.0  # then another goes on: a task that ends can be stopped


@shared_task
def sweep() -> int:
    """Send everything that is due, of all garages. Returns how many messages were worked on.

    Several may run at once: each takes what no other has.
    """
    began, done = monotonic(), 0
    while row := claim():
        deliver(*row)
        done += 1
        if monotonic() - began > SECONDS_A_SWEEP:
            _nudge_now()
            break
    return done


@shared_task
def plan_due_everywhere() -> None:
    """Every ten minutes: have each garage that tells owners what is due look at its vehicles. Reads nothing but keys
    across garages, through `platform()`."""
    with platform(), transaction.atomic():
        told = KindRule.objects.filter(kind__in=DUE, is_on=True, garage__is_active=True)
        garages = list(told.order_by().values_list("garage_id", flat=True).distinct())
    for garage_id in garages:
        plan_due_in.delay(garage_id)


@shared_task
def plan_due_in(garage_id: int) -> None:
    with tenant(garage_id), transaction.atomic():
        plan_due(Garage.objects.get(pk=garage_id))


def sweep_soon() -> None:
    """After this transaction, and the time to undo: have what it wrote sent. Once, however often it is asked for."""
    _once(_nudge_later)


def sweep_now() -> None:
    """After this transaction: have what it wrote sent at once."""
    _once(_nudge_now)


def _once(nudge: Callable[[], None]) -> None:
    asked = (function for _savepoints, function, *_more in transaction.get_connection().run_on_commit)
    if nudge not in asked:
        transaction.on_commit(nudge)


class _Asked:
    """The second, since 1970, for which this process last had a sweep queued: one takes all that is due by then."""

    second = 0


def _nudge_later() -> None:
    now = time()
    second = ceil(now + UNDO.total_seconds() + 0.2)
    if second != _Asked.second:
        _Asked.second = second
        _nudge(second - now)


def _nudge_now() -> None:
    _nudge(0)


def _nudge(countdown: float) -> None:
    try:
        hand_over(sweep, countdown=countdown)
    except QueueUnreachable:
        log.warning("messages.queue_unreachable")
