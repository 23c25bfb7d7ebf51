"""What every process we start needs: to end with us, to run as the right account, to be alone in its folder."""

from __future__ import annotations

import ctypes
import fcntl
import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, TypedDict

from garage_desk.embedded.errors import StartError

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
LONGEST_SOCKET_FOLDER = 80  # a socket's whole path may have 107 bytes
PLAIN_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Interrupted(BaseException):
    """Somebody asked us to stop. Not an Exception, so that no library takes it for a failure of its own."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


def interrupt_on_signals() -> None:
    """From now on SIGINT, SIGTERM and SIGHUP raise `Interrupted` in the main thread."""

    def interrupt(signum: int, _frame: object) -> None:
        raise Interrupted(signum)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, interrupt)


def ignore_signals() -> None:
    """While everything is being stopped: a second Ctrl-C must not leave half of it running."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)


# --- Ending together ----------------------------------------------------------------------------------------------
def end_with_parent(signum: int) -> None:
    """Ask the kernel to send us `signum` when our parent ends, however it ends. Linux only.

    It outlives exec and a change of account made before, not a fork. It follows the *thread* that started us.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signum)


def spawn(
    command: Sequence[str | Path],
    *,
    orphan_signal: int = signal.SIGKILL,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    output: IO[bytes] | int | None = None,
    apart: bool = True,
    pass_fds: Collection[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a process that does not outlive us.

    Args:
        orphan_signal: what the kernel sends it when we end without having stopped it, however we end.
        apart: in a session of its own, without our input: the terminal's Ctrl-C is then for us alone to pass on.
    """
    parent = os.getpid()

    def prepare() -> None:
        end_with_parent(orphan_signal)
        if os.getppid() != parent:  # we ended between the fork and the line above
            os._exit(1)

    return subprocess.Popen(  # noqa: S603 - our own commands, never a shell's
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL if apart else None,
        stdout=output,
        stderr=output,
        start_new_session=apart,
        pass_fds=pass_fds,
        preexec_fn=prepare,  # noqa: PLW1509 - we have one thread
        **(account.run_as if account else {}),
    )


def end_forks_with_parent() -> None:
    """Let every process this one forks later end with it: a killed gunicorn or Celery leaves no workers behind."""
    parent = 0

    def remember() -> None:
        nonlocal parent
        parent = os.getpid()

    def end_with_it() -> None:
        end_with_parent(signal.SIGKILL)
        if os.getppid() != parent:  # it was gone before the kernel was asked
            os.kill(os.getpid(), signal.SIGKILL)

    os.register_at_fork(before=remember, after_in_child=end_with_it)


def stop(process: subprocess.Popen[bytes] | None, *, signum: int, seconds: float) -> None:
    """Ask the process to end, wait so long, then kill it and whatever is left of its session."""
    if process is None:
        return
    if process.poll() is None:
        process.send_signal(signum)
    finish(process, seconds=seconds)


