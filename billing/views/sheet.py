"""One invoice: on paper, what may be done with it, what happened to it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from billing.enums import Standing
from billing.forms import LineForm, NotesForm, PaymentForm, VoidForm
from billing.models import Invoice
from billing.parties import write_parties
from billing.selectors import activity_of, sheet_of
from bookings.enums import Status
from garages.access import StaffRequest, staff
from garages.enums import Role


@staff(Role.RECEPTIONIST)
@require_GET
def invoice(request: StaffRequest, garage: str, invoice: uuid.UUID) -> HttpResponse:
    return show(request, find(invoice))


def find(public_id: uuid.UUID) -> Invoice:
    rows = Invoice.objects.select_related("customer", "booking__vehicle")
    return get_object_or_404(rows, public_id=public_id)


def show(request: StaffRequest, invoice: Invoice, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, with those `forms` that were refused."""
    is_draft = invoice.status == Standing.DRAFT
    sheet = sheet_of(invoice)
    if is_draft:
        write_parties(invoice, request.garage)
    refused: LineForm | None = forms.pop("line_form", None)
    context: dict[str, Any] = {
        "invoice": invoice,
        "sheet": sheet,
        "activity": activity_of(invoice, request.garage),
        "payments": list(invoice.payments.all()),
        "may_void": request.membership.at_least(Role.MANAGER) and invoice.status in (Standing.ISSUED, Standing.PAID),
        "may_unvoid": request.membership.at_least(Role.MANAGER) and invoice.status == Standing.VOID,
        "is_ahead": invoice.booking is not None and invoice.booking.status != Status.COMPLETED,
        "pay_form": PaymentForm(garage=request.garage, invoice=invoice),
        "void_form": VoidForm(auto_id="void-%s"),
    }
    if is_draft:
        lines = [row.line for row in sheet.rows]
        known = [LineForm(garage=request.garage, invoice=invoice, line=line) for line in lines]
        context["line_forms"] = [_refused_or(form, refused) for form in known]
        fresh = LineForm(garage=request.garage, invoice=invoice)
        context["new_line"] = refused if refused is not None and refused.line is None else fresh
        context["notes_form"] = NotesForm(initial={"notes": invoice.notes})
    return render(request, "billing/invoice.html", context | forms, status=status)


def _refused_or(form: LineForm, refused: LineForm | None) -> LineForm:
    return refused if refused is not None and refused.line == form.line else form
