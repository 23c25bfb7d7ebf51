"""One ear on Redis, many queues: what a garage is told reaches everybody who joined it here."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from garages.live import CATCH_UP, channel, version_and_age

log = logging.getLogger(__name__)

QUEUED: Final = 16  # news a slow reader may be behind; one further and it is told to look at everything again
QUIET_SECONDS: Final = 15.0
RETRY_SECONDS: Final = 1.0
ALIVE_SECONDS: Final = 60
ALIVE_KEY: Final = "alive"  # in place of a garage's id


class Closed(Exception):
    """The stream is over: the reader has gone, or there is no more news to pass on."""


@dataclass(eq=False)
class Listener:
    """One open page. `tab` is its own name: what was done there comes back to it as its own."""

    tab: str
    _frames: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUED))
    _is_closed: bool = False

    async def next_frame(self, seconds: float) -> bytes:
        """The next news, or a sign of life after `seconds` without. Raises Closed."""
        if self._is_closed:
            raise Closed
        try:
            found = await asyncio.wait_for(self._frames.get(), seconds)
        except TimeoutError:
            found = frame("ping", {})
        if self._is_closed:
            raise Closed
        return found

    def hear(self, news: bytes) -> None:
        if self._frames.full():
            self._forget()
            news = frame("news", {"version": "", "topic": CATCH_UP, "facts": {}, "mine": False})
        self._frames.put_nowait(news)

    def close(self) -> None:
        self._is_closed = True
        self._forget()
        self._frames.put_nowait(b"")

    def _forget(self) -> None:
        while not self._frames.empty():
            self._frames.get_nowait()


class Hub:
    """Passes on what is published while `run` runs. Without Redis everybody is sent away: they can poll."""

    def __init__(self, url: str) -> None:
        self.is_listening = False
        self._garages: dict[int, set[Listener]] = defaultdict(set)
        self._redis = redis.asyncio.Redis.from_url(
            url, socket_timeout=QUIET_SECONDS * 2, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
        )

    @property
    def count(self) -> int:
        return sum(len(listeners) for listeners in self._garages.values())

    @asynccontextmanager
    async def joined(self, garage_id: int, tab: str) -> AsyncIterator[Listener]:
        listener = Listener(tab)
        self._garages[garage_id].add(listener)
        try:
            yield listener
        finally:
            listeners = self._garages[garage_id]
            listeners.discard(listener)
            if not listeners:
                del self._garages[garage_id]

    async def latest(self, garage_id: int) -> tuple[str, float | None]:
        """The version of the garage's last news and its age in seconds. Raises RedisError."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            pipeline.get(channel(garage_id))
            pipeline.time()  # the clock that the version was read from
            return version_and_age(*await pipeline.execute())

    async def run(self) -> None:
        """Listen for ever, and again after every failure."""
        while True:
            try:
                await self._listen()
            except (redis.exceptions.RedisError, OSError) as error:
                log.warning("the live process does not hear Redis: %s", type(error).__name__)
            finally:
                self.close()
            await asyncio.sleep(RETRY_SECONDS)

    def close(self) -> None:
        self.is_listening = False
        for listeners in self._garages.values():
            for listener in listeners:
                listener.close()

    async def _listen(self) -> None:
        async with self._redis.pubsub() as ear:
            await ear.psubscribe(channel("*"))
            is_answered = True
            while True:
                message = await ear.get_message(timeout=QUIET_SECONDS)
                if message is None:
                    if not is_answered:
                        raise redis.exceptions.TimeoutError
                    await self._show_life()
                    await ear.ping()
                is_answered = message is not None
                if message and message["type"] == "psubscribe":
                    self.is_listening = True
                    await self._show_life()
                elif message and message["type"] == "pmessage":
                    self._pass_on(message["channel"].decode(), message["data"].decode())

    async def _show_life(self) -> None:
        """For /health/ready."""
        await self._redis.set(channel(ALIVE_KEY), 1, ex=ALIVE_SECONDS)

    def _pass_on(self, where: str, told: str) -> None:
        version, _space, text = told.partition(" ")
        news = json.loads(text)
        facts = {"version": version, "topic": news["topic"], "facts": news["facts"]}
        theirs = frame("news", facts | {"mine": False})
        for listener in self._garages.get(int(where.rsplit(":", 1)[1]), ()):
            is_mine = bool(news["tab"]) and listener.tab == news["tab"]
            listener.hear(frame("news", facts | {"mine": True}) if is_mine else theirs)


def frame(name: str, data: dict[str, object]) -> bytes:
    """One event of a stream. Also a sign of life is one: of a comment the page would not hear."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
