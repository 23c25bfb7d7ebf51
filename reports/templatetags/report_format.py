"""How figures are written."""

from __future__ import annotations

from datetime import date, timedelta

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from django import template

from garages import formats
from garages.models import Garage

register = template.Library()

_A_MONDAY = date(2024, 1, 1)


@register.filter
def percent(ratio: float, garage: Garage) -> str:
    """A ratio with one decimal at most: 3.1%, 3,1 %."""
    locale = formats.locale_of(garage)
    pattern = locale.percent_formats[None].pattern.replace("##0", "##0.#")
    return format_percent(ratio, format=pattern, locale=locale)


@register.filter
def average(value: float, garage: Garage) -> str:
    """A number with one decimal: 4.0."""
    return format_decimal(value, format="0.0", locale=formats.locale_of(garage))


@register.filter
def weekday_name(number: int, garage: Garage) -> str:
    """The short name of a weekday, 0 being Monday."""
    return format_date(_A_MONDAY + timedelta(days=number), "EEE", locale=formats.locale_of(garage))


@register.filter
def hour_name(hour: int, garage: Garage) -> str:
    """An hour of the day as short as the place writes it: 8, 8 AM, 8 h."""
    locale = formats.locale_of(garage)
    twelve = "a" in locale.time_formats["short"].pattern
    text = f"{hour} h" if locale.language == "fr" else str(hour)
    return f"{(hour - 1) % 12 + 1} {'AM' if hour < 12 else 'PM'}" if twelve else text
