"""Open desks: what they cost the live process, how soon news reaches them, and whether the desk page feels them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.server import HOST

EVENTS: Final = 50
LOOKS: Final = 50
QUIET_SECONDS: Final = 5.0
MOST_SECONDS: Final = 120.0  # then it stops, whatever is left to measure
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What was measured. Times in ms, memory in MB, `idle` in percent of a core."""

    desks: int
    memory_before: float
    memory: float
    idle: float
    cpu_an_event: float
    arrivals: list[float]
    looks_without: list[float]
    looks_with: list[float]

    def __str__(self) -> str:
        each = (self.memory - self.memory_before) * 1000 / self.desks
        arrivals = sorted(self.arrivals)
        half, most = (arrivals[len(arrivals) * share // 100] for share in (50, 95))
        return (
            f"{self.desks} open desks on one live process: {self.memory:.0f} MB, {each:.0f} kB a desk;"
            f" {self.idle:.1f} % of a core idle, {self.cpu_an_event:.1f} ms of it an event;"
            f" {len(arrivals):,} arrivals, p50 {half:.0f} ms, p95 {most:.0f} ms\n"
            f"Desk page, median: {statistics.median(self.looks_without):.1f} ms without them,"
            f" {statistics.median(self.looks_with):.1f} ms with them and an event before each look"
        )


def measure(garage_id: int, look: Callable[[], float], *, desks: int) -> Cost:
    """`look` asks for the desk page and says how long that took, in ms."""
    with _live_process() as (port, worker):
        return asyncio.run(asyncio.wait_for(_measure(garage_id, look, desks, port, worker), MOST_SECONDS))


async def _measure(garage_id: int, look: Callable[[], float], desks: int, port: int, worker: int) -> Cost:
    from garage_desk.live import passes

    memory_before = _memory(worker)
    looks_without = [await asyncio.to_thread(look) for _ in range(LOOKS)]
    arrivals: list[float] = []
    sent: dict[int, float] = {}
    streams = [await _open(port, passes.sign(garage_id, f"desk {number}")) for number in range(desks)]
    listening = [asyncio.create_task(_listen(reader, sent, arrivals)) for reader, _writer in streams]
    began = _cpu(worker)
    await asyncio.sleep(QUIET_SECONDS)
    idle = (_cpu(worker) - began) / QUIET_SECONDS * 100
    began = _cpu(worker)
    looks_with = []
    for number in range(EVENTS):
        sent[number] = time.perf_counter()
        await asyncio.to_thread(_announce, garage_id, number)
        looks_with.append(await asyncio.to_thread(look))
    while len(arrivals) < EVENTS * desks:
        await asyncio.sleep(0.1)
    cpu, memory = (_cpu(worker) - began) * 1000 / EVENTS, _memory(worker)
    for task in listening:
        task.cancel()
    for _reader, writer in streams:
        writer.close()
    return Cost(desks, memory_before, memory, idle, cpu, arrivals, looks_without, looks_with)


def _announce(garage_id: int, number: int) -> None:
    from django.db import transaction

    from garages.live import announce
    from garages.tenancy.context import tenant

    with tenant(garage_id), transaction.atomic():
        announce("bench", number=number)


async def _open(port: int, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(f"GET /live/stream?token={token.replace(' ', '%20')} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    await reader.readuntil(b"event: hello")
    return reader, writer


async def _listen(reader: asyncio.StreamReader, sent: dict[int, float], arrivals: list[float]) -> None:
    while line := await reader.readline():
        if found := re.search(rb'"number": (\d+)', line):
            arrivals.append((time.perf_counter() - sent[int(found[1])]) * 1000)


@contextmanager
def _live_process() -> Iterator[tuple[int, int]]:
    """Its port, and the number of the process that holds the streams."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        process = subprocess.Popen(  # noqa: S603 - our own server
            [
                *(sys.executable, "-m", "gunicorn", "--config", "python:garage_desk.live.server"),
                *("--bind", f"fd://{listener.fileno()}"),
            ],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.DEVNULL,
            pass_fds=(listener.fileno(),),
        )
        try:
            while not _answers(port):
                if process.poll() is not None:
                    raise RuntimeError("The live process could not start.")
                time.sleep(0.1)
            yield port, int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=5) as probe:
            probe.sendall(b"GET /live/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return b" 200 " in probe.recv(64)
    except OSError:
        return False


def _memory(process: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) / 1000 if found else 0.0


def _cpu(process: int) -> float:
    """Seconds of the processor it has used so far."""
    used = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, used)) / _TICKS
