"""The command line: `python -m garage_desk.embedded [options] (--serve | -- COMMAND...)`."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
from pathlib import Path

import environ

from garage_desk.embedded.errors import StartError
from garage_desk.embedded.prepare import prepare
from garage_desk.embedded.process import ROOT, Interrupted, end_with_parent, interrupt_on_signals, spawn
from garage_desk.embedded.serve import serve
from garage_desk.embedded.services import Services


def main() -> int:
    parser = _parser()
    options = parser.parse_args()
    if options.serve == bool(options.command):
        parser.error("give either --serve or a command after --")
    if options.with_parent:
        end_with_parent(signal.SIGTERM)
    interrupt_on_signals()
    try:
        environ.Env.read_env(ROOT / ".env")
        if options.serve:
            return serve(_services_of_a_person(is_serving=True))
        if options.test:
            services = _services_apart("test", durable=False)
        elif options.name:
            services = _services_apart(options.name, durable=True)
        else:
            services = _services_of_a_person(is_serving=False)
        with services.owned(wait=math.inf) if options.test or options.name else services.shared():
            environment = os.environ | services.environment
            if options.migrate and services.postgres:
                prepare(environment)
            return _run(options.command, environment)
    except StartError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except Interrupted as interruption:
        return 128 + interruption.signum


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m garage_desk.embedded",
        description="Run a command, or the whole product, with PostgreSQL and Valkey started where none is configured.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--test", action="store_true", help="services of their own, fast and forgetful")
    what.add_argument("--name", help="services of their own, durable, kept under this name in DATA_DIR")
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started this one ends")
    parser.add_argument("--migrate", action="store_true", help="bring an embedded database up to date first")
    parser.add_argument("--serve", action="store_true", help="migrate, load the demo garages, serve web and worker")
    parser.add_argument("command", nargs="*", metavar="COMMAND", help="after --")
    return parser


def _services_of_a_person(*, is_serving: bool) -> Services:
    """What somebody works with: embedded only where the environment names nothing else."""
    missing = [name for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if is_serving and missing and not environ.Env().bool("DEBUG", default=True):
        raise StartError(f"With DEBUG=0 nothing is embedded or made up: set {', '.join(missing)} (see .env.example).")
    database, queue = "DATABASE_URL" in missing, "REDIS_URL" in missing
    return Services(_data_dir(), durable=True, database=database, queue=queue)


def _services_apart(name: str, *, durable: bool) -> Services:
    """Services nobody else uses, whatever is configured: tests empty their database and their queue."""
    return Services(_data_dir() / name, durable=durable, database=True, queue=True)


def _data_dir() -> Path:
    return ROOT / (os.environ.get("DATA_DIR") or "var")


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run the command in our place: it gets our signals and the terminal, we get its exit code."""
    try:
        child = spawn(command, orphan_signal=signal.SIGTERM, environment=environment, cwd=Path.cwd(), apart=False)
    except OSError as error:
        raise StartError(f"{command[0]}: {error.strerror}.") from None
    while True:
        try:
            code = child.wait()
        except Interrupted as interruption:
            if not _reached_it_too(interruption.signum):
                child.send_signal(interruption.signum)
        else:
            return 128 - code if code < 0 else code


def _reached_it_too(signum: int) -> bool:
    """Whether the signal was typed at the terminal, which sends it to the command as well."""
    try:
        return signum == signal.SIGINT and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


if __name__ == "__main__":
    sys.exit(main())
