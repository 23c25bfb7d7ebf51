"""Two records side by side, for the page that merges them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from bookings.services.merge import BOTH, THEIRS, Mergeable, parts_of

OURS = "ours"


@dataclass(frozen=True)
class Row:
    """One thing that is known of both. `choice` is what was chosen, else what loses nothing or was typed last."""

    name: str
    label: str | Promise
    kept: str
    gone: str
    choice: str

    @property
    def differs(self) -> bool:
        return self.kept != self.gone

    @property
    def may_be_both(self) -> bool:
        return self.name == "notes" and bool(self.kept and self.gone)


def compare(kept: Mergeable, gone: Mergeable, chosen: Mapping[str, str]) -> list[Row]:
    later = THEIRS if gone.updated_at > kept.updated_at else OURS
    rows = []
    for name, (label, columns) in parts_of(kept).items():
        ours, theirs = (_shown(record, columns) for record in (kept, gone))
        proposed = OURS if not theirs else THEIRS if not ours else BOTH if name == "notes" else later
        rows.append(Row(name, label, ours, theirs, chosen.get(name) or proposed))
    return rows


def _shown(record: Mergeable, columns: tuple[str, ...]) -> str:
    if columns[0] == "last_name":
        return record.contact_name  # type: ignore[union-attr]  # a part of customers
    words = [_word(record, column) for column in columns if column not in ("phone", "registration_typed")]
    return " ".join(word for word in words if word)


def _word(record: Any, column: str) -> str:
    field = record._meta.get_field(column)
    if field.is_relation:
        return str(getattr(record, field.name) or "")
    value = getattr(record, f"get_{column}_display")() if field.choices else getattr(record, column)
    return "" if value is None else str(value)
