"""A real browser on a real server. Chromium is the one `make test` found (CHROMIUM_PATH)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from garages.enums import Role
from garages.models import Garage
from tests.factories.garages import make_garage, make_member
from tests.garage_desk.machine import until
from tests.no_browser import NO_CHROMIUM

CHROMIUM = os.environ.get("CHROMIUM_PATH", "")
# Playwright keeps an event loop running in this thread; Django would refuse the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these are skipped; tests/conftest.py says so loudly at the end."""
    if not CHROMIUM:
        for item in items:
            if "journeys" in item.path.parts:
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {
        "executable_path": CHROMIUM,
        "args": [
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--no-first-run",
        ],
    }


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"}


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    """The garage of conftest.py, in a database the server's threads see too."""
    settings.ALLOWED_HOSTS = ["*"]
    return make_garage(slug="here", name="Here Motors")


def _is_trouble(message: ConsoleMessage) -> bool:
    """The stream of news has a server of its own, which tests do not start: pages poll instead. What htmx gave up for
    something newer (hx-sync) it calls an error, and what of an answer has no place on the page any more."""
    given_up = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest", "htmx:oobErrorNoTarget"))
    return message.type == "error" and "/live/stream" not in message.location["url"] and not given_up


def trouble_on(page: Page) -> list[str]:
    """What goes wrong on the page from now on, as its console says it."""
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text) if _is_trouble(message) else None)
    return trouble


class Gate:
    """Stands before the server of the journeys. Pages say good-bye while they close; a request that comes after its
    test's database was taken away would keep its locks for ever, and the next test would wait for them."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self.is_open = False
        self.under_way = 0
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with self._lock:
            if self.is_open:
                self.under_way += 1
            else:
                start_response("503 The test is over", [])
                return []
        try:
            answer = self.app(environ, start_response)
            try:
                return list(answer)
            finally:
                getattr(answer, "close", lambda: None)()
        finally:
            with self._lock:
                self.under_way -= 1

    def shut(self) -> None:
        """Let nobody in any more, and wait until everybody inside has left."""
        with self._lock:
            self.is_open = False
        until(lambda: not self.under_way)


@pytest.fixture(scope="session")
def _gate(live_server: LiveServer) -> Gate:
    server = live_server.thread.httpd
    app = server.get_app()
    assert app
    gate = Gate(app)
    server.set_app(gate)
    return gate


@pytest.fixture(autouse=True)
def open_gate(transactional_db: None, _gate: Gate) -> Iterator[None]:
    """Ends before the tables are emptied, after every page has gone."""
    _gate.is_open = True
    yield
    _gate.shut()


@pytest.fixture
def quiet_page(page: Page) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen: no script error, nothing the Content-Security-Policy refused."""
    trouble = trouble_on(page)
    yield page
    expected = ["422"]
    if any("ERR_INTERNET_DISCONNECTED" in line for line in trouble):  # the test took the line away
        expected += ["ERR_INTERNET_DISCONNECTED", "htmx:sendError"]
    assert [line for line in trouble if not any(words in line for words in expected)] == []


@pytest.fixture
def log_in(quiet_page: Page, live_server: LiveServer, garage: Garage) -> Callable[[Role], Page]:
    """Log in through the page, as somebody of the garage with this role."""

    def log_in_as(role: Role) -> Page:
        member = make_member(garage, role)
        quiet_page.goto(f"{live_server.url}/login/")
        quiet_page.get_by_label("Email").fill(member.user.email)
        quiet_page.get_by_label("Password", exact=True).fill("garage-desk-tests")
        quiet_page.get_by_role("button", name="Log in").click()
        quiet_page.wait_for_url("**/g/here/**")
        return quiet_page

    return log_in_as
