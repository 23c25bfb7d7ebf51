"""The live process: streams of server-sent events, and nothing else. No Django application, no database.

`gunicorn --worker-class asgi --workers 1 garage_desk.live.asgi:application`: one process holds thousands of streams.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from logging.config import dictConfig
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "garage_desk.settings")

import redis
from django.conf import settings

from garage_desk.live import passes
from garage_desk.live.hub import QUIET_SECONDS, Closed, Hub, frame

HEALTH_PATH: Final = "/live/health"
MOST_STREAMS: Final = 8000

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Live:
    """The ASGI application."""

    def __init__(self) -> None:
        self.hub = Hub(settings.REDIS_URL)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live_on(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live_on(self, receive: Receive, send: Send) -> None:
        listening: asyncio.Task[None] | None = None
        while (message := await receive())["type"] != "lifespan.shutdown":
            if message["type"] == "lifespan.startup":
                listening = asyncio.create_task(self.hub.run())
                await send({"type": "lifespan.startup.complete"})
        if listening:
            listening.cancel()
        self.hub.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["method"] != "GET":
            await _refuse(send, 405)
        elif scope["path"] == HEALTH_PATH:
            await _refuse(send, 200 if self.hub.is_listening else 503)
        elif scope["path"] != passes.STREAM_PATH:
            await _refuse(send, 404)
        elif not _is_own(headers.get("origin"), headers.get("host", "")):
            await _refuse(send, 403)
        elif (shown := passes.read(_token(scope))) is None:
            await _refuse(send, 401)
        elif not self.hub.is_listening or self.hub.count >= MOST_STREAMS:
            await _refuse(send, 503)
        else:
            await self._stream(shown, headers.get("origin"), receive, send)

    async def _stream(self, shown: passes.Pass, origin: str | None, receive: Receive, send: Send) -> None:
        async with self.hub.joined(shown.garage_id, shown.tab) as listener:
            try:
                # Asked after joining: what is told meanwhile is heard twice rather than not at all.
                version, age = await self.hub.latest(shown.garage_id)
            except redis.exceptions.RedisError:
                await _refuse(send, 503)
                return
            await send({"type": "http.response.start", "status": 200, "headers": _headers(origin)})
            watch = asyncio.create_task(_gone(receive))
            watch.add_done_callback(lambda _watch: listener.close())
            try:
                with suppress(Closed):
                    await send(_part(_retry() + frame("hello", {"version": version, "age": age})))
                    while (left := shown.until - time.time()) > 0:
                        await send(_part(await listener.next_frame(min(left, QUIET_SECONDS))))
                    await send(_part(frame("renew", {})))
            finally:
                watch.cancel()
            await send({"type": "http.response.body"})


def _part(data: bytes) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": True}


def _retry() -> bytes:
    """When the browser tries again after a cut: streams cut off together do not come back together."""
    return b"retry: %d\n" % random.randint(1500, 4000)  # noqa: S311 - nothing is guarded by it


async def _gone(receive: Receive) -> None:
    """Wait until the browser has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _headers(origin: str | None) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),  # a proxy passes each event on at once
    ]
    return [*headers, (b"access-control-allow-origin", origin.encode("latin-1"))] if origin else headers


def _token(scope: Message) -> str:
    return parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]


def _is_own(origin: str | None, host: str) -> bool:
    """Whether a page of ours asks: a browser names the origin of every page that asks another port or host."""
    return origin is None or urlsplit(origin).hostname in {
        urlsplit(f"//{host}").hostname,
        urlsplit(settings.SITE_URL).hostname,
    }


dictConfig(settings.LOGGING)
application = Live()
