"""Invoices in the platform's admin: to look at, with their history. They are written at the garage's desk alone."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice, InvoiceLine, NumberSeries, Payment
from garages import formats
from garages.admin.base import ReadOnly, TenantAdmin, TenantInline


class InvoiceLineInline(ReadOnly, TenantInline):
    model = InvoiceLine
    fields = ("text", "kind", "quantity", "unit_price", "vat_percent")
    readonly_fields = fields


class PaymentInline(ReadOnly, TenantInline):
    model = Payment
    fields = ("amount", "way", "taken_at", "taken_by")
    readonly_fields = fields


@admin.register(Invoice)
class InvoiceAdmin(ReadOnly, TenantAdmin):
    list_display = ("__str__", "status", "bill_name", "shown_total", "issued_on", "due_on", "booking", "garage")
    list_filter = ("status", "issued_on")
    list_select_related = ("garage", "booking")
    search_fields = ("number", "bill_name", "registration")
    inlines = (InvoiceLineInline, PaymentInline)
    fieldsets = (
        (None, {"fields": (("number", "status"), ("issued_on", "due_on"), ("total", "paid"), "void_reason")}),
        (_("From"), {"fields": ("seller_name", "seller_address", ("vat_number", "vat_percent"))}),
        (
            _("For"),
            {
                "fields": (
                    ("customer", "booking"),
                    ("bill_name", "bill_contact", "purchase_order"),
                    "bill_address",
                    ("registration", "vehicle"),
                )
            },
        ),
        (_("Record"), {"fields": ("notes", ("is_automatic", "follows_booking"), ("created_at", "version"))}),
    )
    readonly_fields = ("created_at", "is_automatic", "follows_booking", "version")

    @admin.display(description=_("total"), ordering="total")
    def shown_total(self, invoice: Invoice) -> str:
        return formats.money(invoice.total, invoice.garage.currency, formats.locale_of(invoice.garage))


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnly, TenantAdmin):
    list_display = ("__str__", "year", "last", "garage")
    fields = ("year", "last")
