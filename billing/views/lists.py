"""All invoices, and those of one booking, of one customer and of the day."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from billing.enums import Standing
from billing.filters import SHOWN, InvoiceFilter
from billing.models import Invoice
from billing.selectors import invoices_of, unpaid_today
from bookings.models import Booking
from customers.models import Customer
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import render_page

OF_CUSTOMER = 50


@staff(Role.RECEPTIONIST)
@require_GET
def invoices(request: StaffRequest, garage: str) -> HttpResponse:
    """Every invoice, newest first, filtered by what the address says."""
    wanted = InvoiceFilter(request.GET)
    found = invoices_of(wanted, request.garage, size=request.user.rows_per_page)
    context = {
        "filter": wanted,
        "found": found,
        "states": [(one.value, one.label, found.counts[one]) for one in SHOWN],
    }
    return render_page(request, "billing/invoices.html", context, part="invoice-list")


@staff(Role.RECEPTIONIST)
@require_GET
def of_booking(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """A part of the booking's page, and a page of its own."""
    booking = get_object_or_404(Booking.objects.all(), reference=reference.upper())
    rows = list(Invoice.objects.filter(booking=booking))
    is_billed = any(one.status != Standing.VOID for one in rows)
    context = {"title": booking.reference, "rows": rows, "booking": None if is_billed else booking}
    return render_page(request, "billing/of.html", context, part="invoices-of")


@staff(Role.RECEPTIONIST)
@require_GET
def of_customer(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """The newest of a customer's: a part of their page, and a page of its own."""
    customer = get_object_or_404(Customer.objects.all(), public_id=public_id)
    rows = Invoice.objects.filter(customer=customer).order_by("-pk")[:OF_CUSTOMER]
    context = {"title": customer.name, "rows": rows, "customer": customer}
    return render_page(request, "billing/of.html", context, part="invoices-of")


@staff(Role.RECEPTIONIST)
@require_GET
def unpaid(request: StaffRequest, garage: str) -> HttpResponse:
    """What was completed today and is not paid: a part of the closing page, and a page of its own."""
    context = {"rows": unpaid_today(request.garage)}
    return render_page(request, "billing/unpaid.html", context, part="unpaid")
