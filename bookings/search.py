"""The text a booking is found by: one line, lower case, without accents, kept on the booking itself.

One column with one trigram index answers "smith focus" over names, phone, plate, car, services and reference at once.
Services of `bookings` write it; when a customer or a vehicle changes, `bookings.receivers` writes it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from customers.names import fold
from customers.selectors import patterns as like_patterns


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
    """Everything the desk may type to find this booking. `phone_digits` are those of the international number; a
    national one is found too, since `patterns` drops its leading 0."""
    parts = [*customer_names, phone_digits, registration, car, vehicle_type, *services, reference]
    return " ".join(fold(part) for part in parts if part)


def words_of(data: Mapping[str, str], field: str = "q") -> str:
    """What was typed into a search field, of a length worth looking for. NUL is no text to PostgreSQL."""
    return data.get(field, "").replace("\x00", "").strip()[:100]


def patterns(query: str) -> list[str]:
    """The LIKE patterns of a typed search, longest word first: every word must occur somewhere.

    A search of digits only is one number however it is spaced; its leading 0 or + is dropped, since numbers are kept
    with their country code. A plate may be typed in two halves: both halves occur in it.
    """
    compact = re.sub(r"[()\s./-]", "", query)
    words = [compact] if re.fullmatch(r"\+?\d{3,}", compact) else fold(query).split()
    return like_patterns([re.sub(r"^(\+|0+)(?=\d{2,}$)", "", word) for word in words])
