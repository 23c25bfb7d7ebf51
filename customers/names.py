"""Names, compared as people hear them."""

from __future__ import annotations

import unicodedata
from typing import Final

# Letters that are no base letter with an accent, as PostgreSQL's unaccent writes them.
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th"}
)


def fold(text: str) -> str:
    """Lower case, without accents, single spaces: equal for "José  NUÑEZ" and "jose nunez"."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(bare.lower().translate(_LETTERS).split())


def split_name(text: str) -> tuple[str, str]:
    """A whole name as first and last: the first word, and the rest ("Ana", "de la Cruz")."""
    first, _, last = " ".join(text.split()).partition(" ")
    return first, last
