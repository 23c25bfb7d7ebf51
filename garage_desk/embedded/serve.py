"""`make run`: the services, the database brought up to date, then the web server, the Celery worker and beat."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from garage_desk.embedded.address import Address
from garage_desk.embedded.errors import StartError
from garage_desk.embedded.prepare import prepare
from garage_desk.embedded.process import Interrupted, finish, ignore_signals, spawn
from garage_desk.embedded.services import Services

PAGE_SECONDS = 60.0
STOP_SECONDS = 8.0
RESTARTS = 3
RESTART_WINDOW_SECONDS = 60.0

BOX = """
  Garage Desk is open at {address}
"""
DEMO_BOX = """
  Demo log-ins, all with the password garage-desk-demo
    reception@northgate.example    also tech@ manager@ owner@
                                   the same four at garage-du-port.example and lakeside.example
    chain@garage-desk.example      manager of all three garages
    admin@garage-desk.example      for {address}admin/
"""
LAST_LINE = """
  Ctrl-C stops it.
"""


@dataclass
class Child:
    """One of the processes that make up the running product."""

    name: str
    arguments: list[str]
    may_restart: bool = False
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self, environment: dict[str, str]) -> None:
        self.starts.append(time.monotonic())
        command = [sys.executable, "-m", "garage_desk.embedded.fork_guard", *self.arguments]
        # Should we be killed, so are they, not gently: without queue and database they could only hang.
        self.process = spawn(command, orphan_signal=signal.SIGKILL, environment=environment, pass_fds=self.pass_fds)

    def died(self) -> int | None:
        return self.process.poll() if self.process else None

    def may_start_again(self) -> bool:
        recent = [start for start in self.starts if time.monotonic() - start < RESTART_WINDOW_SECONDS]
        return self.may_restart and len(recent) <= RESTARTS


def serve(services: Services) -> int:
    """Run the whole product until somebody stops it. The exit code is 0 then, 1 when a part of it failed."""
    address = Address.from_environment()
    with address.bind() as listener:
        address = Address(address.host, listener.getsockname()[1])
        try:
            with services.owned():
                _run(services, address, listener)
        except Interrupted:
            print("\nGarage Desk has stopped.", flush=True)
        return 0


def _run(services: Services, address: Address, listener: socket.socket) -> None:
    environment = os.environ | services.environment | {"PORT": str(address.port), "PYTHONUNBUFFERED": "1"}
    environment.setdefault("SITE_URL", address.url)
    is_demo = services.postgres is not None
    prepare(environment, demo=is_demo)
    children = _children(services, listener)
    with _running(children, environment):
        listener.close()  # gunicorn has its own now, and a child's end must free the port
        deadline = time.monotonic() + PAGE_SECONDS
        while not address.answers():
            _check(services, children, environment)
            if time.monotonic() > deadline:
                raise StartError(f"The web server does not answer at {address.url}.")
            time.sleep(0.1)
        print((BOX + (DEMO_BOX if is_demo else "") + LAST_LINE).format(address=address.url + "/"), flush=True)
        while True:
            _check(services, children, environment)
            time.sleep(0.2)


def _children(services: Services, listener: socket.socket) -> list[Child]:
    web = [
        *("gunicorn", "garage_desk.wsgi:application", "--bind", f"fd://{listener.fileno()}", "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "3"),
    ]
    celery = ["celery", "--app", "garage_desk", "--quiet"]
    worker = [
        *("worker", "--concurrency", "2", "--prefetch-multiplier", "1", "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle"),
    ]
    beat = ["beat", "--loglevel", "WARNING", "--pidfile", "", "--schedule", str(services.folder / "beat-schedule")]
    return [
        Child("The web server", web, pass_fds=(listener.fileno(),)),
        Child("The Celery worker", [*celery, *worker], may_restart=True),
        Child("Celery beat", [*celery, *beat], may_restart=True),
    ]


@contextmanager
def _running(children: list[Child], environment: dict[str, str]) -> Iterator[None]:
    try:
        for child in children:
            child.start(environment)
        yield
    finally:
        ignore_signals()
        processes = [child.process for child in children if child.process]
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in processes:
            finish(process, seconds=max(0.0, deadline - time.monotonic()))


def _check(services: Services, children: list[Child], environment: dict[str, str]) -> None:
    """Start a dead worker or beat again, a few times; anything else that died ends the run."""
    if dead := services.dead():
        raise StartError(f"{dead} has ended. Everything is stopped.")
    for child in children:
        code = child.died()
        if code is None:
            continue
        if not child.may_start_again():
            raise StartError(f"{child.name} has ended with code {code}. Everything is stopped.")
        print(f"{child.name} has ended with code {code}: it is started again.", file=sys.stderr, flush=True)
        child.start(environment)
