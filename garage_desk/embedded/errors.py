"""What goes wrong while starting, in a sentence for the person at the terminal."""

from __future__ import annotations

from pathlib import Path

TAIL_LINES = 15


class StartError(Exception):
    """A start that cannot go on. The message is all that is shown: no traceback."""


def with_tail(message: str, log: Path) -> str:
    """The message, followed by the last lines of the log that explain it."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    except OSError:
        lines = []
    return "\n".join([f"{message} The end of {log}:", *(f"    {line}" for line in lines)]) if lines else message
