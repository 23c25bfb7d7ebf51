"""Customers in templates."""

from __future__ import annotations

from typing import Protocol

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from customers import phones
from customers.models import Customer
from garages.models import Garage

register = template.Library()


class HasNumber(Protocol):
    """A customer, or what was read of one."""

    @property
    def phone(self) -> object: ...

    @property
    def phone_typed(self) -> str: ...


@register.filter
def phone(customer: HasNumber, garage: Garage) -> str:
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


@register.simple_tag
def phone_marked(customer: HasNumber, garage: Garage, typed: str) -> SafeString:
    """Their number with the typed digits marked, where it begins or ends with them."""
    shown = phone(customer, garage)
    places = [place for place, sign in enumerate(shown) if sign.isdigit()]
    wanted = phones.digits(typed)
    number = phones.digits(shown)
    if not wanted or len(places) != len(number):
        return format_html("{}", shown)
    if number.endswith(wanted):
        first, last = places[-len(wanted)], places[-1]
    elif number.startswith(wanted):
        first, last = places[0], places[len(wanted) - 1]
    else:
        return format_html("{}", shown)
    return format_html("{}<mark>{}</mark>{}", shown[:first], shown[first : last + 1], shown[last + 1 :])
