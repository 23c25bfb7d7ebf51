"""Telegram's bot, against a server that speaks its protocol."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.errors import Refused, Unavailable
from integrations.telegram import GONE, Bot
from tests.standins.http import Answer, Partner


def _says(body: dict[str, Any], status: int = 200) -> Partner:
    return Partner(lambda _call: Answer(status, body))


def test_notice_is_sent() -> None:
    with _says({"ok": True, "result": {"message_id": 12}}) as partner:
        assert Bot("1:secret", partner.url).send(5550001, "New job") == "12"
    (call,) = partner.calls
    assert (call.path, call.json["chat_id"], call.json["text"]) == ("/bot1:secret/sendMessage", 5550001, "New job")


@pytest.mark.parametrize(
    ("status", "description"),
    [(403, "Forbidden: bot was blocked by the user"), (400, "Bad Request: chat not found")],
)
def test_chat_that_is_gone_is_told_apart(status: int, description: str) -> None:
    body = {"ok": False, "error_code": status, "description": description}
    with _says(body, status) as partner, pytest.raises(Refused) as refused:
        Bot("1:secret", partner.url).send(1, "New job")
    assert refused.value.code == GONE


def test_too_many_waits_as_long_as_asked() -> None:
    body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 7}}
    with _says(body, 429) as partner, pytest.raises(Unavailable) as trouble:
        Bot("1:secret", partner.url).send(1, "New job")
    assert trouble.value.retry_after == 7.0


def test_wrong_token_is_refused() -> None:
    body = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    with _says(body, 401) as partner, pytest.raises(Refused) as refused:
        Bot("1:wrong", partner.url).send(1, "New job")
    assert refused.value.code == "telegram-401"
