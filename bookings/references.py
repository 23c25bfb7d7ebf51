"""Booking references: short, and hard to mishear over a phone."""

from __future__ import annotations

import secrets
from typing import Final

# No vowels (no words come out), no 0/O, 1/I, 5/S, 8/B, 2/Z pairs, no M/N pair. 22 signs, six places: 113 million.
ALPHABET: Final = "3479CDFGHJKLNPQRTVWXYZ"
LENGTH: Final = 6


def new_reference() -> str:
    """A random reference. Unique in its garage only once the database has taken it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def canonical(text: str) -> str:
    """A reference as typed or read aloud, in the form it is stored: capitals, nothing between them."""
    return "".join(sign for sign in text.upper() if sign.isalnum())
