"""A real browser on a real server. Chromium is the one `make test` found (CHROMIUM_PATH)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
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
    something newer (hx-sync) it calls an error."""
    given_up = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
    return message.type == "error" and "/live/stream" not in message.location["url"] and not given_up


def trouble_on(page: Page) -> list[str]:
    """What goes wrong on the page from now on, as its console says it."""
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text) if _is_trouble(message) else None)
    return trouble


def leave(page: Page) -> None:
    """Close what the page still asks for, and wait until the server has answered: the tables are about to be emptied,
    and a request under way would stand in the way."""
    page.goto("about:blank")
    until(lambda: not _busy())


def _busy() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'"
        )
        return int(cursor.fetchone()[0])


@pytest.fixture
def quiet_page(page: Page) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen: no script error, nothing the Content-Security-Policy refused."""
    trouble = trouble_on(page)
    yield page
    leave(page)
    assert [line for line in trouble if "422" not in line] == []


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
