"""Tells Telegram where to call: once for an installation, and again when SECRET_KEY, SITE_URL or the bot changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.urls import reverse

from integrations.errors import PartnerError
from notifications.telegram import bot, hook_secret


class Command(BaseCommand):
    help = "Tells Telegram to call this installation (SITE_URL) when somebody presses Start."

    def handle(self, *_args: Any, **_options: Any) -> None:
        ours = bot()
        if ours is None:
            raise CommandError("TELEGRAM_BOT_TOKEN is not set.")
        address = settings.SITE_URL + reverse("hook-telegram")
        try:
            ours.set_webhook(address, hook_secret())
        except PartnerError as error:
            raise CommandError(f"Telegram said: {error.code}") from error
        self.stdout.write(f"Telegram calls {address}")
