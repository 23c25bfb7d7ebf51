"""The cache: Redis while it answers, PostgreSQL when it does not.

Redis is an accelerator. Rate limits and other counters that live in the cache must not turn into "no limit" when it is
gone, so every operation falls back to a table; after a failure Redis is left alone for a few seconds, so that pages
do not each wait for its time-out.
"""

from __future__ import annotations

import time
from typing import Any, Final

import redis
import structlog
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import connection, transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 5.0
TABLE: Final = "garage_desk_cache"


class OwnKeys(RedisCache):
    """Django's, but for `clear`: Redis may hold the queue beside the cache, and Django would empty all of it."""

    def clear(self) -> None:
        client = self._cache.get_client(write=True)  # type: ignore[attr-defined]  # the stubs stop here
        found = list(client.scan_iter(f"{self.key_prefix}:*", count=1000))
        if found:
            client.delete(*found)


class FailoverCache(BaseCache):
    """Redis first, the cache alias "database" after it. Never raises because Redis is away, full or read-only."""

    _resume_at = 0.0  # of the whole process: one request's discovery spares the others

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = {
            "socket_timeout": 0.5,
            "socket_connect_timeout": 0.5,
            # redis-py retries with back-off by default: a ping to a dead server took four seconds.
            "retry": Retry(NoBackoff(), 0),
        }
        self._redis = OwnKeys(server, {**params, "OPTIONS": options})

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= FailoverCache._resume_at:
            try:
                return getattr(self._redis, method)(*args, **kwargs)
            except redis.exceptions.RedisError as error:
                FailoverCache._resume_at = time.monotonic() + PAUSE_SECONDS
                log.warning("cache falls back to the database", error=type(error).__name__)
        with transaction.atomic():  # a savepoint inside a request: what fails here must not spoil its transaction
            return getattr(caches["database"], method)(*args, **kwargs)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._call("get", key, default, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._call("set", key, value, timeout, version)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._call("add", key, value, timeout, version))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._call("touch", key, timeout, version))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._call("delete", key, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(self._call("incr", key, delta, version))

    def clear(self) -> None:
        self._call("clear")


def drop_expired() -> None:
    """Remove what outlived its time from the table: nobody reads it, but it may be about somebody."""
    with connection.cursor() as cursor:
        cursor.execute(f"delete from {TABLE} where expires < now()")
