"""The product in processes of its own, with its own PostgreSQL and Valkey, to be killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import class_row

from garage_desk.embedded.postgres import Postgres
from garage_desk.embedded.prepare import prepare
from garage_desk.embedded.process import ROOT, spawn
from garage_desk.embedded.valkey import Valkey
from garages.tenancy.roles import PLATFORM_ROLE
from tests.standins.http import Partner
from tests.standins.smtp import MailServer
from tests.standins.twilio import Twilio

_PATIENCE: Final = 180.0  # seconds until something awaited counts as not coming
CELERY: Final = ("celery", "--app", "tests.faults.worker", "--quiet", "worker", "--beat", "--concurrency", "2")


@dataclass(frozen=True)
class Told:
    """One message about a booking; all but `booking` is None where there is none."""

    booking: int
    channel: str | None
    state: str | None
    key: str | None
    to: str | None


class Product:
    """`twilio.messages` and `mails.mails` are what left the house."""

    def __init__(self, folder: Path, texts: Partner, twilio: Twilio, mails: MailServer) -> None:
        self.folder, self.texts, self.twilio, self.mails = folder, texts, twilio, mails
        self.postgres, self.valkey = Postgres(folder / "postgres"), Valkey(folder / "valkey")
        self.worker: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "DATA_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "garage_desk.settings",
            "EMAIL_URL": self.mails.url,
            "SMS_URL": "twilio://AC1:token@/?from=%2B447700900456",
            "TWILIO_BASE_URL": self.texts.url,
        }

    def do(self, verb: str, *numbers: int) -> Any:
        """One of the verbs of `tests.faults.stage`."""
        command = [sys.executable, "-m", "tests.faults.stage", verb, *map(str, numbers)]
        ran = subprocess.run(
            command, env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
        )
        return json.loads(ran.stdout)

    def told(self) -> dict[int, list[Told]]:
        """What became of the news of each booking, by its key: read without Django, which takes seconds to start."""
        with psycopg.connect(self.postgres.url, row_factory=class_row(Told)) as line:
            line.execute(f"set role {PLATFORM_ROLE}")
            rows = line.execute(
                'select b.id as booking, m.channel, m.state, m.public_id::text as key, m."to" from bookings_booking b'
                " left join notifications_message m on m.booking_id = b.id and m.kind <> 'reminder'"
            ).fetchall()
        found: dict[int, list[Told]] = {}
        for row in rows:
            found.setdefault(row.booking, []).append(row)
        return found

    def start_worker(self) -> None:
        schedule = ["--schedule", str(self.folder / "beat"), "--pidfile", ""]
        log = (self.folder / "worker.log").open("ab")
        command = [sys.executable, "-m", *CELERY, *schedule[:2]]
        self.worker = spawn(command, environment=self.environment, output=log)
        log.close()

    def kill_worker(self) -> None:
        """At once and for good, with all its children: kill -9."""
        assert self.worker
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()

    def left(self) -> int:
        """How much left the house so far."""
        return len(self.twilio.messages) + len(self.mails.mails)


def wait_for(what: Callable[[], Any]) -> Any:
    """Until it is so; what it is then."""
    deadline = time.monotonic() + _PATIENCE
    while not (found := what()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return found


@contextmanager
def product() -> Iterator[Product]:
    """Migrated, with one garage; no worker runs yet."""
    folder, twilio = Path(tempfile.mkdtemp(prefix="gd-faults-")), Twilio()
    folder.chmod(0o755)  # PostgreSQL may run as another account
    with Partner(twilio) as texts, MailServer() as mails:
        one = Product(folder, texts, twilio, mails)
        try:
            one.valkey.start()
            one.postgres.start()
            prepare(one.environment)
            one.do("furnish")
            yield one
        finally:
            if one.worker and one.worker.poll() is None:
                one.kill_worker()
            one.valkey.stop()
            one.postgres.stop()
            shutil.rmtree(folder, ignore_errors=True)
