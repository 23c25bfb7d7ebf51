"""E-mails about accounts: none is lost, whoever dies; none holds a secret while it waits."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
import structlog
import time_machine
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone

from garages.enums import Role
from garages.models import AccountMail, Garage, Membership, User
from garages.queue import QueueUnreachable
from garages.retries import MOST_ATTEMPTS, lease
from garages.services import mailbox, team
from garages.tasks import send_account_mails

pytestmark = pytest.mark.django_db


def _invite(by: Membership) -> Membership:
    return team.invite(role=Role.RECEPTIONIST, by=by, email="new@here.example", name="Noor New")


def _refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def send(*_args: object) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)


def test_put_in_the_box_in_the_invitations_own_transaction(manager: Membership) -> None:
    with transaction.atomic():
        _invite(manager)
        transaction.set_rollback(True)
    assert (AccountMail.objects.count(), send_account_mails()) == (0, 0)
    _invite(manager)
    assert AccountMail.objects.count() == 1


def test_sent_once_and_gone(manager: Membership) -> None:
    _invite(manager)
    assert (send_account_mails(), send_account_mails()) == (1, 0)
    assert ([one.to for one in mail.outbox], AccountMail.objects.count()) == ([["new@here.example"]], 0)


def test_a_row_says_whose_and_never_what(manager: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    member = _invite(manager)
    _refuse(monkeypatch, smtplib.SMTPServerDisconnected("password-in-here"))
    send_account_mails()
    [row] = AccountMail.objects.values()
    assert {name: row[name] for name in ("kind", "user_id", "membership_id", "error")} == {
        "kind": "welcome",
        "user_id": member.user_id,
        "membership_id": member.pk,
        "error": "SMTPServerDisconnected",
    }


def test_a_worker_that_dies_leaves_it_to_the_next(manager: Membership) -> None:
    _invite(manager)
    assert mailbox.claim() is not None  # and never heard of again
    assert send_account_mails() == 0
    with time_machine.travel(timezone.now() + lease() + timedelta(seconds=1)):
        assert send_account_mails() == 1
    assert len(mail.outbox) == 1


def test_trouble_that_passes_is_tried_again_with_pauses(manager: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    _invite(manager)
    with monkeypatch.context() as trouble:
        _refuse(trouble, smtplib.SMTPResponseException(451, b"later"))
        send_account_mails()
    row = AccountMail.objects.get()
    assert (row.attempts, row.error, row.due_at > timezone.now()) == (1, "smtp-451", True)
    with time_machine.travel(row.due_at + timedelta(seconds=1)):
        assert send_account_mails() == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"new@here.example": (550, b"nobody")}),
        smtplib.SMTPSenderRefused(553, b"not you", "desk@here.example"),
    ],
)
def test_what_does_not_pass_is_shown_to_the_manager_who_sends_it_again(
    manager: Membership, manager_client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    member = _invite(manager)
    with monkeypatch.context() as trouble:
        _refuse(trouble, error)
        send_account_mails()
    assert send_account_mails() == 0
    page = "/g/here/settings/team/"
    assert "E-mail not delivered" in manager_client.get(page).content.decode()
    manager_client.post(f"{page}send-again/", {"member": member.pk})
    assert "E-mail not delivered" not in manager_client.get(page).content.decode()
    assert (send_account_mails(), len(mail.outbox)) == (1, 1)


def test_it_is_given_up_after_eight_tries(manager: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    member = _invite(manager)
    _refuse(monkeypatch, ConnectionRefusedError())
    with time_machine.travel(timezone.now()) as clock:
        for _try in range(12):
            send_account_mails()
            clock.shift(timedelta(hours=2))
        assert AccountMail.objects.get().attempts == MOST_ATTEMPTS
        assert mailbox.undelivered([member.pk]) == {member.pk}


def test_asked_for_again_while_it_is_sent_it_is_sent_again(
    manager: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = _invite(manager)
    claimed = mailbox.claim()
    assert claimed is not None
    mailbox.post_welcome(member)
    mailbox.sent(claimed)
    mailbox.failed(claimed, "smtp-550", for_good=True)
    assert send_account_mails() == 1


def test_asking_often_for_a_password_waits_as_one(receptionist: Membership) -> None:
    for _time in range(3):
        mailbox.post_password_reset(receptionist.user)
    assert send_account_mails() == 1


def test_who_left_the_team_is_not_welcomed(manager: Membership, owner: Membership) -> None:
    team.remove(_invite(manager), by=owner)
    assert (send_account_mails(), mail.outbox) == (0, [])


def test_a_queue_that_is_away_stops_nobody(
    manager: Membership, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def away(*_args: object) -> None:
        raise QueueUnreachable

    monkeypatch.setattr(mailbox, "hand_over", away)
    with structlog.testing.capture_logs() as lines, django_capture_on_commit_callbacks(execute=True):
        _invite(manager)
    assert [line["event"] for line in lines] == ["account_mail.queue_unreachable"]
    assert send_account_mails() == 1


def test_a_commit_hands_it_to_the_worker(
    garage: Garage, manager: Membership, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    handed: list[object] = []
    monkeypatch.setattr(mailbox, "hand_over", handed.append)
    with django_capture_on_commit_callbacks(execute=True):
        _invite(manager)
    assert handed == [send_account_mails]


def test_what_was_given_up_long_ago_is_forgotten(manager: Membership) -> None:
    _invite(manager)
    AccountMail.objects.update(attempts=MOST_ATTEMPTS, asked_at=timezone.now() - timedelta(days=31))
    mailbox.forget(older_than=timedelta(days=30))
    assert not AccountMail.objects.exists()
    assert User.objects.filter(email="new@here.example").exists()
