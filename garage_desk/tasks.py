"""Tasks of the house itself."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from celery.signals import worker_ready
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from garage_desk.cache import drop_expired
from garages.idempotency import forget
from garages.services import mailbox
from integrations.hooks import forget_old_events
from integrations.vehicles import answers

HEARTBEAT_KEY = "worker-heartbeat"
HEARTBEAT_SECONDS = 60


@shared_task
def heartbeat() -> None:
    """Leave a sign of life that `/health/ready` reads; it fades when worker or beat stop."""
    cache.set(HEARTBEAT_KEY, timezone.now().timestamp(), HEARTBEAT_SECONDS)


@worker_ready.connect
def _first_heartbeat(**_kwargs: object) -> None:
    heartbeat()


@shared_task
def housekeeping() -> None:
    """Hourly: drop sessions and cache rows that ran out, idempotency keys older than two days, hooks, answers about
    plates and e-mails given up a month old."""
    call_command("clearsessions")
    drop_expired()
    forget(older_than=timedelta(days=2))
    mailbox.forget(older_than=timedelta(days=30))
    forget_old_events()
    answers.forget()
