"""The public holidays of a country or of one of its regions, from the `holidays` package."""

from __future__ import annotations

from datetime import date
from typing import Final

import holidays

_LONGEST_CODE: Final = 6  # what Garage.subdivision holds


def public_holidays(country: str, subdivision: str, year: int, language: str) -> list[tuple[date, str]]:
    """The days off of a year with their names, in order; none for a country the package does not know."""
    spoken = _language(country, language)
    try:
        days = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=spoken)
    except NotImplementedError:
        return []
    return sorted(days.items())


def regions_of(country: str) -> list[tuple[str, str]]:
    """The regions with holidays of their own: code and name, by name."""
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return []
    names: dict[str, str] = {}
    for name, code in getattr(known, "subdivisions_aliases", {}).items():
        if len(name) > len(names.get(code, "")):  # some have short names besides: "GP", "GUA", "Guadeloupe"
            names[code] = name
    codes = [code for code in known.subdivisions if len(code) <= _LONGEST_CODE]
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda region: region[1])


def _language(country: str, language: str) -> str | None:
    """The package's code for a language, or None for the country's own."""
    try:
        supported = holidays.country_holidays(country).supported_languages
    except NotImplementedError:
        return None
    exact = [code for code in (f"{language}_{country}", language) if code in supported]
    return next(iter(exact or sorted(code for code in supported if code.startswith(language))), None)
