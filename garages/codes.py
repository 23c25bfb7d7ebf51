"""The two letters that choose a service at the desk. Pure.

A code is made from the name as people would shorten it: the initials of its words (Full service: FS), else its first
letter and a later one (Diagnostics: DI). A code once given stays: hands remember it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import product
from string import ascii_uppercase


def new_code(name: str, taken: Collection[str]) -> str:
    """The best code for a name that nobody has; "" when all 676 are taken."""
    return next((code for code in _candidates(name) if code not in taken), "")


def new_codes(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """A code for each name. Where two want the same one, the earlier name gets it: pass the most booked first."""
    used = set(taken)
    given = {}
    for name in names:
        given[name] = new_code(name, used)
        used.add(given[name])
    return given


def _candidates(name: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = re.findall(r"[A-Z]+", plain)
    letters = "".join(words)
    yield from (words[0][0] + word[0] for word in words[1:])
    yield from (letters[0] + letter for letter in letters[1:])
    yield from (first + second for first, second in product(letters or ascii_uppercase, ascii_uppercase))
    yield from (first + second for first, second in product(ascii_uppercase, repeat=2))
