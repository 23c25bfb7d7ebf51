"""What somebody typed to look for, as forms and addresses bring it."""

from __future__ import annotations

from collections.abc import Mapping


def words_of(data: Mapping[str, str], field: str = "q") -> str:
    """What was typed into a search field, of a length worth looking for. NUL is no text to PostgreSQL."""
    return data.get(field, "").replace("\x00", "").strip()[:100]
