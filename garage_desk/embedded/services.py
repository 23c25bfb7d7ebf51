"""The services of one DATA_DIR: started where none is configured, owned by one process, handed to a command."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from garage_desk.embedded.errors import StartError
from garage_desk.embedded.postgres import Postgres
from garage_desk.embedded.process import FolderLock, ignore_signals
from garage_desk.embedded.valkey import Valkey

FINISH_SECONDS = 10.0  # how long a start waits for the end of the run before it
GUEST_SECONDS = 60.0


class Services:
    """PostgreSQL and Valkey in `folder`, each only where the environment names no other.

    Attributes:
        environment: what a command needs to find them: DATABASE_URL, REDIS_URL, DATA_DIR.
    """

    def __init__(self, folder: Path, *, durable: bool, database: bool, queue: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.lock = FolderLock(self.folder)
        self.postgres = Postgres(self.folder / "postgres", durable=durable) if database else None
        self.valkey = Valkey(self.folder / "valkey", durable=durable) if queue else None

    @property
    def parts(self) -> list[Postgres | Valkey]:
        """In the order of their start."""
        return [service for service in (self.valkey, self.postgres) if service]

    @property
    def environment(self) -> dict[str, str]:
        found = {"DATA_DIR": str(self.folder)}
        if self.postgres:
            found["DATABASE_URL"] = self.postgres.url
        if self.valkey:
            found["REDIS_URL"] = self.valkey.url
        return found

    @contextmanager
    def owned(self, *, wait: float = FINISH_SECONDS) -> Iterator[None]:
        """Run them here, alone. Raises StartError when another process still does after `wait` seconds."""
        if not self.lock.take(seconds=wait, on_wait=self._say_waiting):
            raise StartError(f"{self.folder} is in use by {self.lock.holder()}: stop it, or choose another DATA_DIR.")
        with self._running():
            yield

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Use those of the process that runs them (`make run` in another window), else run them here."""
        if self.lock.take():
            with self._running():
                yield
        else:
            self._await_host()
            yield

    @contextmanager
    def _running(self) -> Iterator[None]:
        try:
            for service in self.parts:
                service.start()
            yield
        finally:
            ignore_signals()
            for service in self.parts:
                service.stop()
            self.lock.release()

    def _await_host(self) -> None:
        deadline = time.monotonic() + GUEST_SECONDS
        while not all(service.is_ready() for service in self.parts):
            if time.monotonic() > deadline:
                raise StartError(f"{self.folder} is in use by {self.lock.holder()}, but its services do not answer.")
            time.sleep(0.1)

    def _say_waiting(self) -> None:
        print(f"Waiting for {self.lock.holder()}, which uses {self.folder} ...", flush=True)
