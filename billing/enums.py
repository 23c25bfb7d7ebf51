"""What an invoice goes through, what stands on it, how it is paid."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    """How an invoice stands. Only a draft can be changed; whatever is no draft has a number and keeps it."""

    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("To pay")
    PAID = "paid", _("Paid")
    VOID = "void", _("Void")


class LineKind(models.TextChoices):
    LABOUR = "labour", _("Labour")
    PART = "part", _("Part")
    OTHER = "other", _("Other")


class Way(models.TextChoices):
    """How money came in."""

    CARD = "card", _("Card")
    CASH = "cash", _("Cash")
    TRANSFER = "transfer", _("Transfer")
