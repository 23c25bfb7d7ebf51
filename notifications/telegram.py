"""A colleague's Telegram chat: linked by a deep link, forgotten when it is gone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from garages.models import Membership
from garages.tenancy.context import platform, tenant
from integrations.telegram import Bot
from notifications.models import TelegramLink

LINK_LASTS: Final = timedelta(minutes=15)


def bot() -> Bot | None:
    """The product's bot; None where none is set up."""
    token = settings.TELEGRAM_BOT_TOKEN
    return Bot(token, base_url=settings.TELEGRAM_BASE_URL) if token else None


def hook_secret() -> str:
    """What Telegram sends along with each call, so that nobody else's is taken."""
    return salted_hmac("telegram-hook", settings.TELEGRAM_BOT_TOKEN).hexdigest()


@transaction.atomic
def begin_link(member: Membership) -> str:
    """A new address that links the chat it is opened in; the one before is void."""
    token = secrets.token_urlsafe(24)
    facts = {"token_hash": _hash(token), "token_until": timezone.now() + LINK_LASTS}
    TelegramLink.objects.update_or_create(membership=member, defaults=facts)
    return f"https://t.me/{settings.TELEGRAM_BOT_NAME}?start={token}"


def unlink(member: Membership) -> None:
    TelegramLink.objects.filter(membership=member).delete()


def forget_chat(chat: str) -> None:
    """The chat is gone: whoever it belonged to, in the garage in scope, is written to by other ways."""
    TelegramLink.objects.filter(chat_id=int(chat)).update(chat_id=None, linked_at=None)


def update_received(update: dict[str, Any]) -> dict[str, Any] | None:
    """What Telegram tells us; what to answer in the same breath, if anything."""
    message = update.get("message") or {}
    chat, text = message.get("chat") or {}, str(message.get("text", ""))
    if chat.get("type") == "private" and text.startswith("/start "):
        said = _finish_link(text.removeprefix("/start ").strip(), int(chat["id"]))
        return {"method": "sendMessage", "chat_id": chat["id"], "text": said}
    return None


def _finish_link(token: str, chat: int) -> str:
    """Finds the garage through `platform()` by the token's hash, and reads nothing but keys there."""
    with platform():
        waiting = TelegramLink.objects.filter(token_hash=_hash(token), token_until__gt=timezone.now())
        row = waiting.values_list("garage_id", "pk").first()
    if row is None:
        return _("This link is no longer good. Ask for a new one in Garage Desk.")
    garage_id, pk = row
    with tenant(garage_id):
        TelegramLink.objects.filter(pk=pk).update(
            chat_id=chat, linked_at=timezone.now(), token_hash="", token_until=None
        )
        link = TelegramLink.objects.select_related("membership__garage", "membership__user").get(pk=pk)
        garage = link.membership.garage
        with translation.override(link.membership.user.language or garage.language):
            return _("Linked: %(garage)s writes to you here.") % {"garage": garage.name}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
