"""News for open pages: what a transaction changed, told to the same garage's other pages once it is committed.

The words go through Redis to the live process (`garage_desk.live`), which passes them on to the browsers, where
`static/js/live.js` makes events of them. They carry a topic and facts such as a reference, never anything about a
person: a page that hears of a change asks the server for the changed part, as its reader may see it.

PostgreSQL is the truth and Redis may be away. What could not be told is owed: one thread of this process tries again
every second, and the garage's pages then catch up. Nobody's request waits for it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import Final

import redis
import structlog
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

from garages.tenancy.context import current_garage_id

log = structlog.get_logger(__name__)

CATCH_UP: Final = "catch-up"  # the topic that says: something was missed, look at everything again
TIMEOUT_SECONDS: Final = 0.25
RETRY_SECONDS: Final = 1.0
REMEMBERED_SECONDS: Final = 7 * 24 * 3600

# The version of a garage is the moment of its last news by Redis's clock, the one clock all processes share.
_TELL: Final = f"""
local now = redis.call('time')
local version = now[1] .. string.format('%06d', now[2])
redis.call('set', KEYS[1], version, 'ex', {REMEMBERED_SECONDS})
redis.call('publish', KEYS[1], version .. ' ' .. ARGV[1])
"""

_tab: ContextVar[str] = ContextVar("tab", default="")


def announce(topic: str, **facts: str | int) -> None:
    """Tell the open pages of the garage in scope, after the commit; without a commit nobody hears of it.

    In the browser it arrives as the events `live` and `live-<topic>` of `document.body`. Outside a garage's scope (the
    platform's work) there is nobody to tell.
    """
    garage_id = current_garage_id()
    if garage_id is None:
        return
    news = json.dumps({"topic": topic, "facts": facts, "tab": _tab.get()})
    transaction.on_commit(lambda: _tell(garage_id, news), robust=True)


@contextmanager
def from_tab(tab: str) -> Iterator[None]:
    """What is announced inside was done in this tab of a browser, which has drawn it already."""
    token = _tab.set(tab[:32])
    try:
        yield
    finally:
        _tab.reset(token)


def channel(garage_id: int | str) -> str:
    """Where a garage's news is published, and the key of its version. Redis shares channels between its databases, so
    the database's number is part of the name."""
    database = client(settings.REDIS_URL).connection_pool.connection_kwargs.get("db", 0)
    return f"gd:{database}:live:{garage_id}"


def version_and_age(version: bytes | None, clock: tuple[int, int]) -> tuple[str, float | None]:
    """What a garage's key holds, and how many seconds ago that was by Redis's own clock (its seconds and micros)."""
    if version is None:
        return "", None
    seconds, micros = clock
    return version.decode(), seconds + (micros - int(version)) / 1e6


@cache
def client(url: str) -> redis.Redis:
    """Impatient: a page never waits long for what is only an accelerator."""
    return redis.Redis.from_url(
        url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, retry=Retry(NoBackoff(), 0)
    )


class _Debts:
    """The garages that were not told, and the thread that tells them to catch up as soon as it can."""

    def __init__(self) -> None:
        self.garages: set[int] = set()
        self.is_paying = False
        self._lock = threading.Lock()

    def add(self, garage_id: int) -> None:
        with self._lock:
            self.garages.add(garage_id)
            if not self.is_paying:
                self.is_paying = True
                threading.Thread(target=self._pay, name="live-debts", daemon=True).start()

    def _pay(self) -> None:
        while self.is_paying:
            time.sleep(RETRY_SECONDS)
            with self._lock:
                garages, self.garages = self.garages, set()
            with suppress(redis.exceptions.RedisError):
                for garage_id in garages:
                    _publish(garage_id, json.dumps({"topic": CATCH_UP, "facts": {}, "tab": ""}))
                garages = set()
            with self._lock:
                self.garages |= garages
                self.is_paying = bool(self.garages)


_debts: Final = _Debts()


def _tell(garage_id: int, news: str) -> None:
    if not _debts.is_paying:  # else Redis is known to be away
        try:
            _publish(garage_id, news)
        except redis.exceptions.RedisError as error:
            log.warning("live news is owed", error=type(error).__name__)
        else:
            return
    _debts.add(garage_id)


def _publish(garage_id: int, news: str) -> None:
    client(settings.REDIS_URL).eval(_TELL, 1, channel(garage_id), news)
