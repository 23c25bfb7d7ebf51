"""Who is calling: customers by the digits of their number, with what the desk wants to see of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from customers.models import Customer
from customers.selectors import by_phone
from fleet.models import Vehicle


@dataclass(frozen=True)
class Match:
    """A customer the number may belong to. `last_here` is the start of their last booking, if they had one."""

    customer: Customer
    vehicles: int
    last_here: datetime | None


def matches(typed: str, region: str) -> list[Match]:
    """The customers whose number begins or ends with what was typed: two queries, however many."""
    customers = by_phone(typed, region=region)
    facts = {
        row["customer"]: (row["number"], row["last"])
        for row in Vehicle.objects.filter(customer__in=customers)
        .values("customer")
        .annotate(number=Count("pk"), last=Max("used_at"))
        .order_by()
    }
    return [Match(customer, *facts.get(customer.pk, (0, None))) for customer in customers]
