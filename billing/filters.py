"""What the list of invoices is filtered by; the whole state stands in its address."""

from __future__ import annotations

from typing import Final

from django.http import QueryDict

from billing.enums import Standing

SHOWN: Final = (Standing.ISSUED, Standing.DRAFT, Standing.PAID)


class InvoiceFilter:
    """Reads what it can and ignores the rest."""

    def __init__(self, data: QueryDict) -> None:
        self.query = " ".join(data.get("q", "").split())[:100]
        self.status = data.get("status", "") if data.get("status") in SHOWN else ""
        page = data.get("page", "")
        self.page = max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1