def finish(process: subprocess.Popen[bytes], *, seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()
        process.wait()


# --- The account --------------------------------------------------------------------------------------------------
class RunAs(TypedDict, total=False):
    """Arguments of `subprocess.Popen`; empty means: as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """Whom a service runs as. PostgreSQL refuses root."""

    uid: int
    gid: int
    is_other: bool

    @classmethod
    def for_service(cls, folder: Path) -> Account:
        """Ourselves; for root the owner of what is there already, else `postgres`, else `nobody`."""
        if os.geteuid() != 0:
            return cls.ourselves()
        if folder.exists() and (owner := folder.stat()).st_uid != 0:
            return cls(owner.st_uid, owner.st_gid, is_other=True)
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid, is_other=True)
        raise StartError("PostgreSQL cannot run as root, and there is no account 'postgres' or 'nobody' to run it as.")

    @classmethod
    def ourselves(cls) -> Account:
        return cls(os.geteuid(), os.getegid(), is_other=False)

    @property
    def run_as(self) -> RunAs:
        return RunAs(user=self.uid, group=self.gid, extra_groups=[]) if self.is_other else RunAs()

    def may_enter(self, folder: Path) -> bool:
        return spawn(["test", "-x", folder], account=self).wait() == 0

    def make_folder(self, folder: Path) -> Path:
        """Make the folder, closed to all others; refuse one that belongs to somebody else."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()  # of a link itself: in /tmp somebody may have laid one for us to follow
        if self.is_other and found.st_uid == 0 and stat.S_ISDIR(found.st_mode):
            os.chown(folder, self.uid, self.gid)
        elif found.st_uid != self.uid or not stat.S_ISDIR(found.st_mode):
            owner = owner_name(found)
            raise StartError(f"{folder} belongs to {owner}: start as {owner}, or choose another folder by DATA_DIR.")
        folder.chmod(0o700)
        return folder


def owner_name(found: os.stat_result) -> str:
    try:
        return pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        return f"user {found.st_uid}"


def folder_for_socket(folder: Path, account: Account) -> Path:
    """The folder itself, or one with a short plain name: socket paths are limited and travel inside URLs."""
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER and PLAIN_CHARACTERS.issuperset(str(folder)):
        return folder
    name = f"garage-desk-{account.uid}-{sha256(os.fsencode(folder)).hexdigest()[:12]}"
    return account.make_folder(Path(tempfile.gettempdir()).resolve() / name)


def forget_folder_for_socket(used: Path, folder: Path) -> None:
    """Remove what `folder_for_socket` made, unless a server still has its socket there."""
    if used != folder:
        with suppress(OSError):
            used.rmdir()


# --- Alone in a folder --------------------------------------------------------------------------------------------
class FolderLock:
    """Held by the one process that runs the services of a folder; the kernel drops it when that process ends."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"
        self._file: IO[str] | None = None

    def take(self, *, seconds: float = 0, on_wait: Callable[[], None] | None = None) -> bool:
        """Whether we hold it now; waits up to so many seconds, telling `on_wait` once when it has to."""
        file = self.path.open("a+")
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    file.close()
                    return False
                if on_wait:
                    on_wait()
                    on_wait = None
                time.sleep(0.1)
            else:
                break
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file
        return True

    def holder(self) -> str:
        """The process that holds it, in words."""
        pid = self.path.read_text().strip()
        return f"process {pid}" if pid else "another process"

    def release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


def is_working(pid: int) -> bool:
    """Whether the process lives. A zombie does not: in many containers nobody reaps the dead."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
    except OSError:
        return False
    else:
        return state not in "ZX"
    try:  # no /proc: not Linux
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def recorded_pid(file: Path) -> int | None:
    """The process number a server left in its file."""
    try:
        return int(file.read_text().split()[0])
    except (OSError, IndexError, ValueError):
        return None


def stands_in(pid: int, folder: Path) -> bool | None:
    """Whether the process works in the folder, as both our servers do; None where that cannot be seen."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return None


def end_leftover(pid: int | None, folder: Path, *, answers: Callable[[], bool], signum: int, seconds: float) -> None:
    """End a server that outlived the process that ran it, or wait for one that is just ending.

    Its number may meanwhile belong to a stranger: only a process that works in the folder is touched or, where that
    cannot be seen, one whose server answers.
    """
    if pid is None or not is_working(pid):
        return
    seen = stands_in(pid, folder)
    if seen or (seen is None and answers()):
        os.kill(pid, signum)
        deadline = time.monotonic() + seconds
        while is_working(pid) and time.monotonic() < deadline:
            time.sleep(0.02)


@contextmanager
def fresh_log(path: Path) -> Iterator[IO[bytes]]:
    """A log of this start only; the one before is kept as `<name>.1`."""
    if path.exists():
        path.replace(path.with_name(path.name + ".1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "ab") as log:
        yield log
