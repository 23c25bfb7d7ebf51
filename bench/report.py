"""The table that is printed."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Target

_HEAD = ("", "median ms", "p95 ms", "queries", "kB", "x F1", "x F2")


def table(targets: Sequence[Target], floor_1: Target, floor_2: Target) -> str:
    """One line a target; ratios are of medians."""
    rows = [
        (
            target.name,
            f"{target.median:.1f}",
            f"{target.p95:.1f}",
            target.queries,
            f"{target.size / 1000:.1f}",
            f"{target.median / floor_1.median:.2f}",
            f"{target.median / floor_2.median:.2f}",
        )
        for target in targets
    ]
    widths = [max(len(row[column]) for row in (_HEAD, *rows)) for column in range(len(_HEAD))]
    lines = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (_HEAD, *rows)
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def machine(postgres: str) -> str:
    """What the figures were taken on: they mean little without it."""
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    name = found[1] if found else platform.processor() or platform.machine()
    load = os.getloadavg()[0]
    return f"{name}, {os.cpu_count()} cores, load {load:.1f}; Python {platform.python_version()}, PostgreSQL {postgres}"
