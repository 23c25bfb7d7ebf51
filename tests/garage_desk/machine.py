"""The machine as the tests of the embedded services see it: processes, folders, other accounts."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from garage_desk.embedded.process import ROOT, RunAs, is_working

PATIENCE_SECONDS = 120  # far beyond what anything takes: only a fault waits so long


def clean_environment(data_dir: Path, **extra: str) -> dict[str, str]:
    """Ours, with nothing configured. Empty values count as unset and keep a developer's `.env` out."""
    blank = {"DATABASE_URL": "", "REDIS_URL": "", "SITE_URL": "", "EMAIL_URL": "", "DEBUG": "1"}
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_", "MAKE"))}
    return ours | blank | {"DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)} | extra


def embedded(
    *arguments: str,
    data_dir: Path,
    run_as: RunAs | None = None,
    **environment: str,
) -> subprocess.Popen[str]:
    """Start `python -m garage_desk.embedded ARGUMENTS`."""
    return subprocess.Popen(
        [sys.executable, "-m", "garage_desk.embedded", *arguments],
        cwd=ROOT,
        env=clean_environment(data_dir, **environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **(run_as or {}),
    )


def run_embedded(
    *arguments: str, data_dir: Path, run_as: RunAs | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    process = embedded(*arguments, data_dir=data_dir, run_as=run_as, **environment)
    try:
        output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


@dataclass(frozen=True)
class Running:
    """The services, kept up by a command that waits."""

    process: subprocess.Popen[str]
    database_url: str
    redis_url: str

    def add_visit(self) -> int:
        """Write one more row; how many there are now."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute("create table if not exists visit (at timestamptz default now())")
            connection.execute("insert into visit default values")
            counted = connection.execute("select count(*) from visit").fetchone()
        assert counted
        return int(counted[0])

    def below(self) -> list[int]:
        return descendants(self.process.pid)


@contextmanager
def running(data_dir: Path, *options: str, run_as: RunAs | None = None, **environment: str) -> Iterator[Running]:
    """The services of this folder, until the block ends."""
    command = ["sh", "-c", 'echo "$DATABASE_URL"; echo "$REDIS_URL"; exec sleep 600']
    process = embedded(*options, "--", *command, data_dir=data_dir, run_as=run_as, **environment)
    try:
        assert process.stdout
        assert process.stderr
        said = [process.stdout.readline().strip(), process.stdout.readline().strip()]
        assert all(said), process.stderr.read()
        yield Running(process, *said)
    finally:
        end(process)


def add_visit(data_dir: Path, *options: str, run_as: RunAs | None = None) -> int:
    """A whole start and stop with one row written; how many there are now."""
    with running(data_dir, *options, run_as=run_as) as services:
        return services.add_visit()


def end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


@contextmanager
def open_folder() -> Iterator[Path]:
    """An empty folder that other accounts may enter, unlike pytest's own, removed with what it links to."""
    folder = Path(tempfile.mkdtemp(prefix="garage-desk-test-")).resolve()
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for link in folder.rglob("postgres"):
            if link.is_symlink():
                shutil.rmtree(link.resolve(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def descendants(pid: int) -> list[int]:
    """The living processes below this one, as the kernel sees them now."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def kill(process: subprocess.Popen[str], *others: int) -> None:
    """kill -9, leaving it no time for anything."""
    process.kill()
    for pid in others:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(PATIENCE_SECONDS)


def until(happened: Callable[[], bool]) -> bool:
    """Wait for it; False when it never came."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def all_gone(pids: list[int]) -> bool:
    return until(lambda: not any(is_working(pid) for pid in pids))
