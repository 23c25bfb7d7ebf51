"""The live process with a real Redis: who may listen, who hears what, and what happens when Redis goes."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from pytest_django.fixtures import Settings

from garage_desk.embedded.valkey import Valkey
from garage_desk.live import passes
from garage_desk.live.asgi import Live
from garage_desk.live.hub import QUEUED, Closed, Listener, frame
from garages import live as news

Event = tuple[str, Any]
HOST = (b"host", b"desk.example:8001")


@pytest.fixture
def valkey(settings: Settings) -> Iterator[Valkey]:
    """A server of this test's own, to be ill-treated."""
    folder = Path(tempfile.mkdtemp(prefix="gd-live-"))
    server = Valkey(folder, durable=False)
    server.start()
    settings.REDIS_URL = server.url
    yield server
    server.stop()
    shutil.rmtree(folder)


def _run(test: Coroutine[Any, Any, None]) -> None:
    """Elsewhere than in this thread, where Playwright may keep a loop of its own."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, test).result()


@asynccontextmanager
async def _listening() -> AsyncIterator[Live]:
    """The live process, when it hears Redis."""
    application = Live()
    task = asyncio.create_task(application.hub.run())
    await _until(lambda: application.hub.is_listening)
    yield application
    task.cancel()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


class Stream:
    """What one browser got."""

    def __init__(self, application: Live, token: str, *headers: tuple[bytes, bytes], **scope: Any) -> None:
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.events: list[Event] = []
        self.is_over = False
        self._has_left = asyncio.Event()
        asked = {"type": "http", "method": "GET", "path": passes.STREAM_PATH, "headers": [HOST, *headers]}
        query = {"query_string": b"token=" + token.encode()}
        self._task = asyncio.create_task(application(asked | query | scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._has_left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
            return
        for part in message.get("body", b"").decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in part.splitlines())
            if lines:
                self.events.append((lines["event"], json.loads(lines["data"])))
        self.is_over = not message.get("more_body", False)

    async def begun(self) -> Stream:
        await _until(lambda: bool(self.events) or self.is_over)
        return self

    def leave(self) -> None:
        self._has_left.set()

    @property
    def names(self) -> list[str]:
        return [name for name, _data in self.events]


def _tell(garage_id: int, topic: str, tab: str = "") -> None:
    news._publish(garage_id, json.dumps({"topic": topic, "facts": {"reference": "K7M2QX"}, "tab": tab}))


def test_everybody_hears_their_own_garage(valkey: Valkey) -> None:
    async def test() -> None:
        async with _listening() as application:
            mine, same, other = [
                await Stream(application, passes.sign(garage, tab)).begun()
                for garage, tab in ((1, "mine"), (1, "same"), (2, "other"))
            ]
            assert mine.events == [("hello", {"version": "", "age": None})]
            _tell(1, "bookings", tab="mine")
            _tell(2, "messages")
            await _until(lambda: len(mine.events) == len(same.events) == len(other.events) == 2)
            facts = {"topic": "bookings", "facts": {"reference": "K7M2QX"}}
            version = mine.events[1][1]["version"]
            assert mine.events[1] == ("news", {"version": version, **facts, "mine": True})
            assert same.events[1] == ("news", {"version": version, **facts, "mine": False})
            assert [(name, data.get("topic")) for name, data in other.events] == [("hello", None), ("news", "messages")]

            late = await Stream(application, passes.sign(1, "late")).begun()
            (hello,) = late.events
            assert hello[1]["version"] == version
            assert 0 <= hello[1]["age"] < 60

    _run(test())


def test_who_leaves_is_forgotten(valkey: Valkey) -> None:
    async def test() -> None:
        async with _listening() as application:
            stream = await Stream(application, passes.sign(1, "a")).begun()
            assert application.hub.count == 1
            stream.leave()
            await _until(lambda: stream.is_over)
            assert application.hub.count == 0

    _run(test())


def test_strangers_are_refused(valkey: Valkey) -> None:
    token = passes.sign(1, "a")
    with time_machine.travel(timedelta(seconds=-passes.PASS_SECONDS - 60)):
        over = passes.sign(1, "a")

    async def test() -> None:
        async with _listening() as application:
            asked = {
                "forged": Stream(application, token[:-1]),
                "of another garage": Stream(application, "2" + token[1:]),
                "over": Stream(application, over),
                "nothing": Stream(application, ""),
                "another site": Stream(application, token, (b"origin", b"https://evil.example")),
                "a sandbox": Stream(application, token, (b"origin", b"null")),
                "another path": Stream(application, token, path="/"),
                "another method": Stream(application, token, method="POST"),
            }
            refused = {name: (await stream.begun()).status for name, stream in asked.items()}
            assert refused == {
                **dict.fromkeys(("forged", "of another garage", "over", "nothing"), 401),
                **dict.fromkeys(("another site", "a sandbox"), 403),
                "another path": 404,
                "another method": 405,
            }

    _run(test())


def test_a_page_on_another_port_may_listen(valkey: Valkey) -> None:
    async def test() -> None:
        async with _listening() as application:
            origin = b"http://desk.example:8000"
            stream = await Stream(application, passes.sign(1, "a"), (b"origin", origin)).begun()
            assert stream.headers == {
                b"content-type": b"text/event-stream",
                b"cache-control": b"no-store",
                b"x-accel-buffering": b"no",
                b"access-control-allow-origin": origin,
            }

    _run(test())


def test_a_pass_that_is_over_ends_the_stream(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("garage_desk.live.asgi.passes.read", lambda _token: passes.Pass(1, "a", time.time() + 0.2))

    async def test() -> None:
        async with _listening() as application:
            stream = Stream(application, "")
            await _until(lambda: stream.is_over)
            assert [name for name in stream.names if name != "ping"] == ["hello", "renew"]

    _run(test())


def test_without_redis_everybody_is_sent_away_and_may_come_back(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("garage_desk.live.hub.RETRY_SECONDS", 0.05)

    async def test() -> None:
        token = passes.sign(1, "a")
        async with _listening() as application:
            stream = await Stream(application, token).begun()
            assert (await _health(application)).status == 200
            assert valkey.process
            valkey.process.kill()
            valkey.process.wait()
            await _until(lambda: stream.is_over)
            assert (await Stream(application, token).begun()).status == 503
            assert (await _health(application)).status == 503

            valkey.start()
            await _until(lambda: application.hub.is_listening)
            again = await Stream(application, token).begun()
            _tell(1, "bookings")
            await _until(lambda: again.names == ["hello", "news"])

    _run(test())


async def _health(application: Live) -> Stream:
    return await Stream(application, "", path="/live/health").begun()


def test_a_slow_reader_is_told_to_look_at_everything() -> None:
    async def test() -> None:
        listener = Listener("a")
        for number in range(QUEUED + 1):
            listener.hear(frame("news", {"number": number}))
        assert b'"topic": "catch-up"' in await listener.next_frame(1)
        assert await listener.next_frame(0.01) == frame("ping", {})
        listener.close()
        with pytest.raises(Closed):
            await listener.next_frame(1)

    _run(test())


def test_the_process_starts_and_stops_as_servers_do_it(valkey: Valkey) -> None:
    async def test() -> None:
        application = Live()
        told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        said: list[str] = []

        async def send(message: Any) -> None:
            said.append(message["type"])

        running = asyncio.create_task(application({"type": "lifespan"}, told.get, send))
        await told.put({"type": "lifespan.startup"})
        await _until(lambda: application.hub.is_listening)
        stream = await Stream(application, passes.sign(1, "a")).begun()
        await told.put({"type": "lifespan.shutdown"})
        await running
        await _until(lambda: stream.is_over)
        assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]

    _run(test())
