"""News: told after the commit, only then, only to its garage; owed while Redis is away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from bookings.services import confirm
from garages import live
from garages.live import announce, from_tab
from garages.models import Garage, Membership
from garages.tenancy.context import platform, tenant
from tests.factories.bookings import make_booking

Heard = Callable[[], list[Any]]
OnCommit = Callable[..., Any]


@pytest.fixture
def heard(garage: Garage) -> Iterator[Heard]:
    """What was told to the garage since the last call."""
    redis_ = live.client(settings.REDIS_URL)
    listener = redis_.pubsub(ignore_subscribe_messages=True)
    listener.subscribe(live.channel(garage.pk))

    def since_last_call() -> list[Any]:
        redis_.publish(live.channel(garage.pk), "that was all")
        told = [message["data"].decode().split(" ", 1) for message in _until(listener, b"that was all")]
        if told:
            assert redis_.get(live.channel(garage.pk)) == told[-1][0].encode()
        return [json.loads(news) for _version, news in told]

    yield since_last_call
    listener.close()


def _until(listener: Any, end: bytes) -> Iterator[dict[str, Any]]:
    for message in listener.listen():
        if message["data"] == end:
            return
        yield message


def test_news_is_told_after_the_commit(
    inside: Garage, heard: Heard, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        announce("bookings", reference="K7M2QX", change="moved")
        assert heard() == []
    assert heard() == [{"topic": "bookings", "facts": {"reference": "K7M2QX", "change": "moved"}, "tab": ""}]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_told(heard: Heard, garage: Garage) -> None:
    with tenant(garage.pk):
        with transaction.atomic():
            announce("bookings")
            transaction.set_rollback(True)
        assert heard() == []
        with transaction.atomic():
            announce("bookings")
        assert len(heard()) == 1


def test_news_of_another_garage_is_not_heard(
    other_garage: Garage, heard: Heard, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True), tenant(other_garage.pk):
        announce("bookings")
    assert heard() == []


def test_the_platform_tells_nobody(heard: Heard, django_capture_on_commit_callbacks: OnCommit) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks, platform():
        announce("bookings")
    assert callbacks == []


def test_every_change_of_a_booking_is_told(
    inside: Garage, manager: Membership, heard: Heard, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True), from_tab("a-tab"):
        booking = make_booking(inside)
        confirm(booking, by=manager)
    assert [(news["topic"], news["facts"], news["tab"]) for news in heard()] == [
        ("bookings", {"reference": booking.reference, "change": change}, "a-tab") for change in ("created", "confirmed")
    ]


def test_a_page_names_its_tab(
    garage: Garage, manager_client: Client, heard: Heard, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with tenant(garage.pk):
        booking = make_booking(garage)
    with django_capture_on_commit_callbacks(execute=True):
        manager_client.post(
            reverse("bookings:confirm", args=[garage.slug, booking.reference]), headers={"x-tab": "t" * 99}
        )
    assert [news["tab"] for news in heard()] == ["t" * 32]


def test_nothing_is_lost_while_redis_is_away(
    inside: Garage,
    heard: Heard,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    started: list[Callable[[], None]] = []
    monkeypatch.setattr("garages.live.threading.Thread", lambda target, **_: _Started(started, target))
    monkeypatch.setattr("garages.live.RETRY_SECONDS", 0)
    here = settings.REDIS_URL
    settings.REDIS_URL = "unix:///nowhere/valkey.sock?" + here.partition("?")[2]
    with django_capture_on_commit_callbacks(execute=True):
        announce("bookings")
        announce("bookings")
    assert len(started) == 1

    tries = iter([redis.exceptions.ConnectionError(), None])
    publish = live._publish

    def comes_back(garage_id: int, news: str) -> None:
        if error := next(tries):
            raise error
        settings.REDIS_URL = here
        publish(garage_id, news)

    monkeypatch.setattr("garages.live._publish", comes_back)
    started[0]()
    assert heard() == [{"topic": live.CATCH_UP, "facts": {}, "tab": ""}]

    monkeypatch.setattr("garages.live._publish", publish)
    with django_capture_on_commit_callbacks(execute=True):
        announce("bookings")
    assert [news["topic"] for news in heard()] == ["bookings"]


class _Started:
    """A thread that only remembers what it should have done."""

    def __init__(self, started: list[Callable[[], None]], target: Callable[[], None]) -> None:
        self.started, self.target = started, target

    def start(self) -> None:
        self.started.append(self.target)
