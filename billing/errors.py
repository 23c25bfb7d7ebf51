"""What invoices refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from garages.errors import DomainError


class BillingError(DomainError):
    """A rule about invoices said no."""


class InvoiceChanged(BillingError):
    """The invoice is not what was on the screen any more."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this invoice since. Look at it again."))
