"""The unit odometers count in, by country. Pure."""

from __future__ import annotations

from typing import Final, Literal

MILES: Final = frozenset({"GB", "US", "IM", "JE", "GG", "LR", "MM", "PR", "VI", "GU", "AS", "MP", "BS", "BZ"})


def unit_of(country: str) -> Literal["mi", "km"]:
    return "mi" if country in MILES else "km"
