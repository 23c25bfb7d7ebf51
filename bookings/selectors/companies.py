"""Companies as their list shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bookings.enums import OPEN
from bookings.models import Booking
from customers.models import Customer
from fleet.mot import FleetState, fleet_states
from garages.models import Garage


@dataclass(frozen=True)
class Company:
    """A company, its fleet, and the open booking that is next: `reference`, `starts_at`, `status`."""

    customer: Customer
    fleet: FleetState
    coming: Mapping[str, object] | None


def companies_of(customers: Sequence[Customer], garage: Garage) -> list[Company]:
    """In their order: two queries, however many there are."""
    fleets = fleet_states(customers, today=garage.today())
    coming = (
        Booking.objects.filter(
            customer__in=[customer.pk for customer in customers], status__in=OPEN, ends_at__gt=garage.now()
        )
        .order_by("customer_id", "starts_at", "pk")
        .distinct("customer_id")
        .values("customer_id", "reference", "starts_at", "status")
    )
    next_of = {booking["customer_id"]: booking for booking in coming}
    return [
        Company(customer, fleets.get(customer.pk, FleetState()), next_of.get(customer.pk)) for customer in customers
    ]
