"""Where colleagues are written to, and of what."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from garages.models import Membership
from garages.tenancy.models import TenantManager, TenantModel
from notifications.enums import Kind


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


class Alerts(TenantModel):
    """What a colleague wants to be told of beside the garage's own address, and the number they take texts on, as they
    said themselves. `stopped_at`: they answered STOP to a text."""

    membership = models.OneToOneField(
        Membership, verbose_name=_("colleague"), on_delete=models.CASCADE, related_name="alerts"
    )
    phone = PhoneNumberField(_("mobile number"), blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    kinds = ArrayField(models.CharField(max_length=20, choices=Kind), default=list, blank=True, verbose_name=_("of"))

    objects = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["phone"], condition=~Q(phone=""), name="notifications_alerts_phone")]
        verbose_name_plural = _("alerts")

    def __str__(self) -> str:
        return str(self.membership)

    @property
    def texts_to(self) -> str:
        """The number to text; "" when there is none or they said STOP."""
        return str(self.phone) if self.phone and self.stopped_at is None else ""
