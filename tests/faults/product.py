"""The product in processes of its own, as `make run` starts them, with its own PostgreSQL and Valkey, to be killed."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import class_row

from garage_desk.embedded.keeper import Program
from garage_desk.embedded.postgres import Postgres
from garage_desk.embedded.process import ROOT
from garage_desk.embedded.serve import beat, web_server, worker
from garage_desk.embedded.valkey import Valkey
from garages.tenancy.roles import PLATFORM_ROLE
from tests.standins.http import Partner
from tests.standins.smtp import MailServer
from tests.standins.twilio import Twilio

_PATIENCE: Final = 240.0  # seconds until something awaited counts as not coming


@dataclass(frozen=True)
class Told:
    """One message about a booking: what the outbox says of it. `key` is what repeats carry."""

    kind: str
    channel: str
    state: str
    key: str
    to: str


class Product:
    """`twilio.messages` and `mails.mails` are what left the house. Whoever is killed stays so until it is started."""

    def __init__(self, folder: Path, listener: socket.socket, texts: Partner, twilio: Twilio, mails: MailServer):
        self.texts, self.twilio, self.mails = texts, twilio, mails
        self.port: int = listener.getsockname()[1]
        self.postgres, self.valkey = Postgres(folder / "postgres"), Valkey(folder / "valkey")
        self.environment = os.environ | {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "EMAIL_URL": mails.url,
            "SMS_URL": "twilio://AC1:token@/?from=%2B447700900456",
            "TWILIO_BASE_URL": texts.url,
        }
        self.web = web_server(listener, self.environment)
        self.worker, self.beat = worker(self.environment), beat(self.environment, folder)

    def do(self, verb: str, *numbers: int) -> Any:
        """One of the verbs of `tests.faults.stage`."""
        assert self._stage.stdin
        assert self._stage.stdout
        self._stage.stdin.write(json.dumps([verb, *numbers]) + "\n")
        self._stage.stdin.flush()
        answer = self._stage.stdout.readline()
        assert answer, f"{verb} failed"
        return json.loads(answer)

    def told(self) -> dict[int, list[Told]]:
        """What became of the news of each booking, by its key, in the order it was planned."""
        found: dict[int, list[Told]] = {}
        with psycopg.connect(self.postgres.url, row_factory=class_row(Told)) as line:
            line.execute(f"set role {PLATFORM_ROLE}")
            for (booking,) in line.cursor(row_factory=psycopg.rows.tuple_row).execute(
                "select id from bookings_booking"
            ):
                found[booking] = line.execute(
                    'select kind, channel, state, public_id::text as key, "to" from notifications_message'
                    " where booking_id = %s and kind <> 'reminder' order by id",
                    [booking],
                ).fetchall()
        return found

    def health(self) -> dict[str, bool]:
        """What /health/ready says of each part."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request("GET", "/health/ready")
            said: dict[str, bool] = json.loads(line.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        finally:
            line.close()
        return said

    def left(self) -> int:
        """How much left the house so far."""
        return len(self.twilio.messages) + len(self.mails.mails)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Migrated, with one garage."""
        with ExitStack() as stack:
            for service in (self.valkey, self.postgres):
                service.start()
                stack.callback(service.stop)
            for program in (self.web, self.worker, self.beat):
                stack.callback(kill, program)
            self.web.start()  # migrates before it answers
            wait_for(lambda: self.health().get("database"))
            self.worker.start()
            self.beat.start()
            self._stage = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.faults.stage"],
                    env=self.environment,
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(self._stage.kill)
            self.do("furnish")
            yield


def kill(program: Program | Postgres) -> None:
    """At once and for good, with all its children: kill -9."""
    if program.process:
        program.process.kill()
        program.process.wait()


def children(program: Program) -> list[int]:
    assert program.process
    number = program.process.pid
    return [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text().split()]


def kill_children(program: Program) -> None:
    """kill -9 of the processes that do its work: it is left to start others."""
    for child in children(program):
        os.kill(child, signal.SIGKILL)


def wait_for(what: Callable[[], Any]) -> Any:
    """Until it is so; what it is then."""
    deadline = time.monotonic() + _PATIENCE
    while not (found := what()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return found


@contextmanager
def product() -> Iterator[Product]:
    folder, twilio = Path(tempfile.mkdtemp(prefix="gd-faults-")), Twilio()
    folder.chmod(0o755)  # PostgreSQL may run as another account
    with Partner(twilio) as texts, MailServer() as mails, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        one = Product(folder, listener, texts, twilio, mails)
        try:
            with one.running():
                yield one
        finally:
            shutil.rmtree(folder, ignore_errors=True)
