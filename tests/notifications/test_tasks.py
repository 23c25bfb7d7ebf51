"""The nudge after a commit."""

from __future__ import annotations

from typing import Any

import pytest
import structlog
from django.db import transaction
from django.utils import timezone

from garages.models import Garage
from garages.queue import QueueUnreachable
from garages.tenancy.context import tenant
from notifications import tasks
from notifications.enums import Kind
from notifications.models import Message
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    handed: list[Any] = []
    monkeypatch.setattr(tasks._Asked, "second", 0)
    monkeypatch.setattr(tasks, "hand_over", lambda task, **options: handed.append((task, options)))
    return handed


def test_transaction_nudges_once(garage: Garage, nudges: list[Any]) -> None:
    with tenant(garage.pk), transaction.atomic():
        for wall in ("09:00", "10:00", "11:00"):
            with transaction.atomic():
                make_booking(garage, wall)
    [(task, options)] = nudges
    assert task is tasks.sweep
    assert 10 < options["countdown"] < 11.5, "when the undo window is over"


def test_bookings_of_one_second_share_a_nudge(
    garage: Garage, nudges: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for now, wall in ((1_000.1, "09:00"), (1_000.7, "10:00"), (1_001.1, "11:00")):
        monkeypatch.setattr(tasks, "time", lambda now=now: now)
        with tenant(garage.pk), transaction.atomic():
            make_booking(garage, wall)
    due = [
        round(now + options["countdown"], 3) for now, (_task, options) in zip((1_000.1, 1_001.1), nudges, strict=True)
    ]
    assert due == [1_011, 1_012]


def test_nudge_of_a_part_taken_back_does_not_swallow_the_next(garage: Garage, nudges: list[Any]) -> None:
    with tenant(garage.pk), transaction.atomic():
        with transaction.atomic():
            make_booking(garage, "09:00")
            transaction.set_rollback(True)
        make_booking(garage, "10:00")
    assert len(nudges) == 1


def test_without_news_nobody_is_nudged(garage: Garage, nudges: list[Any]) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "09:00")
        transaction.set_rollback(True)
    assert nudges == []


def test_queue_that_is_away_stops_nobody(garage: Garage, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_options: object) -> None:
        raise QueueUnreachable

    monkeypatch.setattr(tasks._Asked, "second", 0)
    monkeypatch.setattr(tasks, "hand_over", away)
    with structlog.testing.capture_logs() as lines, tenant(garage.pk), transaction.atomic():
        make_booking(garage, "09:00")
        make_booking(garage, "10:00")
    assert [line["event"] for line in lines] == ["messages.queue_unreachable"]
    with tenant(garage.pk), transaction.atomic():
        assert Message.objects.count() >= 2


def test_sweep_that_takes_long_leaves_the_rest_to_another(
    garage: Garage, nudges: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "09:00")
        make_booking(garage, "10:00")
        Message.objects.exclude(kind=Kind.REMINDER).update(due_at=timezone.now())
    nudges.clear()
    monkeypatch.setattr(tasks, "SECONDS_A_SWEEP", 0)
    assert (tasks.sweep(), nudges) == (1, [(tasks.sweep, {"countdown": 0})])
