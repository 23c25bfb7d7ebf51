"""Where the pages are served: HOST and PORT."""

from __future__ import annotations

import http.client
import os
import socket
import time
from dataclasses import dataclass

from garage_desk.embedded.errors import StartError

PORT_SECONDS = 3.0  # a run that was killed a moment ago gives its port back within this time
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a person chose, and how to reach it from here


@dataclass(frozen=True)
class Address:
    """Where the pages are served. Port 0 means: any free one."""

    host: str
    port: int

    @classmethod
    def from_environment(cls) -> Address:
        port = os.environ.get("PORT") or "8000"
        if not port.isdecimal() or int(port) > 65535:
            raise StartError(f"PORT={port} is not a port number.")
        return cls(os.environ.get("HOST") or "127.0.0.1", int(port))

    @property
    def reachable_host(self) -> str:
        return ANY_ADDRESS.get(self.host, self.host)

    @property
    def url(self) -> str:
        host = f"[{self.reachable_host}]" if ":" in self.reachable_host else self.reachable_host
        return f"http://{host}:{self.port}"

    def bind(self) -> socket.socket:
        """Take the port before anything else is started; gunicorn begins to listen on it."""
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
        except socket.gaierror:
            raise StartError(f"HOST={self.host} is not an address of this machine.") from None
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        deadline = time.monotonic() + PORT_SECONDS
        while True:
            try:
                listener.bind(address)
            except OSError as error:
                if time.monotonic() > deadline:
                    reason = error.strerror.lower() if error.strerror else "it cannot be used"
                    raise StartError(
                        f"Port {self.port} on {self.host}: {reason}. Choose another one: make run PORT={self.port + 1}"
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
