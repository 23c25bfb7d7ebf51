"""Issuing an invoice, taking money for it, declaring it void; and the way back from each."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.errors import BillingError
from billing.forms import PaymentForm, VoidForm
from billing.models import Payment
from billing.services import issue, pay, take_back, take_issue_back, unvoid, void
from billing.views.acting import attempt, back_to
from billing.views.sheet import find, show
from bookings.views.meanwhile import version_seen
from garages import formats
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.idempotency import once
from garages.notices import say_undoable


@staff(Role.RECEPTIONIST)
@require_POST
def issue_draft(request: StaffRequest, garage: str, invoice: uuid.UUID) -> HttpResponse:
    """Give it its number, as it was seen."""
    found = find(invoice)
    if attempt(request, lambda: issue(found, version=version_seen(request.POST))):
        number = find(invoice).number
        _say(request, _("Issued as %(number)s.") % {"number": number}, "billing:issue-undo", invoice)
    return back_to(request, invoice)


@staff(Role.RECEPTIONIST)
@require_POST
def issue_undo(request: StaffRequest, garage: str, invoice: uuid.UUID) -> HttpResponse:
    found = find(invoice)
    if attempt(request, lambda: take_issue_back(found)):
        messages.success(request, _("It is a draft again."))
    return back_to(request, invoice)


@staff(Role.RECEPTIONIST)
@require_POST
def take_payment(request: StaffRequest, garage: str, invoice: uuid.UUID) -> HttpResponse:
    found = find(invoice)
    form = PaymentForm(request.POST, garage=request.garage, invoice=found)
    if not form.is_valid():
        return show(request, found, status=422, pay_form=form)
    facts = {"amount": form.cleaned_data["amount"], "way": form.cleaned_data["way"]}
    facts |= {"by": request.membership, "version": version_seen(request.POST)}
    try:
        made, is_new = once(request.POST, "billing:pay", lambda: str(pay(found, **facts).public_id))
    except BillingError as error:
        form.add_error(error.field, str(error))
        return show(request, found, status=422, pay_form=form)
    if is_new:
        amount = formats.money(facts["amount"], request.garage.currency, formats.locale_of(request.garage))
        _say(request, _("%(amount)s taken.") % {"amount": amount}, "billing:payment-undo", invoice, made)
    return back_to(request, invoice)


@staff(Role.RECEPTIONIST)
@require_POST
def payment_undo(request: StaffRequest, garage: str, invoice: uuid.UUID, payment: uuid.UUID) -> HttpResponse:
    payments = Payment.objects.select_related("invoice")
    found = get_object_or_404(payments, public_id=payment, invoice__public_id=invoice)
    if attempt(request, lambda: take_back(found)):
        messages.success(request, _("The payment is taken back."))
    return back_to(request, invoice)


@staff(Role.MANAGER)
@require_POST
def declare_void(request: StaffRequest, garage: str, invoice: uuid.UUID) -> HttpResponse:
    found, form = find(invoice), VoidForm(request.POST, auto_id="void-%s")
    if not form.is_valid():
        return show(request, found, status=422, void_form=form)
    facts = {"reason": form.cleaned_data["reason"], "by": request.membership, "version": version_seen(request.POST)}
    if attempt(request, lambda: void(found, **facts)):
        _say(request, _("%(number)s is void.") % {"number": found.number}, "billing:void-undo", invoice)
    return back_to(request, invoice)


@staff(Role.MANAGER)
@require_POST
def void_undo(request: StaffRequest, garage: str, invoice: uuid.UUID) -> HttpResponse:
    found = find(invoice)
    if attempt(request, lambda: unvoid(found, by=request.membership)):
        messages.success(request, _("%(number)s counts again.") % {"number": found.number})
    return back_to(request, invoice)


def _say(request: StaffRequest, text: str, undo: str, *about: uuid.UUID | str) -> None:
    address = reverse(undo, args=[request.garage.slug, *about])
    say_undoable(request, text, address=address, steps=[], seconds=settings.UNDO_SECONDS)
