"""What the list of all bookings is filtered by; the whole state stands in its address."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date

from bookings.enums import Source, Status
from bookings.models import BookingQuerySet
from bookings.search import words_of
from bookings.slots import day_range
from garages.models import Garage


class BookingFilter:
    """Reads what it can and ignores the rest: an address somebody edited still shows a page."""

    def __init__(self, data: QueryDict, *, garage: Garage) -> None:
        self.garage = garage
        self.query = words_of(data)
        self.status = data.get("status", "") if data.get("status") in Status.values else ""
        self.source = data.get("source", "") if data.get("source") in Source.values else ""
        self.since = _date(data.get("from", ""))
        self.until = _date(data.get("to", ""))
        page = data.get("page", "")
        self.page = int(page) if page.isdecimal() and len(page) < 7 else 1
        self.statuses = Status.choices
        self.sources = Source.choices

    @property
    def is_on(self) -> bool:
        return any((self.query, self.status, self.source, self.since, self.until))

    def apply(self, bookings: BookingQuerySet) -> BookingQuerySet:
        """The bookings that fit all but the words; days are the garage's, both ends included."""
        wanted: dict[str, Any] = {}
        if self.status:
            wanted["status"] = self.status
        if self.source:
            wanted["source"] = self.source
        if self.since:
            wanted["starts_at__gte"] = day_range(self.since, self.garage.zone).start
        if self.until:
            wanted["starts_at__lt"] = day_range(self.until, self.garage.zone).end
        return bookings.filter(**wanted)


def _date(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 1970 <= found.year < 2200 else None
