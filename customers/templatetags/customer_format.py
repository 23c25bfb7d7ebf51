"""Customers in templates."""

from __future__ import annotations

from django import template

from customers import phones
from customers.models import Customer
from garages.models import Garage

register = template.Library()


@register.filter
def phone(customer: Customer, garage: Garage) -> str:
    """Their number as it is read out in the garage: `<bdi>{{ customer|phone:garage }}</bdi>`. Odd ones as typed."""
    if not customer.phone:
        return customer.phone_typed
    return phones.national(str(customer.phone), garage.phone_region)


@register.filter
def phone_link(customer: Customer) -> str:
    """What `href="tel:..."` takes: E.164, else the digits as typed."""
    return str(customer.phone) or phones.digits(customer.phone_typed)


@register.filter
def phone_oddity(customer: Customer, garage: Garage) -> str:
    """A sentence when the number is worth a second look, else ""."""
    return phones.oddity(customer.phone_typed or str(customer.phone), garage.phone_region) or ""
