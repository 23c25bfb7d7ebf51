"""Customers in templates."""

from __future__ import annotations

from html import escape
from typing import Protocol

from django import template
from django.utils.safestring import SafeString, mark_safe

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
    first, last = _place_of(phones.digits(typed), shown)
    marked = f"<mark>{escape(shown[first:last])}</mark>" if last else ""
    return mark_safe(f"{escape(shown[:first])}{marked}{escape(shown[last:])}")


def _place_of(wanted: str, shown: str) -> tuple[int, int]:
    """Where these digits stand in a number as it is shown, from the first of them to behind the last; (0, 0) where it
    neither begins nor ends with them."""
    places = [place for place, sign in enumerate(shown) if sign.isdigit()]
    number = phones.digits(shown)
    if not wanted or len(places) != len(number):
        return 0, 0
    if number.endswith(wanted):
        return places[-len(wanted)], places[-1] + 1
    if number.startswith(wanted):
        return places[0], places[len(wanted) - 1] + 1
    return 0, 0
