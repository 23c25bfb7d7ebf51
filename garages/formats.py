"""Money, dates and times as people of a place write them. Pure: CLDR (Babel) in, text out.

A locale is the language on the screen with the garage's country: French in Paris and French in Québec differ.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Final, Protocol

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_time
from babel.languages import get_official_languages
from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_name,
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
)
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

LARGEST_AMOUNT: Final = 2_147_483_647  # what the money columns hold, in minor units

# Weekday, day and month; the same with the weekday in full; what a year adds. Shorter and plainer than CLDR's own.
_DAYS: Final[dict[str, tuple[str, str, str]]] = {
    "en": ("EEE d MMMM", "EEEE d MMMM", " y"),
    "en_US": ("EEE, MMMM d", "EEEE, MMMM d", ", y"),
    "fr": ("EEE d MMMM", "EEEE d MMMM", " y"),
    "es": ("EEE d 'de' MMMM", "EEEE d 'de' MMMM", " 'de' y"),
}
_CLOCKS: Final[dict[str, str]] = {"fr": "H\N{NO-BREAK SPACE}'h'\N{NO-BREAK SPACE}mm"}


class AmountError(ValueError):
    """A text that is no amount of money; the message is for the person who typed it."""


class HasPlace(Protocol):
    """The part of a garage that decides how things are written."""

    @property
    def country(self) -> str: ...

    @property
    def language(self) -> str: ...


def locale_of(garage: HasPlace, language: str = "") -> Locale:
    """The locale for `language` (default: the active one, else the garage's) in the garage's country."""
    return _locale(language or get_language() or garage.language, garage.country)


@lru_cache(maxsize=256)
def _locale(language: str, country: str) -> Locale:
    """CLDR's locale of the pair; English where nobody speaks it officially is written as in Britain."""
    language = language.partition("-")[0]
    if language == "en" and "en" not in get_official_languages(country, regional=True, de_facto=True):
        country = "GB"
    code = f"{language}_{country}"
    known = code in _territorial_locales()
    return Locale.parse(code if known else language)


@lru_cache(maxsize=1)
def _territorial_locales() -> frozenset[str]:
    from babel.localedata import locale_identifiers  # reads a directory: once

    return frozenset(locale_identifiers())


# --- Money --------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=4096)
def money(minor: int, currency: str, locale: Locale) -> str:
    """`199.00` pounds as "£199.00", "199,00 £GB" ..., from minor units; ¥ has no decimals, KWD three."""
    return format_currency(_major(minor, currency), currency, locale=locale)


def amount(minor: int, currency: str, locale: Locale) -> str:
    """An amount as typed into a field: no symbol, no grouping, decimals only when there are any: "199", "54,85"."""
    digits = get_currency_precision(currency)
    whole = minor % 10**digits == 0
    return format_decimal(
        _major(minor, currency), format="0" if whole else f"0.{'0' * digits}", locale=locale, group_separator=False
    )


def currency_symbol(currency: str, locale: Locale) -> str:
    return get_currency_symbol(currency, locale=locale)


def currency_name(currency: str, locale: Locale, *, count: int | None = None) -> str:
    """British Pound; with a count as in a sentence: British pounds."""
    return get_currency_name(currency, count, locale=locale)


def _major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def parse_money(text: str, currency: str, locale: Locale) -> int:
    """Minor units of a typed amount: "199", "199.00", "199,00", "£1,234.50", "1 234,50 €" are all understood.

    A single separator before three digits is read as the locale reads it. Raises AmountError with a sentence.
    """
    digits = get_currency_precision(currency)
    bare = unicodedata.normalize("NFKC", text).upper()
    for sign in (currency_symbol(currency, locale), get_currency_symbol(currency, locale="en_US"), currency):
        bare = bare.replace(sign.upper(), "")
    bare = re.sub(r"[\s'’]", "", bare)
    parts = _split(bare, digits, locale) if re.fullmatch(r"\d+(?:[.,]\d+)*[.,]?|[.,]\d+", bare) else None
    if parts is None:
        example = amount(199 * 10**digits, currency, locale)
        raise AmountError(_("Type an amount, such as %(example)s.") % {"example": example})
    whole, decimals = parts
    if decimals[digits:].strip("0"):
        raise AmountError(
            ngettext("At most %(count)d decimal.", "At most %(count)d decimals.", digits) % {"count": digits}
            if digits
            else _("This currency has no decimals.")
        )
    minor = int((whole or "0") + decimals[:digits].ljust(digits, "0"))
    if minor > LARGEST_AMOUNT:
        raise AmountError(_("At most %(most)s.") % {"most": money(LARGEST_AMOUNT, currency, locale)})
    return minor


def _split(bare: str, digits: int, locale: Locale) -> tuple[str, str] | None:
    """Whole part and decimals of digits, dots and commas; None when they are grouped in no known way."""
    groups = re.split(r"[.,]", bare)
    marks = re.findall(r"[.,]", bare)
    if not marks:
        return bare, ""
    last = marks[-1]
    if len(marks) == 1:
        grouping = last == get_group_symbol(locale) or (last != get_decimal_symbol(locale) and digits != 3)
        has_decimals = not (grouping and groups[0] and len(groups[1]) == 3)
    else:
        # The last mark is the decimal one when it differs from those before it: 1.234,50. Else it groups: 1.234.567.
        has_decimals = last not in marks[:-1]
    whole = groups[:-1] if has_decimals else groups
    if len(set(marks[: len(whole) - 1])) > 1 or any(len(group) != 3 for group in whole[1:]):
        return None
    return "".join(whole), groups[-1] if has_decimals else ""


# --- Dates and times ----------------------------------------------------------------------------------------------
@lru_cache(maxsize=4096)
def clock(value: time, locale: Locale) -> str:
    """A wall-clock time: 08:30, 8:30 AM, 8 h 30."""
    return format_time(value, _CLOCKS.get(locale.language, "short"), locale=locale)


@lru_cache(maxsize=4096)
def day(value: date, locale: Locale, *, long: bool = False, year: bool = False) -> str:
    """A date as it is said: Tue 9 June, Tue, June 9, mar. 9 juin; `long` has the weekday in full."""
    short_pattern, long_pattern, year_pattern = _DAYS.get(str(locale)) or _DAYS.get(locale.language, _DAYS["en"])
    pattern = long_pattern if long else short_pattern
    return format_date(value, pattern + (year_pattern if year else ""), locale=locale)


@lru_cache(maxsize=4096)
def day_short(value: date, locale: Locale) -> str:
    """Day and month for narrow columns: Mon 23 Nov."""
    return format_date(value, "EEE, MMM d" if str(locale) == "en_US" else "EEE d MMM", locale=locale)


def moment(value: datetime, locale: Locale, *, year: bool = False) -> str:
    """Day and time of a datetime that is already in the garage's zone: Tue 9 June, 08:30."""
    return f"{day(value.date(), locale, year=year)}, {clock(value.time(), locale)}"


def minutes(value: int) -> str:
    """A length of time: 45 min, 2 h, 2 h 30."""
    hours, rest = divmod(value, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}


# --- Names of places ----------------------------------------------------------------------------------------------
def country_name(country: str, locale: Locale) -> str:
    return locale.territories.get(country, country)


def time_zones_of(country: str) -> list[str]:
    """The IANA time zones of a country, as CLDR knows them."""
    zones = get_global("zone_territories")
    return sorted(zone for zone, territory in zones.items() if territory == country and "/" in zone)
