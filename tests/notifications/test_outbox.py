"""Lease, send, mark."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from garages.models import Garage
from garages.retries import LONGEST_PAUSE, MOST_ATTEMPTS, next_attempt
from garages.tenancy.context import tenant
from integrations.errors import Refused, Unavailable
from notifications import outbox
from notifications.channels import Outgoing, Receipt, sms
from notifications.enums import Channel, Kind, State
from notifications.models import Message
from notifications.outbox import claim, deliver, send_again
from notifications.tasks import sweep
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(garage: Garage) -> Iterator[Garage]:
    with tenant(garage.pk):
        yield garage


def _message(**fields: Any) -> Message:
    with transaction.atomic():
        customer = make_customer(phone="07700 900123", email="priya@nair.example")
        facts = {"kind": Kind.READY, "channel": Channel.SMS, "customer": customer, "due_at": timezone.now()}
        return Message.objects.create(**(facts | fields))


def _again(message: Message) -> Message:
    with transaction.atomic():
        return Message.objects.get(pk=message.pk)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> list[Outgoing]:
    """An SMS provider that takes everything."""
    taken: list[Outgoing] = []

    def send(outgoing: Outgoing) -> Receipt:
        taken.append(outgoing)
        return Receipt(provider_id=f"SM{len(taken)}")

    monkeypatch.setattr(sms, "send", send)
    return taken


def test_message_is_sent_once_and_marked(here: Garage, provider: list[Outgoing]) -> None:
    message = _message(facts={"vehicle": "The Fiesta"})
    assert (sweep(), sweep()) == (1, 0)
    message = _again(message)
    assert (message.state, message.provider_id, message.to, message.attempts) == (
        State.SENT,
        "SM1",
        "+447700900123",
        1,
    )
    assert message.text == "Here Motors: your vehicle is ready to collect. Ref . The Fiesta"
    assert provider[0].reference == str(message.public_id)


def test_message_not_due_waits(here: Garage, provider: list[Outgoing]) -> None:
    _message(due_at=timezone.now() + timedelta(minutes=1))
    assert sweep() == 0


def test_workers_never_take_the_same(here: Garage) -> None:
    for _number in range(20):
        _message()
    start = Barrier(4)

    def worker(_number: int) -> list[tuple[int, int]]:
        start.wait(timeout=60)
        taken = []
        while row := claim():
            taken.append(row)
        connection.close()
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [row for rows in pool.map(worker, range(4)) for row in rows]
    assert (len(taken), len(set(taken))) == (20, 20)


def test_lease_of_a_dead_worker_runs_out_and_the_reference_stays(here: Garage, provider: list[Outgoing]) -> None:
    message = _message()
    assert claim() is not None
    assert sweep() == 0  # somebody has it
    with transaction.atomic():
        Message.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert sweep() == 1
    assert [outgoing.reference for outgoing in provider] == [str(message.public_id)]
    assert _again(message).attempts == 2


@pytest.mark.parametrize("trouble", [Refused("21211"), Unavailable("timeout")])
def test_worker_that_was_overtaken_does_not_unsend(
    here: Garage, monkeypatch: pytest.MonkeyPatch, provider: list[Outgoing], trouble: Exception
) -> None:
    working = sms.send

    def send(_outgoing: Outgoing) -> Receipt:
        """Takes longer than its lease, and fails in the end."""
        monkeypatch.setattr(sms, "send", working)
        with transaction.atomic():
            Message.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        sweep()
        raise trouble

    monkeypatch.setattr(sms, "send", send)
    message = _message()
    sweep()
    assert (_again(message).state, _again(message).error, len(provider)) == (State.SENT, "", 1)


def test_message_that_kills_its_workers_is_given_up(here: Garage, provider: list[Outgoing]) -> None:
    message = _message(attempts=MOST_ATTEMPTS)
    sweep()
    assert (_again(message).state, _again(message).error, provider) == (State.FAILED, "given-up", [])


@pytest.mark.parametrize(
    ("trouble", "state", "error"),
    [
        (Refused("21211"), State.FAILED, "21211"),
        (Unavailable("http-503"), State.QUEUED, "http-503"),
        (RuntimeError("a bug"), State.QUEUED, "internal"),
    ],
)
def test_trouble_is_told_apart(
    here: Garage, monkeypatch: pytest.MonkeyPatch, trouble: Exception, state: State, error: str
) -> None:
    def send(_outgoing: Outgoing) -> Receipt:
        raise trouble

    monkeypatch.setattr(sms, "send", send)
    message = _message()
    sweep()
    message = _again(message)
    assert (message.state, message.error, message.leased_until) == (state, error, None)
    assert (message.due_at > timezone.now()) == (state == State.QUEUED)


def test_trouble_that_stays_is_given_up_and_can_be_sent_again(
    here: Garage, monkeypatch: pytest.MonkeyPatch, provider: list[Outgoing]
) -> None:
    working = sms.send

    def send(_outgoing: Outgoing) -> Receipt:
        raise Unavailable("timeout")

    monkeypatch.setattr(sms, "send", send)
    monkeypatch.setattr(outbox, "next_attempt", lambda now, *_facts: now)
    message = _message()
    assert sweep() == MOST_ATTEMPTS
    assert _again(message).state == State.FAILED
    monkeypatch.setattr(sms, "send", working)
    with transaction.atomic():
        assert send_again(message).state == State.QUEUED
    sweep()
    assert (_again(message).state, len(provider)) == (State.SENT, 1)


def test_customer_without_the_address_fails_visibly(here: Garage, provider: list[Outgoing]) -> None:
    message = _message(channel=Channel.EMAIL)
    with transaction.atomic():
        message.customer.email = ""
        message.customer.save()
    sweep()
    assert (_again(message).state, _again(message).error) == (State.FAILED, "no-address")


def test_pauses_grow_keep_within_bounds_and_honour_the_partner() -> None:
    now = timezone.now()
    pauses = [(next_attempt(now, 20, None) - now).total_seconds() for _number in range(200)]
    assert max(pauses) <= LONGEST_PAUSE
    assert min(pauses) >= 1
    assert (next_attempt(now, 1, 500.0) - now).total_seconds() == 500.0


def test_claimed_message_of_one_garage_is_worked_on_in_its_scope(
    here: Garage, other_garage: Garage, provider: list[Outgoing]
) -> None:
    with tenant(other_garage.pk):
        theirs = _message()
    sweep()
    assert provider[0].garage == other_garage
    with transaction.atomic():
        assert not Message.objects.filter(pk=theirs.pk).exists()
    assert deliver(other_garage.pk, theirs.pk) == State.SENT  # a second nudge changes nothing
    assert len(provider) == 1
