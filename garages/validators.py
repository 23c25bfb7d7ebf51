"""Checks of values that come from public standards."""

from __future__ import annotations

from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import list_currencies
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def validate_time_zone(value: str) -> None:
    """An IANA name, as `zoneinfo` knows it."""
    if value not in available_timezones():
        raise ValidationError(_("No time zone has this name."), code="time_zone")


def validate_currency(value: str) -> None:
    """An ISO 4217 code, as CLDR lists it."""
    if value not in list_currencies():
        raise ValidationError(_("No currency has this code."), code="currency")


def validate_country(value: str) -> None:
    """An ISO 3166-1 alpha-2 code, as CLDR lists it."""
    if value not in get_global("territory_languages"):
        raise ValidationError(_("No country has this code."), code="country")
