"""Giving an invoice its number, and declaring one void."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from billing.enums import Standing
from billing.errors import BillingError
from billing.models import Invoice, NumberSeries, number_of
from billing.parties import write_parties
from billing.services.drafts import locked, locked_draft, refuse_unseen
from garages.acts import act
from garages.enums import Role
from garages.models import Membership


@act
def issue(invoice: Invoice, *, version: int | None = None) -> Invoice:
    """Give a draft the garage's next number and today's date; from then on it stays as it is. One that comes to nothing
    is paid. Raises BillingError without a line, InvoiceChanged when it is not what was seen."""
    invoice = locked_draft(invoice, version)
    if not invoice.lines.exists():
        raise BillingError(_("Add a line first: there is nothing to pay."))
    today = invoice.garage.today()
    series = _series(today.year)
    series.last += 1
    series.save(update_fields=["last"])
    write_parties(invoice, invoice.garage)
    invoice.number = number_of(series.year, series.last)
    invoice.issued_on, invoice.due_on = today, today + timedelta(days=invoice.garage.payment_days)
    invoice.status = _standing(invoice)
    return _saved(invoice)


@act
def take_issue_back(invoice: Invoice) -> Invoice:
    """A draft again, and its number is free: what Undo does at once. Raises BillingError when something was paid, when
    it is not of today, or when a later invoice was issued, for numbers have no gaps."""
    invoice = locked(invoice)
    if invoice.status == Standing.DRAFT:
        return invoice
    today = invoice.garage.today()
    series = _series(today.year)
    if invoice.status == Standing.VOID or invoice.paid or invoice.number != str(series) or invoice.issued_on != today:
        raise BillingError(_("It cannot be taken back any more. A manager can declare it void."))
    series.last -= 1
    series.save(update_fields=["last"])
    invoice.number, invoice.issued_on, invoice.due_on = "", None, None
    invoice.status = Standing.DRAFT
    return _saved(invoice)


@act
def void(invoice: Invoice, *, reason: str, by: Membership, version: int | None = None) -> Invoice:
    """It does not count any more; its number stays, with the reason. Raises BillingError for other roles than managers,
    for drafts and for what was paid; InvoiceChanged when it is not what was seen."""
    if not by.at_least(Role.MANAGER):
        raise BillingError(_("Your role may not declare an invoice void. A manager can."))
    if not reason.strip():
        raise BillingError(_("Say why it is void."), field="reason")
    invoice = locked(invoice)
    if invoice.status == Standing.VOID:
        return invoice
    if invoice.status == Standing.DRAFT:
        raise BillingError(_("A draft has no number yet: discard it."))
    if invoice.paid:
        raise BillingError(_("Take the payments back first."))
    refuse_unseen(invoice, version)
    invoice.status, invoice.void_reason = Standing.VOID, reason.strip()
    return _saved(invoice)


@act
def unvoid(invoice: Invoice, *, by: Membership) -> Invoice:
    """Let it count again. Raises BillingError when its booking has another by now."""
    if not by.at_least(Role.MANAGER):
        raise BillingError(_("Your role may not undo this. A manager can."))
    invoice = locked(invoice)
    if invoice.status != Standing.VOID:
        return invoice
    others = Invoice.objects.filter(booking=invoice.booking_id).exclude(status=Standing.VOID)
    if invoice.booking_id is not None and others.exists():
        raise BillingError(_("The booking has another invoice by now."))
    invoice.status, invoice.void_reason = _standing(invoice), ""
    return _saved(invoice)


def _series(year: int) -> NumberSeries:
    """The garage's numbers of the year, locked: whoever else wants one waits."""
    NumberSeries.objects.bulk_create([NumberSeries(year=year)], ignore_conflicts=True)
    return NumberSeries.objects.select_for_update(of=("self",)).get(year=year)


def _standing(invoice: Invoice) -> Standing:
    return Standing.ISSUED if invoice.owed else Standing.PAID


def _saved(invoice: Invoice) -> Invoice:
    invoice.version += 1
    invoice.save()
    return invoice
