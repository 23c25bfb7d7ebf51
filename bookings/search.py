"""The text a booking is found by: one line, lower case, without accents, kept on the booking itself.

One column with one trigram index answers "smith focus" over names, phone, plate, car, services and reference at once;
the index by start has it too, so that walking through the bookings from today on needs no look at the rows.
Services of `bookings` write it; when a customer or a vehicle changes, `bookings.receivers` writes it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from customers.names import fold
from customers.selectors import patterns as like_patterns

# A row of a B-tree takes 2,704 bytes, and a letter takes up to four.
LONGEST: Final = 600


def search_text_for(
    *,
    reference: str,
    customer_names: Iterable[str],
    phone_digits: str,
    registration: str = "",
    car: str = "",
    vehicle_type: str = "",
    services: Iterable[str] = (),
) -> str:
    """Everything the desk may type to find this booking, at most LONGEST letters of it; of many services the last ones
    are left out. `phone_digits` are those of the international number; a national one is found too, since `patterns`
    drops its leading 0."""
    parts = [reference, *customer_names, phone_digits, registration, car, vehicle_type, *services]
    return " ".join(fold(part) for part in parts if part)[:LONGEST]


def patterns(query: str) -> list[str]:
    """The LIKE patterns of a typed search, longest word first: every word must occur somewhere.

    A search of digits only is one number however it is spaced; its leading 0 or + is dropped, since numbers are kept
    with their country code. A plate may be typed in two halves: both halves occur in it.
    """
    compact = re.sub(r"[()\s./-]", "", query)
    words = [compact] if re.fullmatch(r"\+?\d{3,}", compact) else fold(query).split()
    return like_patterns([re.sub(r"^(\+|0+)(?=\d{2,}$)", "", word) for word in words])
