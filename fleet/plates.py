"""Registration marks. Pure.

Canonical is capitals and digits only: what is stored, compared and searched. Display puts the spaces back where the
country writes them. A mark that fits no known shape is odd, which warns and never refuses (COMP-33).
British shapes: https://www.gov.uk/government/publications/vehicle-registration-numbers-and-number-plates
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

SHORTEST: Final = 2
LONGEST: Final = 16


class Shape(NamedTuple):
    """One way a country writes its marks: groups of the canonical form, and what stands between them."""

    pattern: re.Pattern[str]
    separator: str


def _shape(pattern: str, separator: str = " ") -> Shape:
    return Shape(re.compile(pattern), separator)


_L: Final = "[A-HJ-PR-Y]"  # letters of British marks: no I, Q, Z
_YEAR: Final = "[A-HJ-NPR-TV-Y]"
_SHAPES: Final[dict[str, list[Shape]]] = {
    "GB": [
        # Two digits of age: 02-49 from spring, 51-99 from autumn; 00, 01 and 50 were never issued.
        _shape(rf"({_L}{{2}}(?:0[2-9]|[1-4]\d|5[1-9]|[6-9]\d))([A-HJ-PR-Z]{{3}})"),
        _shape(rf"(Q[1-9]\d{{0,2}})({_L}{{3}})"),
        _shape(rf"({_YEAR}[1-9]\d{{0,2}})({_L}{{3}})"),
        _shape(rf"({_L}{{3}})([1-9]\d{{0,2}}{_YEAR})"),
        # Northern Ireland: its letters hold an I or a Z.
        _shape(r"((?=[A-Z]{0,3}[IZ])[A-Z]{1,3})([1-9]\d{0,3})"),
        _shape(r"([1-9]\d{0,3})((?=[A-Z]{0,3}[IZ])[A-Z]{2,3})"),
        _shape(rf"({_L}{{1,3}})([1-9]\d{{0,3}})"),
        _shape(rf"([1-9]\d{{0,3}})({_L}{{1,3}})"),
        _shape(r"(\d{3})([DX])(\d{3})"),
    ],
    "FR": [
        _shape(r"([A-HJ-NP-TV-Z]{2})(\d{3})([A-HJ-NP-TV-Z]{2})", "-"),
        _shape(r"([1-9]\d{0,3})([A-HJ-NP-TV-Z]{1,3})(\d{2}|2[AB]|97[1-6])"),
        _shape(r"(W)(\d{3})([A-Z]{2})", "-"),
    ],
    "ES": [_shape(r"(\d{4})([BCDFGHJKLMNPRSTVWXYZ]{3})"), _shape(r"([A-Z]{1,2})(\d{4})([A-Z]{1,2})", "-")],
    "IT": [_shape(r"([A-HJ-NPR-TV-Z]{2})(\d{3})([A-HJ-NPR-TV-Z]{2})")],
    "BE": [_shape(r"(\d)([A-Z]{3})(\d{3})", "-"), _shape(r"([A-Z]{3})(\d{3})", "-")],
    "PT": [
        _shape(r"([A-Z]{2})(\d{2})([A-Z]{2})", "-"),
        _shape(r"(\d{2})([A-Z]{2})(\d{2})", "-"),
        _shape(r"(\d{2})(\d{2})([A-Z]{2})", "-"),
        _shape(r"([A-Z]{2})(\d{2})(\d{2})", "-"),
    ],
    "IE": [
        _shape(
            r"(\d{2,3})(CE|CN|CW|DL|KE|KK|KY|LD|LH|LK|LM|LS|MH|MN|MO|OY|RN|SO|TN|TS|WH|WX|WW|WD|[CDGLTW])(\d{1,6})", "-"
        )
    ],
}
# Read alike on a plate: what a digit's place may hold instead, and a letter's.
_AS_DIGIT: Final = str.maketrans("OILZSBG", "0112586")
_AS_LETTER: Final = str.maketrans("015826", "OLSBZG")


def canonical(text: str) -> str:
    """Capitals and digits: "bk14 wut" and "BK14-WUT" are both BK14WUT. Accents fall, other signs are dropped."""
    plain = unicodedata.normalize("NFKD", text.upper()).upper()
    return re.sub(r"[^A-Z0-9]", "", plain)


def display(registration: str, country: str) -> str:
    """A canonical mark as `country` (ISO 3166-1) writes it; marks of other shapes stand as they are."""
    for shape in _SHAPES.get(country, []):
        match = shape.pattern.fullmatch(registration)
        if match:
            return shape.separator.join(match.groups())
    return registration


def shown(registration: str, typed: str, country: str) -> str:
    """`display`, but a mark of another shape stands as it was typed."""
    written = display(registration, country)
    return typed.upper() if written == registration and canonical(typed) == registration else written


def is_usual(registration: str, country: str) -> bool:
    """Whether the mark has a shape of this country; countries we know no shapes of have any."""
    shapes = _SHAPES.get(country)
    if shapes is None:
        return SHORTEST <= len(registration) <= 10
    return any(shape.pattern.fullmatch(registration) for shape in shapes)


def oddity(registration: str, country: str) -> str | None:
    """A sentence of warning about a canonical mark, with what may have been meant; None when it is usual."""
    if not registration or is_usual(registration, country):
        return None
    meant = [display(other, country) for other in look_alikes(registration, country)]
    if meant:
        return _("Not a usual registration. Perhaps %(meant)s?") % {"meant": _(" or ").join(meant)}
    return _("Not a usual registration here. It is kept as typed.")


def look_alikes(registration: str, country: str) -> list[str]:
    """Usual marks that look the same on a plate: PO1OLOL gives PO10LOL. At most three, nearest first."""
    near = [other for other in _swapped(registration) if other != registration and is_usual(other, country)]
    near.sort(key=lambda other: sum(a != b for a, b in zip(registration, other, strict=True)))
    return list(dict.fromkeys(near))[:3]


def _swapped(registration: str) -> Iterator[str]:
    """Every reading of the signs that look alike; marks too long to be one have none."""
    readings = [""]
    for sign in registration if len(registration) <= 8 else "":
        others = dict.fromkeys((sign, sign.translate(_AS_DIGIT), sign.translate(_AS_LETTER)))
        readings = [start + other for start in readings for other in others]
    yield from readings if readings != [""] else []
