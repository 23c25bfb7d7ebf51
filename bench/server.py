"""The real server, as production runs it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
WORKERS, THREADS = 2, 4
_START_SECONDS = 180


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[int]:
    """Serve the pages on a free port, which is yielded, until the block ends."""
    with socket.socket() as listener, tempfile.TemporaryFile() as log:
        listener.bind((HOST, 0))
        listener.listen(64)
        port: int = listener.getsockname()[1]
        command = [
            *(sys.executable, "-m", "gunicorn", "garage_desk.wsgi:application", "--no-control-socket"),
            *("--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)),
            *("--keep-alive", "60", "--log-level", "warning", "--bind", f"fd://{listener.fileno()}"),
        ]
        process = subprocess.Popen(  # noqa: S603 - our own server
            command,
            env=os.environ | environment,
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(listener.fileno(),),
        )
        try:
            _await(process, port)
            yield port
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read().decode(errors="replace")[-3000:])
            raise
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    """Until the first page is answered: the port is open before that."""
    deadline = time.monotonic() + _START_SECONDS
    with socket.create_connection((HOST, port), timeout=_START_SECONDS) as probe:
        probe.sendall(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        probe.settimeout(0.5)
        while process.poll() is None and time.monotonic() < deadline:
            try:
                if probe.recv(64):
                    return
            except TimeoutError:
                continue
            break
    raise RuntimeError("The server did not start.")
