"""The stand-ins as a person runs them: `python -m tests.standins`."""

from __future__ import annotations

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from garage_desk.embedded.process import ROOT
from integrations.errors import Refused, Unavailable
from integrations.sms import Provider, Text, provider_of
from integrations.telegram import GONE, Bot
from tests.standins import telegram
from tests.standins.http import FAULTS

TEXT = Text(to="+447700900123", body="See you on Tuesday", reference="7f3c2b")


class ByHand:
    """The running command: what it printed first as settings, and its terminal."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.standins", "--port", "0"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        words = self.read().replace("'", "").split()
        self.settings = dict(word.split("=", 1) for word in words)

    def read(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def type(self, line: str) -> str:
        """Type a line; what is said of it."""
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        return self.read()


@pytest.fixture
def by_hand() -> Iterator[ByHand]:
    running = ByHand()
    yield running
    running.process.kill()
    running.process.communicate()


def _twilio(by_hand: ByHand) -> Provider:
    return provider_of(by_hand.settings["SMS_URL"], base_url=by_hand.settings["TWILIO_BASE_URL"])


def _mail(by_hand: ByHand) -> None:
    mail = EmailMessage()
    mail["To"], mail["From"], mail["Subject"] = "ada@byron.example", "desk@here.example", "See you"
    host, port = by_hand.settings["EMAIL_URL"].removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port), timeout=0.5) as server:
        server.send_message(mail)


def test_what_arrives_is_said(by_hand: ByHand) -> None:
    _mail(by_hand)
    assert by_hand.read() == "mail to ada@byron.example: See you"
    assert _twilio(by_hand).send(TEXT).startswith("SM")
    assert by_hand.read().startswith("sms: POST /2010-04-01/Accounts/AC1/Messages.json To=%2B447700900123")
    bot = Bot(by_hand.settings["TELEGRAM_BOT_TOKEN"], by_hand.settings["TELEGRAM_BASE_URL"])
    assert bot.send(telegram.CHAT, "New job") == "1"
    with pytest.raises(Refused, match=GONE):
        bot.send(telegram.GONE, "New job")


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_can_be_chosen(by_hand: ByHand, settings: object, fault: str) -> None:
    settings.PARTNER_TIMEOUTS = (1.0, 0.5)  # type: ignore[attr-defined]
    assert by_hand.type(fault) == f"all: {fault} next"
    with pytest.raises(Unavailable):
        _twilio(by_hand).send(TEXT)
    with pytest.raises((smtplib.SMTPException, OSError)):
        _mail(by_hand)


def test_one_partner_alone_is_in_trouble(by_hand: ByHand) -> None:
    assert by_hand.type("sms 503,429") == "sms: 503, 429 next"
    with pytest.raises(Unavailable, match="http-503"):
        _twilio(by_hand).send(TEXT)
    _mail(by_hand)


@pytest.mark.parametrize(("typed", "said"), [("fire", "No fault is called 'fire'"), ("fax 500", "Nobody is called")])
def test_what_is_not_understood_is_explained(by_hand: ByHand, typed: str, said: str) -> None:
    assert by_hand.type(typed).startswith(said)
