"""`make run`: the services, the database brought up to date, then the web server, the Celery worker and beat."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from garage_desk.embedded.address import Address
from garage_desk.embedded.errors import StartError
from garage_desk.embedded.process import Interrupted, finish, ignore_signals, spawn
from garage_desk.embedded.services import Services
from garage_desk.embedded.web import WITH_DEMO

STOP_SECONDS = 8.0
CELERY = ("celery", "--app", "garage_desk", "--quiet")
ROOT_IS_FINE = "ignore:You're running the worker with superuser privileges"  # in a container there is nobody else
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
    arguments: Sequence[str | Path]
    may_restart: bool = False
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self, environment: dict[str, str]) -> None:
        self.starts.append(time.monotonic())
        command: list[str | Path] = [sys.executable, "-m", "garage_desk.embedded.fork_guard", *self.arguments]
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
    environment["SITE_URL"] = environment.get("SITE_URL") or address.url
    environment.setdefault("PYTHONWARNINGS", ROOT_IS_FINE)
    is_demo = services.postgres is not None
    web = _web(listener)
    background = [_worker(), _beat(services)]
    with _stopped_at_the_end([web, *background]):
        web.start(environment | ({WITH_DEMO: "1"} if is_demo else {}))
        listener.close()  # gunicorn has its own now, and its end must free the port
        while not address.answers():
            _check(services, [web], environment)
            time.sleep(0.1)
        print((BOX + (DEMO_BOX if is_demo else "") + LAST_LINE).format(address=address.url + "/"), flush=True)
        for child in background:  # not before: they would only keep the first page waiting
            child.start(environment)
        while True:
            _check(services, [web, *background], environment)
            time.sleep(0.2)


def _web(listener: socket.socket) -> Child:
    command = ["gunicorn", "--config", "python:garage_desk.embedded.web", "--bind", f"fd://{listener.fileno()}"]
    return Child("The web server", command, pass_fds=(listener.fileno(),))


def _worker() -> Child:
    options = ["--concurrency", "2", "--prefetch-multiplier", "1", "--without-gossip", "--without-mingle"]
    command = [*CELERY, "worker", "--loglevel", "INFO", *options]
    return Child("The Celery worker", command, may_restart=True)


def _beat(services: Services) -> Child:
    schedule = str(services.folder / "beat-schedule")
    command = [*CELERY, "beat", "--loglevel", "WARNING", "--pidfile", "", "--schedule", schedule]
    return Child("Celery beat", command, may_restart=True)


@contextmanager
def _stopped_at_the_end(children: list[Child]) -> Iterator[None]:
    try:
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
