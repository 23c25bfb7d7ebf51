"""The extras that were ordered, as their page lists them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from bookings.enums import OrderState
from bookings.filters import OrderFilter
from bookings.models import Booking, Order
from bookings.selectors.desk import Page
from bookings.selectors.rows import matching
from garages.models import Service


@dataclass(frozen=True)
class Orders:
    """A page of the garage's orders, and how many fit the words in every state."""

    page: Page
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def orders_of(wanted: OrderFilter, *, size: int) -> Orders:
    """Those that fit, newest first: two queries."""
    found = _with_words(wanted.query)
    states = found.order_by().values("state").annotate(number=Count("pk"))
    counts = dict.fromkeys(OrderState.values, 0) | {row["state"]: row["number"] for row in states}
    total = counts[wanted.state] if wanted.state else sum(counts.values())
    number = max(1, min(wanted.page, -(-total // size)))
    if wanted.state:
        found = found.filter(state=wanted.state)
    rows = found.select_related("extra", "booking__customer", "booking__vehicle", "answered_by")
    shown = rows.order_by("-ordered_at", "-pk")[(number - 1) * size : number * size]
    return Orders(Page(list(shown), number, size, total), counts)  # type: ignore[arg-type]


def _with_words(query: str) -> QuerySet[Order]:
    """Orders of bookings that contain every word typed, and of extras whose name does."""
    orders = Order.objects.all()
    if not query:
        return orders
    extras = Service.objects.filter(name__icontains=query)
    bookings = matching(Booking.objects.all(), query)
    return orders.filter(Q(booking__in=bookings.order_by().values("pk")) | Q(extra__in=extras.order_by().values("pk")))
