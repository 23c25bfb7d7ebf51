"""Money that comes in, and money that did not."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billing.enums import Standing
from billing.errors import BillingError
from billing.models import Invoice, Payment
from billing.services.drafts import locked, refuse_unseen
from garages.acts import act
from garages.models import Membership


@act
def pay(invoice: Invoice, *, amount: int, way: str, by: Membership, version: int | None = None) -> Payment:
    """Take all or a part of what is owed; the last part makes it paid. Raises BillingError for more than that, and for
    what is not to be paid; InvoiceChanged when it is not what was seen."""
    invoice = locked(invoice)
    if invoice.status != Standing.ISSUED:
        raise BillingError(_("There is nothing to pay on it."))
    refuse_unseen(invoice, version)
    if amount <= 0:
        raise BillingError(_("Type how much was paid."), field="amount")
    if amount > invoice.owed:
        raise BillingError(_("That is more than is owed."), field="amount")
    payment = Payment(invoice=invoice, amount=amount, way=way, taken_by=by.user)
    payment.save()
    _paid(invoice, amount)
    return payment


@act
def take_back(payment: Payment) -> Invoice:
    """It was not paid after all: the amount is owed again. Raises BillingError when that was done already."""
    invoice = locked(payment.invoice)
    if not Payment.objects.filter(pk=payment.pk).exists():
        raise BillingError(_("This payment was taken back already."))
    payment.delete()
    return _paid(invoice, -payment.amount)


def _paid(invoice: Invoice, amount: int) -> Invoice:
    invoice.paid += amount
    invoice.status = Standing.ISSUED if invoice.owed else Standing.PAID
    invoice.version += 1
    invoice.save(update_fields=["paid", "status", "version"])
    return invoice
