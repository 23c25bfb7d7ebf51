"""Keeps the parts of the running product alive: one that dies is started again, one that keeps dying ends the run."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from garage_desk.embedded.errors import StartError
from garage_desk.embedded.process import finish, spawn

STOP_SECONDS = 8.0
RESTARTS = 3
RESTART_WINDOW_SECONDS = 60.0


class Part(Protocol):
    """PostgreSQL, Valkey, or a program of ours."""

    @property
    def name(self) -> str: ...

    @property
    def process(self) -> subprocess.Popen[bytes] | None: ...

    def start(self) -> None: ...


@dataclass
class Program:
    """The web server, the Celery worker or beat."""

    name: str
    arguments: Sequence[str]
    environment: dict[str, str]
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "garage_desk.embedded.fork_guard", *self.arguments]
        # Should we be killed, so are they, not gently: without queue and database they could only hang.
        self.process = spawn(
            command, orphan_signal=signal.SIGKILL, environment=self.environment, pass_fds=self.pass_fds
        )


@dataclass
class Keeper:
    """Watches parts that were started, and remembers when it had to start one again."""

    parts: list[Part]
    restarts: dict[str, list[float]] = field(default_factory=dict)

    def check(self) -> None:
        """Start again what has died; raises StartError for what died too often of late."""
        for part in self.parts:
            code = part.process.poll() if part.process else None
            if code is None:
                continue
            now = time.monotonic()
            recent = [moment for moment in self.restarts.get(part.name, []) if now - moment < RESTART_WINDOW_SECONDS]
            if len(recent) >= RESTARTS:
                raise StartError(f"{part.name} keeps ending (code {code}). Everything is stopped.")
            print(f"{part.name} has ended with code {code}: it is started again.", file=sys.stderr, flush=True)
            self.restarts[part.name] = [*recent, now]
            part.start()


def stop_programs(programs: Sequence[Program]) -> None:
    """Stop them all at once, giving them a few seconds to finish what they do."""
    processes = [program.process for program in programs if program.process]
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        finish(process, seconds=max(0.0, deadline - time.monotonic()))
