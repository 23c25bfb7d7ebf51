"""Telegram's Bot API as far as we use it: takes messages, remembers where to call, knows chats that are gone."""

from __future__ import annotations

import json
import urllib.request
from typing import Any, Final

from tests.standins.http import Answer, Call

TOKEN: Final = "1:secret"
CHAT: Final = 5550001  # whoever presses Start
GONE: Final = 5550403  # blocked the bot


class Telegram:
    """Give it to `Partner`; `messages` are what it took."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.hook: dict[str, Any] = {}

    def __call__(self, call: Call) -> Answer:
        if not call.path.startswith(f"/bot{TOKEN}/"):
            return _error(401, "Unauthorized")
        if call.path.endswith("/setWebhook"):
            self.hook = call.json
            return Answer(200, {"ok": True, "result": True})
        if call.json["chat_id"] == GONE:
            return _error(403, "Forbidden: bot was blocked by the user")
        self.messages.append(call.json)
        return Answer(200, {"ok": True, "result": {"message_id": len(self.messages)}})

    def press_start(self, token: str) -> str:
        """As a person who opened the deep link with this token; what the product answers them."""
        update = {"update_id": len(self.messages), "message": {"chat": {"id": CHAT, "type": "private"}}}
        update["message"]["text"] = f"/start {token}"
        headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": self.hook["secret_token"],
        }
        call = urllib.request.Request(self.hook["url"], json.dumps(update).encode(), headers)  # noqa: S310 - our own
        with urllib.request.urlopen(call) as answer:  # noqa: S310
            return str(json.loads(answer.read())["text"])


def _error(status: int, description: str) -> Answer:
    return Answer(status, {"ok": False, "error_code": status, "description": description})
