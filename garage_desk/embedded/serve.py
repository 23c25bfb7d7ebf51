"""`make run`: the services, the database brought up to date, then the web server, the live process, the Celery worker
and beat."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from garage_desk.embedded.address import Address
from garage_desk.embedded.errors import StartError
from garage_desk.embedded.keeper import Keeper, Program, stop_programs
from garage_desk.embedded.process import Interrupted, ignore_signals
from garage_desk.embedded.services import Services
from garage_desk.embedded.web import WITH_DEMO

CELERY = ("celery", "--app", "garage_desk", "--quiet")
ROOT_IS_FINE = "ignore:You're running the worker with superuser privileges"  # in a container there is nobody else

BOX = """
  Garage Desk is open at {address}
"""
DEMO_BOX = """
  Demo log-ins, all with the password garage-desk-demo
    reception@northgate.example    also tech@ manager@ owner@
                                   the same four at garage-du-port.example and lakeside.example
    chain@garage-desk.example      manager of all three garages
    admin@garage-desk.example      for {address}admin/
"""
LAST_LINE = """
  Ctrl-C stops it.
"""


def serve(services: Services) -> int:
    """Run the whole product until somebody stops it: exit code 0. Raises StartError when it cannot go on."""
    address = Address.from_environment()
    with address.bind() as listener:
        address = Address(address.host, listener.getsockname()[1])
        try:
            with address.bind_live() as live_listener, services.owned():
                _run(services, address, listener, live_listener)
        except Interrupted:
            print("\nGarage Desk has stopped.", flush=True)
        return 0


def _run(services: Services, address: Address, listener: socket.socket, live_listener: socket.socket) -> None:
    environment = os.environ | services.environment | {"PORT": str(address.port), "PYTHONUNBUFFERED": "1"}
    environment["LIVE_PORT"] = str(live_listener.getsockname()[1])
    environment["SITE_URL"] = environment.get("SITE_URL") or address.url
    environment.setdefault("PYTHONWARNINGS", ROOT_IS_FINE)
    is_demo = services.postgres is not None
    web = web_server(listener, environment | ({WITH_DEMO: "1"} if is_demo else {}))
    background = [_live(live_listener, environment), worker(environment), beat(environment, services.folder)]
    try:
        web.start()
        _await_first_page(address, web)
        print((BOX + (DEMO_BOX if is_demo else "") + LAST_LINE).format(address=address.url + "/"), flush=True)
        for program in background:  # not before: they would only keep the first page waiting
            program.start()
        keeper = Keeper([*services.parts, web, *background])
        while True:
            keeper.check()
            time.sleep(0.2)
    finally:
        ignore_signals()
        stop_programs([web, *background])


def _await_first_page(address: Address, web: Program) -> None:
    while not address.answers():
        if web.process and (code := web.process.poll()) is not None:
            raise StartError(f"The web server could not start (code {code}): the reason stands above.")
        time.sleep(0.1)


def web_server(listener: socket.socket, environment: dict[str, str]) -> Program:
    command = ["gunicorn", "--config", "python:garage_desk.embedded.web", "--bind", f"fd://{listener.fileno()}"]
    return Program("The web server", command, environment, pass_fds=(listener.fileno(),))


def _live(listener: socket.socket, environment: dict[str, str]) -> Program:
    command = ["gunicorn", "--config", "python:garage_desk.live.server", "--bind", f"fd://{listener.fileno()}"]
    return Program("The live process", command, environment, pass_fds=(listener.fileno(),))


def worker(environment: dict[str, str]) -> Program:
    options = ["--concurrency", "2", "--prefetch-multiplier", "1", "--without-gossip", "--without-mingle"]
    return Program("The Celery worker", [*CELERY, "worker", "--loglevel", "INFO", *options], environment)


def beat(environment: dict[str, str], folder: Path) -> Program:
    options = ["--loglevel", "WARNING", "--pidfile", "", "--schedule", str(folder / "beat-schedule")]
    return Program("Celery beat", [*CELERY, "beat", *options], environment)
