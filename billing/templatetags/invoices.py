"""Numbers of an invoice, written as the garage's country and the person's language do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from django import template
from django.utils.safestring import SafeString

from billing.enums import Standing
from billing.models import Invoice
from garages import formats
from garages.models import Garage
from garages.templatetags.ui import status_badge

register = template.Library()

# As which status of static/css/status.css each looks.
_COLOURS: Final[dict[str, str]] = {
    Standing.DRAFT: "draft",
    Standing.ISSUED: "pending",
    Standing.PAID: "completed",
    Standing.VOID: "cancelled",
}


@register.filter
def date_in_full(value: date, garage: Garage) -> str:
    """A date that is still read right in years: 9 June 2026."""
    return format_date(value, "long", locale=formats.locale_of(garage))


@register.filter
def percent(value: Decimal, garage: Garage) -> str:
    """A rate of tax: 20%, 5,5 %."""
    return format_percent(value / 100, locale=formats.locale_of(garage), decimal_quantization=False)


@register.filter
def quantity(value: Decimal, garage: Garage) -> str:
    """How many: 1, 2.5."""
    return format_decimal(value.normalize(), locale=formats.locale_of(garage))


@register.simple_tag
def invoice_badge(invoice: Invoice) -> SafeString:
    """How it stands."""
    return status_badge(_COLOURS[invoice.status], invoice.get_status_display())
