"""What pages are given to hear news by, and what they ask while there is no stream."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import redis
import time_machine
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from garage_desk.live import passes
from garages.live import announce, channel, client
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import make_booking

OnCommit = Callable[..., Any]


@pytest.fixture(autouse=True)
def _nothing_told(garage: Garage, other_garage: Garage) -> None:
    client(settings.REDIS_URL).delete(channel(garage.pk), channel(other_garage.pk))


def _poll(token: str, version: str = "") -> HttpResponse:
    return Client().get("/live/poll", {"token": token, "version": version})


def _line(answer: HttpResponse) -> dict[str, str]:
    return dict(re.findall(r'data-(tab|live-\w+)="([^"]*)"', answer.content.decode()))


# --- Poll ---------------------------------------------------------------------------------------------------------
def test_the_poll_says_whether_something_happened(
    garage: Garage, other_garage: Garage, django_capture_on_commit_callbacks: OnCommit
) -> None:
    here, there = passes.sign(garage.pk, "a"), passes.sign(other_garage.pk, "a")
    assert _poll(here).status_code == 204
    with django_capture_on_commit_callbacks(execute=True), tenant(garage.pk):
        announce("bookings")
    with CaptureQueriesContext(connection) as queries:
        answer = _poll(here)
    assert (answer.status_code, len(queries)) == (200, 0)
    version = answer.json()["version"]
    assert (_poll(here, version).status_code, _poll(there).status_code) == (204, 204)


def test_the_poll_asks_postgresql_while_redis_is_away(
    garage: Garage, other_garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_url: str) -> None:
        raise redis.exceptions.ConnectionError

    monkeypatch.setattr("garage_desk.live.poll.client", refuse)
    here, there = passes.sign(garage.pk, "a"), passes.sign(other_garage.pk, "a")
    before = {token: _poll(token).json()["version"] for token in (here, there)}
    with tenant(garage.pk):
        make_booking(garage)
    with CaptureQueriesContext(connection) as queries:
        answer = _poll(here, before[here])
    assert answer.status_code == 200
    assert len([query for query in queries if "bookings_booking" in query["sql"]]) == 1
    assert _poll(here, answer.json()["version"]).status_code == 204
    assert _poll(there, before[there]).status_code == 204


def test_the_poll_needs_a_pass(garage: Garage) -> None:
    with time_machine.travel(timedelta(seconds=-passes.PASS_SECONDS - 60)):
        over = passes.sign(garage.pk, "a")
    assert [_poll(token).status_code for token in ("", "1/a:x:y", over)] == [401, 401, 401]


# --- Pages --------------------------------------------------------------------------------------------------------
def test_a_page_carries_a_pass_of_its_garage(garage: Garage, technician: Membership) -> None:
    browser = logged_in(technician.user)
    first, second = (_line(browser.get(reverse("bookings:my-day", args=[garage.slug]))) for _ in range(2))
    assert first["tab"] != second["tab"]
    assert (first["live-stream"], first["live-poll"]) == ("/live/stream", "/live/poll")
    shown = passes.read(first["live-token"])
    assert shown
    assert (shown.garage_id, shown.tab) == (garage.pk, first["tab"])

    renewed = passes.read(browser.get(first["live-renew"], headers={"x-tab": "its-name"}).json()["token"])
    assert renewed
    assert (renewed.garage_id, renewed.tab) == (garage.pk, "its-name")


def test_an_own_port_is_named_in_page_and_policy(garage: Garage, desk_client: Client, settings: Settings) -> None:
    settings.LIVE_PORT = 18000
    answer = desk_client.get(reverse("bookings:desk", args=[garage.slug]), headers={"host": "desk.example:8000"})
    assert _line(answer)["live-stream"] == "http://desk.example:18000/live/stream"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "connect-src 'self' http://desk.example:18000" in policy


def test_a_page_outside_a_garage_hears_nothing(client: Client, db: None) -> None:
    assert _line(client.get("/login/")) == {}
