"""A partner on this machine: an HTTP server that answers as a test says, faults included.

    with Partner(twilio_like) as partner: ...   # partner.url is its address, partner.calls what it was asked

`faults` are taken one a call, before the partner's own manners: those of FAULTS, of which "accept-then-die" does what
was asked and breaks the line before saying so, or another status.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

RETRY_AFTER: Final = 7  # seconds, of "429"
FAULTS: Final = ("500", "429", "hang", "reset", "garbage", "accept-then-die")


@dataclass(frozen=True)
class Call:
    """One request to the partner. `fields` are those of a form, `body` its bytes, `at` seconds on a clock that only
    goes forward."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def fields(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)


Manners = Callable[[Call], Answer]


class Partner:
    """Serves on a free port of 127.0.0.1 (or the one given) while the `with` block lasts."""

    def __init__(self, manners: Manners, *, port: int = 0) -> None:
        self.manners = manners
        self.calls: list[Call] = []
        self.faults: deque[str] = deque()
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Partner:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, call: Call) -> Answer | None:
        """What to say; None is to break the line."""
        self.calls.append(call)
        fault = self.faults.popleft() if self.faults else ""
        if fault == "hang":
            self._over.wait(60)
            return None
        if fault == "reset":
            return None
        if fault == "garbage":
            return Answer(200, "<html>not what you think</html>")
        if fault == "429":
            return Answer(429, {"message": "Too Many Requests"}, {"Retry-After": str(RETRY_AFTER)})
        if fault.isdecimal():
            return Answer(int(fault), {"message": "fault"})
        said = self.manners(call)
        return None if fault == "accept-then-die" else said

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        partner = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                call = Call(self.command, parts.path, query, dict(self.headers), self.rfile.read(size))
                said = partner.answer(call)
                if said is None:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                body = said.body.encode() if isinstance(said.body, str) else json.dumps(said.body).encode()
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = _serve  # noqa: N815 - the names http.server looks for

            def log_message(self, *_args: object) -> None:
                """Tests need no access log."""

        return Handler
