"""E-mails about somebody's account that have to be sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from garages.enums import AccountMailKind
from garages.models.people import Membership, User


class AccountMail(models.Model):
    """That an e-mail is to be written to somebody, and how often it was tried; sent, the row is gone.

    It says whose, never what: a temporary password or a link is made when the e-mail leaves, so no row holds a secret.
    It is a person's, who may work in several garages, and stands outside row-level security as people do.
    """

    kind = models.CharField(_("kind"), max_length=16, choices=AccountMailKind)
    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(
        Membership,
        verbose_name=_("on the team"),
        on_delete=models.CASCADE,
        related_name="account_mails",
        null=True,
        blank=True,
    )
    asked_at = models.DateTimeField(_("asked for"))
    due_at = models.DateTimeField(_("due"), help_text="not before this moment; while a worker has it, its lease's end")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=60, blank=True, help_text="a code, never personal data")

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "user", "membership"], nulls_distinct=False, name="garages_accountmail_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=AccountMailKind.PASSWORD_RESET, membership=None)
                | Q(kind=AccountMailKind.WELCOME, membership__isnull=False),
                name="garages_accountmail_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
