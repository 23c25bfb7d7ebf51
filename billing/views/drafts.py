"""Drafting an invoice and changing the draft."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.forms import LineForm, NotesForm
from billing.models import InvoiceLine
from billing.services import add_line, change_line, discard, draft_for, draft_of, remove_line, write_notes
from billing.views.acting import attempt, back_to
from billing.views.sheet import find, show
from bookings.models import Booking
from customers.models import Customer
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.idempotency import once


@staff(Role.RECEPTIONIST)
@require_POST
def draft(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """The booking's invoice; drafted now where there is none."""
    bookings = Booking.objects.select_related("customer__garage", "vehicle")
    return back_to(request, draft_of(get_object_or_404(bookings, reference=reference.upper())).public_id)


@staff(Role.RECEPTIONIST)
@require_POST
def draft_for_customer(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """An empty one, for what is sold over the counter."""
    customer = get_object_or_404(Customer.objects.select_related("garage"), public_id=public_id)
    made, _is_new = once(request.POST, "billing:draft-for", lambda: str(draft_for(customer).public_id))
    return back_to(request, made)


@staff(Role.RECEPTIONIST)
@require_POST
def line_add(request: StaffRequest, garage: str, invoice: uuid.UUID) -> HttpResponse:
    found = find(invoice)
    form = LineForm(request.POST, garage=request.garage, invoice=found)
    if form.is_valid():

        def add() -> str:
            return str(add_line(found, form.facts).public_id)

        if attempt(request, lambda: once(request.POST, "billing:line-add", add)):
            messages.success(request, _("%(line)s is on the invoice.") % {"line": form.facts.text})
        return back_to(request, invoice)
    return show(request, found, status=422, line_form=form)


@staff(Role.RECEPTIONIST)
@require_POST
def line_change(request: StaffRequest, garage: str, invoice: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    found = _line(invoice, line)
    form = LineForm(request.POST, garage=request.garage, invoice=found.invoice, line=found)
    if form.is_valid():
        if attempt(request, lambda: change_line(found, form.facts)):
            messages.success(request, _("Saved."))
        return back_to(request, invoice)
    return show(request, find(invoice), status=422, line_form=form)


@staff(Role.RECEPTIONIST)
@require_POST
def line_remove(request: StaffRequest, garage: str, invoice: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    found = _line(invoice, line)
    if attempt(request, lambda: remove_line(found)):
        messages.success(request, _("%(line)s is off the invoice.") % {"line": found.text})
    return back_to(request, invoice)


@staff(Role.RECEPTIONIST)
@require_POST
def notes(request: StaffRequest, garage: str, invoice: uuid.UUID) -> HttpResponse:
    """What stands below the lines."""
    found, form = find(invoice), NotesForm(request.POST)
    if form.is_valid():
        if attempt(request, lambda: write_notes(found, form.cleaned_data["notes"])):
            messages.success(request, _("Saved."))
        return back_to(request, invoice)
    return show(request, found, status=422, notes_form=form)


@staff(Role.RECEPTIONIST)
@require_POST
def discard_draft(request: StaffRequest, garage: str, invoice: uuid.UUID) -> HttpResponse:
    try:
        discard(find(invoice))
    except DomainError as error:
        messages.error(request, str(error))
        return back_to(request, invoice)
    messages.success(request, _("The draft is discarded."))
    return redirect("billing:invoices", garage=request.garage.slug)


def _line(invoice: uuid.UUID, line: uuid.UUID) -> InvoiceLine:
    lines = InvoiceLine.objects.select_related("invoice")
    return get_object_or_404(lines, public_id=line, invoice__public_id=invoice)
