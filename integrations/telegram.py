"""Telegram's Bot API (https://core.telegram.org/bots/api), read 2026-11: notices to staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from integrations.errors import Refused, Unavailable
from integrations.http import body_of, call, trouble

BASE_URL: Final = "https://api.telegram.org"
LONGEST: Final = 4096
_TOO_MANY: Final = 429
# The chat is gone for good: whoever keeps its id should forget it.
GONE: Final = "chat-gone"


@dataclass(frozen=True)
class Bot:
    """The product's bot."""

    token: str
    base_url: str = ""

    def send(self, chat: int, text: str) -> str:
        """The message's number. Raises Refused(GONE) when the person blocked the bot or left, else Refused or
        Unavailable with the pause it asks for."""
        answer = call(
            "POST",
            f"{self.base_url or BASE_URL}/bot{self.token}/sendMessage",
            json={"chat_id": chat, "text": text[:LONGEST], "link_preview_options": {"is_disabled": True}},
        )
        body = body_of(answer)
        if body.get("ok"):
            return str(body["result"]["message_id"])
        code, description = body.get("error_code"), str(body.get("description", ""))
        if code == _TOO_MANY:
            raise Unavailable("telegram-429", retry_after=float(body.get("parameters", {}).get("retry_after", 1)))
        if description.startswith("Forbidden:") or "chat not found" in description:
            raise Refused(GONE)
        raise trouble(answer, f"telegram-{code}" if code else "")

    def set_webhook(self, url: str, secret: str) -> None:
        """Have Telegram call `url` from now on, with `secret` in its header. Raises Refused, Unavailable."""
        answer = call(
            "POST",
            f"{self.base_url or BASE_URL}/bot{self.token}/setWebhook",
            json={"url": url, "secret_token": secret, "allowed_updates": ["message", "my_chat_member"]},
        )
        if not body_of(answer).get("ok"):
            raise trouble(answer)
