"""Where the pages are served: HOST and PORT; and where their news come from: LIVE_PORT."""

from __future__ import annotations

import http.client
import os
import socket
import time
from dataclasses import dataclass, replace

from garage_desk.embedded.errors import StartError

LIVE_PORT_ABOVE = 10_000
PORT_SECONDS = 3.0  # a run that was killed a moment ago gives its port back within this time
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a person chose, and how to reach it from here


@dataclass(frozen=True)
class Address:
    """Where the pages are served. Port 0 means: any free one."""

    host: str
    port: int
    setting: str = "PORT"

    @classmethod
    def from_environment(cls, setting: str = "PORT") -> Address:
        port = os.environ.get(setting) or "8000"
        if not port.isdecimal() or int(port) > 65535:
            raise StartError(f"{setting}={port} is not a port number.")
        return cls(os.environ.get("HOST") or "127.0.0.1", int(port), setting)

    @property
    def reachable_host(self) -> str:
        return ANY_ADDRESS.get(self.host, self.host)

    @property
    def url(self) -> str:
        host = f"[{self.reachable_host}]" if ":" in self.reachable_host else self.reachable_host
        return f"http://{host}:{self.port}"

    def bind_live(self) -> socket.socket:
        """The live process's port: LIVE_PORT, or 10,000 above ours, where no second `make run` will want to be, or any
        that is free. Nobody types it: pages know it."""
        if os.environ.get("LIVE_PORT"):
            return Address.from_environment("LIVE_PORT").bind()
        try:
            return replace(self, port=self.port + LIVE_PORT_ABOVE).bind(seconds=0)
        except (StartError, OverflowError):
            return replace(self, port=0).bind()

    def bind(self, *, seconds: float = PORT_SECONDS) -> socket.socket:
        """Take the port before anything else is started; gunicorn begins to listen on it."""
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
        except socket.gaierror:
            raise StartError(f"HOST={self.host} is not an address of this machine.") from None
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        deadline = time.monotonic() + seconds
        while True:
            try:
                listener.bind(address)
            except OSError as error:
                if time.monotonic() > deadline:
                    reason = error.strerror.lower() if error.strerror else "it cannot be used"
                    other = f"make run {self.setting}={self.port + 1}"
                    raise StartError(
                        f"Port {self.port} on {self.host}: {reason}. Choose another one: {other}"
                    ) from None
                time.sleep(0.1)
            else:
                return listener

    def answers(self) -> bool:
        connection = http.client.HTTPConnection(self.reachable_host, self.port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        else:
            return True
        finally:
            connection.close()
