"""Health, for load balancers and alarms."""

from __future__ import annotations

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from redis.backoff import NoBackoff
from redis.retry import Retry

from garage_desk.tasks import HEARTBEAT_KEY
from garages.access import public


@public
@transaction.non_atomic_requests
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """200 while this process answers at all."""
    return JsonResponse({"live": True})


@public
@transaction.non_atomic_requests
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, queue and worker answer; 503 else. The JSON names each, without details for strangers."""
    state = {"database": _database_answers(), "queue": _queue_answers()}
    state["worker"] = state["database"] and _worker_beats()
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            return True
    except DatabaseError:
        return False


def _queue_answers() -> bool:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0)
    )
    try:
        return bool(client.ping())
    except redis.exceptions.RedisError:
        return False
    finally:
        client.close()


def _worker_beats() -> bool:
    """The worker's sign of life lives at most a minute."""
    try:
        return cache.get(HEARTBEAT_KEY) is not None
    except DatabaseError:
        return False
