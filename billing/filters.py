"""What the list of invoices is filtered by; the whole state stands in its address."""

from __future__ import annotations

from typing import Final

from django.http import QueryDict

from billing.enums import Standing
from bookings.filters import page_of
from garages.words import words_of

SHOWN: Final = (Standing.ISSUED, Standing.DRAFT, Standing.PAID)


class InvoiceFilter:
    """Reads what it can and ignores the rest."""

    def __init__(self, data: QueryDict) -> None:
        self.query = words_of(data)
        self.status = data.get("status", "") if data.get("status") in SHOWN else ""
        self.page = page_of(data)
