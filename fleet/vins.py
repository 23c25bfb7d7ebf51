"""Vehicle identification numbers (ISO 3779). Pure. An odd one warns and never refuses: older cars have others."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _

LENGTH: Final = 17
_VALUES: Final = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    **{"P": 7, "R": 9},
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def canonical(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def oddity(vin: str) -> str | None:
    """A sentence of warning about a canonical number, or None."""
    if not vin:
        return None
    if set(vin) & set("IOQ"):
        return _("A VIN has no I, O or Q: check for 1 and 0.")
    if len(vin) != LENGTH:
        return _("A VIN has 17 characters; this one has %(count)d.") % {"count": len(vin)}
    if vin[0] in "12345" and vin[8] != check_digit(vin):
        return _("One character of this VIN is wrong: its check digit does not fit.")
    return None


def check_digit(vin: str) -> str:
    """The ninth character that North American numbers must have. The other sixteen must be legal."""
    total = sum(_VALUES[sign] * weight for sign, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if total == 10 else str(total)
