"""Days as addresses and fields write them."""

from __future__ import annotations

from datetime import date

from django.utils.dateparse import parse_date


def read_day(text: str) -> date | None:
    """The day an ISO 8601 text names ("2026-11-23"), within what a garage's calendar can do; else None."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and 1970 <= day.year < 2200 else None
