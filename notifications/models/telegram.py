"""Where colleagues are written to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from garages.models import Membership
from garages.tenancy.models import TenantManager, TenantModel


class TelegramLink(TenantModel):
    """A colleague's Telegram chat, once they pressed Start behind their link. The link's token is kept as a hash, works
    once and not for long."""

    membership = models.OneToOneField(
        Membership, verbose_name=_("colleague"), on_delete=models.CASCADE, related_name="telegram"
    )
    chat_id = models.BigIntegerField(null=True, blank=True)
    linked_at = models.DateTimeField(_("linked"), null=True, blank=True)
    token_hash = models.CharField(max_length=64, blank=True)
    token_until = models.DateTimeField(null=True, blank=True)

    objects = TenantManager()

    class Meta:
        indexes = [
            models.Index(fields=["token_hash"], condition=~Q(token_hash=""), name="notifications_telegram_token")
        ]

    def __str__(self) -> str:
        return str(self.membership)
