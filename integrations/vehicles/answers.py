"""Answers to plates, kept for a while and for everybody: one question is asked however many wait for it.

A page asks and goes on; a worker calls the registers; the page comes back for the answer. PostgreSQL holds question
and answer, so neither needs Redis: with the queue away the desk is told at once that nobody can be asked.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.utils import timezone

from garages.queue import QueueUnreachable, hand_over
from integrations.models import PlateAnswer
from integrations.vehicles.facts import LookupState, VehicleFacts
from integrations.vehicles.service import look_up

log = structlog.get_logger(__name__)

# How long an answer is worth keeping. Trouble is asked again as soon as somebody presses the button.
KEPT: Final = {
    LookupState.FOUND: timedelta(days=1),
    LookupState.NEW_CAR: timedelta(days=1),
    LookupState.NOT_FOUND: timedelta(hours=1),
    LookupState.BAD_PLATE: timedelta(hours=1),
}
TROUBLE_KEPT: Final = timedelta(seconds=3)
LOST_AFTER: Final = timedelta(seconds=20)  # a worker that has not answered by then never will
FORGOTTEN_AFTER: Final = timedelta(days=30)
TOO_FAST: Final = "too-fast"  # our own limit a second: it has room again soon
RETRY_SECONDS: Final = 0.3


def ask(registration: str, *, anew: bool = False) -> PlateAnswer:
    """The kept answer to a canonical plate, or the question about it, which goes to a worker after the commit.

    `anew` asks again although an answer is kept. Never calls a partner itself, so it may be used in a page.
    """
    now = timezone.now()
    kept = PlateAnswer.objects.filter(registration=registration).first()
    if kept and _stands(kept, now, anew=anew):
        return kept
    with transaction.atomic():
        PlateAnswer.objects.bulk_create(
            [PlateAnswer(registration=registration, asked_at=now - LOST_AFTER)], ignore_conflicts=True
        )
        row = PlateAnswer.objects.select_for_update().get(registration=registration)
        if _stands(row, now, anew=anew):  # somebody else asked a moment ago
            return row
        row.state, row.asked_at = "", now
        row.save(update_fields=["state", "asked_at"])
        transaction.on_commit(lambda: _hand_over(row.pk))
    return row


def ask_lost(registrations: Collection[str]) -> None:
    """Ask again about those whose question no worker answered: one query where none was lost."""
    lost = PlateAnswer.objects.filter(
        registration__in=registrations, state="", asked_at__lte=timezone.now() - LOST_AFTER
    )
    for registration in lost.values_list("registration", flat=True):
        ask(registration)


def answer(pk: int) -> None:
    """Ask the registers and keep what they say; for a worker. A question that was answered already is left alone."""
    row = PlateAnswer.objects.filter(pk=pk, state="").first()
    if row is None:
        return
    found = look_up(row.registration)
    if found.code == TOO_FAST and timezone.now() < row.asked_at + LOST_AFTER:
        _hand_over(pk, countdown=RETRY_SECONDS)
        return
    row.state, row.source, row.code = found.state, found.source, found.code
    row.facts = found.facts.as_json() if found.facts else None
    row.answered_at = timezone.now()
    row.save(update_fields=["state", "source", "code", "facts", "answered_at"])


def facts_of(row: PlateAnswer) -> VehicleFacts | None:
    """What is known of the vehicle; None in every state but found and new car."""
    return VehicleFacts.from_json(row.facts) if row.facts and row.state else None


def forget() -> None:
    """Drop answers nobody asked for lately: a plate is personal data."""
    PlateAnswer.objects.filter(asked_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()


def _stands(row: PlateAnswer, now: datetime, *, anew: bool) -> bool:
    """Whether this answer, or this question on its way, will do."""
    if not row.state:
        return now < row.asked_at + LOST_AFTER
    kept = TROUBLE_KEPT if anew else KEPT.get(LookupState(row.state), TROUBLE_KEPT)
    return row.answered_at is not None and now < row.answered_at + kept


def _hand_over(pk: int, countdown: float = 0) -> None:
    from integrations.tasks import answer_plate  # the task calls this module

    try:
        hand_over(answer_plate, pk, countdown=countdown)
    except QueueUnreachable:
        log.warning("plate.queue_unreachable")
        PlateAnswer.objects.filter(pk=pk, state="").update(
            state=LookupState.DOWN, code="queue", answered_at=timezone.now()
        )
