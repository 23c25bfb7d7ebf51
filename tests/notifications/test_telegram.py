"""Telegram: linking a colleague's chat, and telling technicians of jobs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from bookings.models import Booking
from bookings.signals import Change
from garages.models import Garage, Membership, Technician
from garages.tenancy.context import tenant
from notifications.channels import telegram as channel
from notifications.enums import Channel, Kind, State
from notifications.models import KindRule, Message, TelegramLink
from notifications.outbox import deliver
from notifications.planning import plan
from notifications.telegram import hook_secret
from tests.conftest import logged_in
from tests.factories.bookings import make_booking
from tests.standins.http import Answer, Call, Partner

pytestmark = pytest.mark.django_db
CHAT = 5550001


@pytest.fixture(autouse=True)
def set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TELEGRAM_BOT_TOKEN", "1:secret")
    monkeypatch.setattr(settings, "TELEGRAM_BOT_NAME", "GarageDeskBot")


@pytest.fixture
def partner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    said = Answer(200, {"ok": True, "result": {"message_id": 12}})
    with Partner(lambda _call: said) as served:
        monkeypatch.setattr(settings, "TELEGRAM_BASE_URL", served.url)
        yield served


def _start(token: str, *, number: int = 1, secret: str | None = None, kind: str = "private") -> Any:
    update = {"update_id": number, "message": {"chat": {"id": CHAT, "type": kind}, "text": f"/start {token}"}}
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook_secret() if secret is None else secret}
    return Client(enforce_csrf_checks=True).post(
        "/hooks/telegram/", update, content_type="application/json", headers=headers
    )


def _token(client: Client) -> str:
    page = client.post("/g/here/alerts/telegram/link/").content.decode()
    found = re.search(r"https://t\.me/GarageDeskBot\?start=([\w-]{1,64})", page)
    assert found
    return found[1]


def _chat(garage: Garage) -> int | None:
    with tenant(garage.pk), transaction.atomic():
        return TelegramLink.objects.get().chat_id


def test_link_works_once(garage: Garage, technician: Membership) -> None:
    client = logged_in(technician.user)
    token = _token(client)
    answer = _start(token)
    assert answer.json() == {
        "method": "sendMessage",
        "chat_id": CHAT,
        "text": "Linked: Here Motors writes to you here.",
    }
    assert _chat(garage) == CHAT
    assert "Alerts are sent to your Telegram." in client.get("/g/here/alerts/").content.decode()
    assert _start(token).json() == {}  # the same call again: taken before
    assert "no longer good" in _start(token, number=2).json()["text"]
    client.post("/g/here/alerts/telegram/forget/")
    with tenant(garage.pk), transaction.atomic():
        assert not TelegramLink.objects.exists()


def test_link_ends_by_itself(garage: Garage, technician: Membership) -> None:
    token = _token(logged_in(technician.user))
    with tenant(garage.pk), transaction.atomic():
        TelegramLink.objects.update(token_until=timezone.now() - timedelta(seconds=1))
    assert "no longer good" in _start(token).json()["text"]
    assert _chat(garage) is None


@pytest.mark.parametrize(("change", "status"), [({"secret": "forged"}, 403), ({"kind": "group"}, 200)])
def test_forged_calls_and_groups_link_nothing(
    garage: Garage, technician: Membership, change: dict[str, str], status: int
) -> None:
    assert _start(_token(logged_in(technician.user)), **change).status_code == status  # type: ignore[arg-type]
    assert _chat(garage) is None


# --- New jobs -----------------------------------------------------------------------------------------------------
@pytest.fixture
def job(garage: Garage, technician: Membership) -> Booking:
    """A booking given to a technician who has linked their chat, in a garage that tells of jobs."""
    with tenant(garage.pk), transaction.atomic():
        Technician.objects.update(membership=technician)
        KindRule.objects.create(kind=Kind.ASSIGNED, channels=[Channel.TELEGRAM, Channel.EMAIL])
        TelegramLink.objects.create(membership=technician, chat_id=CHAT)
        booking = make_booking(garage)
        booking.technician = Technician.objects.get()
        booking.save()
        return booking


def _assigned(garage: Garage) -> list[Message]:
    with tenant(garage.pk), transaction.atomic():
        return list(Message.objects.filter(kind=Kind.ASSIGNED).order_by("pk"))


def _send(garage: Garage, message: Message) -> State:
    with tenant(garage.pk), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state=State.SENDING, leased_until=timezone.now())
    return deliver(garage.pk, message.pk)


def test_technician_is_told_of_a_job_once(garage: Garage, job: Booking, partner: Partner) -> None:
    with tenant(garage.pk), transaction.atomic():
        plan(job, Change.EDITED)
        plan(job, Change.EDITED)
    [message] = _assigned(garage)
    assert (message.channel, message.to) == (Channel.TELEGRAM, str(CHAT))
    assert _send(garage, message) == State.SENT
    sent: Call = partner.calls[0]
    assert (sent.path, sent.json["chat_id"]) == ("/bot1:secret/sendMessage", CHAT)
    assert sent.json["text"].startswith("New job: Brake check, ")


def test_who_takes_a_job_themselves_is_not_told(garage: Garage, job: Booking, technician: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        plan(job, Change.EDITED, technician)
    assert _assigned(garage) == []


def test_job_that_went_to_another_is_not_told(garage: Garage, job: Booking, partner: Partner) -> None:
    with tenant(garage.pk), transaction.atomic():
        plan(job, Change.EDITED)
        Booking.objects.update(technician=None)
    [message] = _assigned(garage)
    assert (_send(garage, message), partner.calls) == (State.DROPPED, [])


def test_chat_that_is_gone_is_forgotten(garage: Garage, job: Booking, partner: Partner) -> None:
    partner.manners = lambda _call: Answer(
        403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    )
    with tenant(garage.pk), transaction.atomic():
        plan(job, Change.EDITED)
    [message] = _assigned(garage)
    assert _send(garage, message) == State.FAILED
    assert _chat(garage) is None


def test_too_many_wait_as_long_as_they_are_asked_to(garage: Garage, job: Booking, partner: Partner) -> None:
    partner.manners = lambda _call: Answer(429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 7777}})
    with tenant(garage.pk), transaction.atomic():
        plan(job, Change.EDITED)
    [message] = _assigned(garage)
    assert _send(garage, message) == State.QUEUED
    assert _assigned(garage)[0].due_at > timezone.now() + timedelta(seconds=7000)


def test_without_a_bot_nothing_leaves(garage: Garage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TELEGRAM_BOT_TOKEN", "")
    assert channel.send(None).is_sandboxed  # type: ignore[arg-type]
