"""Days as addresses and fields write them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.dateparse import parse_date


def read_day(text: str) -> date | None:
    """The day an ISO 8601 text names ("2026-11-23"), within what a garage's calendar can do; else None."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and in_calendar(day) else None


def in_calendar(day: date) -> bool:
    """Whether there are days enough around it to count weeks and look ahead."""
    return 1970 <= day.year < 2200


class DayField(forms.DateField):
    """A day somebody typed, within what a garage's calendar can do."""

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not in_calendar(day):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day
