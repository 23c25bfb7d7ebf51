"""Answers to plates: one question for all who wait, kept as long as it is worth it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from garages.queue import QueueUnreachable
from integrations.models import PlateAnswer
from integrations.vehicles import Lookup, LookupState, answers
from integrations.vehicles.facts import Defect, MotTest, VehicleFacts
from integrations.vehicles.sandbox import CARS, TROUBLE, look_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The questions given to workers."""
    given: list[int] = []
    monkeypatch.setattr(answers, "hand_over", lambda _task, pk, **_more: given.append(pk))
    return given


@pytest.fixture(autouse=True)
def _commits(django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers.transaction, "on_commit", lambda act: act())


def test_facts_survive_being_kept() -> None:
    test = MotTest(datetime(2026, 3, 2, 10, tzinfo=UTC), passed=True, mileage=9, defects=(Defect("Tyre", "ADVISORY"),))
    facts = VehicleFacts("AB12CDE", "FORD", mot_due_on=timezone.localdate(), has_recall=True, tests=(test,))
    assert VehicleFacts.from_json(facts.as_json()) == facts
    for make_body in CARS:
        sample = look_up(make_body).facts
        assert sample is not None
        assert VehicleFacts.from_json(sample.as_json()) == sample


def test_one_question_for_many(handed: list[int]) -> None:
    first, second = answers.ask("LM19KTE"), answers.ask("LM19KTE")
    assert (first.state, second.pk) == ("", first.pk)
    assert handed == [first.pk]
    answers.answer(first.pk)
    known = answers.ask("LM19KTE")
    assert known.state == LookupState.FOUND
    assert known.source == "sandbox"
    facts = answers.facts_of(known)
    assert facts is not None
    assert facts.make == "VAUXHALL"
    assert handed == [first.pk]


def test_only_lost_questions_are_asked_again(handed: list[int], django_assert_num_queries: Any) -> None:
    waiting, answered = answers.ask("LM19KTE"), answers.ask("BD18SMR")
    answers.answer(answered.pk)
    handed.clear()
    with django_assert_num_queries(1):
        answers.ask_lost(["LM19KTE", "BD18SMR"])
    with time_machine.travel(timezone.now() + answers.LOST_AFTER, tick=False):
        answers.ask_lost(["LM19KTE", "BD18SMR"])
    assert handed == [waiting.pk]


@pytest.mark.parametrize("plate", sorted(TROUBLE))
def test_every_trouble_has_its_state(plate: str, handed: list[int]) -> None:
    answers.answer(answers.ask(plate).pk)
    kept = answers.ask(plate)
    assert kept.state == TROUBLE[plate]
    assert answers.facts_of(kept) is None


def test_answers_grow_old(handed: list[int]) -> None:
    found, busy = answers.ask("LM19KTE"), answers.ask("ER19THR")
    for row in (found, busy):
        answers.answer(row.pk)
    with time_machine.travel(timezone.now() + timedelta(seconds=4), tick=False):
        assert answers.ask("ER19THR").state == ""
        assert answers.ask("LM19KTE").state == LookupState.FOUND
        assert answers.ask("LM19KTE", anew=True).state == ""
    with time_machine.travel(timezone.now() + answers.FORGOTTEN_AFTER + timedelta(days=1), tick=False):
        answers.forget()
    assert not PlateAnswer.objects.exists()


def test_a_lost_question_is_asked_again(handed: list[int]) -> None:
    row = answers.ask("LM19KTE")
    with time_machine.travel(timezone.now() + answers.LOST_AFTER + timedelta(seconds=1), tick=False):
        answers.ask("LM19KTE")
    assert handed == [row.pk, row.pk]


def test_without_a_queue_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise QueueUnreachable

    monkeypatch.setattr(answers, "hand_over", refuse)
    answers.ask("LM19KTE")
    assert PlateAnswer.objects.get().state == LookupState.DOWN


def test_our_own_limit_is_waited_for(handed: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    row = answers.ask("LM19KTE")
    monkeypatch.setattr(answers, "look_up", lambda _plate: Lookup(LookupState.BUSY, code=answers.TOO_FAST))
    answers.answer(row.pk)
    row.refresh_from_db()
    assert row.state == ""
    assert handed == [row.pk, row.pk]
