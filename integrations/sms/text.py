"""A text to a phone, and what it costs: segments as networks count them.

Facts: https://www.twilio.com/docs/glossary/what-sms-character-limit and GSM 03.38.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€\f")
LONGEST: Final = 1600  # signs; providers refuse more
# What typing and templates bring in without need: one of them doubles the price of a text.
_PLAINER: Final = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\N{NO-BREAK SPACE}": " ", "\u202f": " "}
)


@dataclass(frozen=True)
class Text:
    """`to` in E.164; `sender` blank for the account's own; `reference` is ours and the same each time it is tried;
    `tried_before`: with an outcome nobody knows."""

    to: str
    body: str
    sender: str = ""
    reference: str = ""
    tried_before: bool = False
    status_url: str = ""


@dataclass(frozen=True)
class Size:
    """How long a text is for the network. `units` are septets, or UTF-16 units when `is_unicode`."""

    units: int
    segments: int
    is_unicode: bool


def plain(body: str) -> str:
    """The text without typographic quotes, dashes and spaces, which only make it dearer."""
    return body.translate(_PLAINER)


def size_of(body: str) -> Size:
    """Segments of a text: 160 or 70 units in one, 153 or 67 in each of several; a sign of two is never split."""
    if not unusual(body):
        return _sized([2 if sign in _EXTENDED else 1 for sign in body], 160, 153, is_unicode=False)
    return _sized([len(sign.encode("utf-16-le")) // 2 for sign in body], 70, 67, is_unicode=True)


def unusual(body: str) -> str:
    """The signs that make networks count a text as Unicode, each once: they more than halve what fits."""
    return "".join(dict.fromkeys(sign for sign in body if sign not in _BASIC and sign not in _EXTENDED))


def _sized(widths: list[int], alone: int, joined: int, *, is_unicode: bool) -> Size:
    units = sum(widths)
    if units <= alone:
        return Size(units, 1, is_unicode)
    segments, used = 1, 0
    for width in widths:
        if used + width > joined:
            segments, used = segments + 1, 0
        used += width
    return Size(units, segments, is_unicode)
