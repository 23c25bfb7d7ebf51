"""When the MOTs of a fleet run out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Q

from customers.models import Customer
from fleet.models import Vehicle

# An MOT that ends within a month can be renewed and keeps its date: https://www.gov.uk/getting-an-mot/when-to-get-an-mot
SOON: Final = timedelta(days=30)
# Of a fleet, so many dates are shown.
DATES_SHOWN: Final = 200


@dataclass(frozen=True)
class FleetState:
    """How many vehicles a customer has, and of how many the MOT is over or soon will be."""

    vehicles: int = 0
    overdue: int = 0
    due: int = 0


@dataclass(frozen=True)
class MotCalendar:
    """The dates known of a fleet: those gone by, oldest first, then month by month (its first day) those to come."""

    overdue: list[Vehicle]
    months: list[tuple[date, list[Vehicle]]]

    def __bool__(self) -> bool:
        return bool(self.overdue or self.months)


def fleet_states(customers: Iterable[Customer], *, today: date) -> dict[int | None, FleetState]:
    """By the customer's primary key, in one query; without a vehicle there is no entry."""
    rows = (
        Vehicle.objects.filter(customer__in=[customer.pk for customer in customers])
        .order_by()
        .values_list("customer_id")
        .annotate(
            vehicles=Count("pk"),
            overdue=Count("pk", filter=Q(mot_expires_on__lt=today)),
            due=Count("pk", filter=Q(mot_expires_on__range=(today, today + SOON))),
        )
    )
    return {customer_id: FleetState(*counts) for customer_id, *counts in rows}


def mot_calendar(customer: Customer, *, today: date) -> MotCalendar:
    """One query, however large the fleet."""
    dated = Vehicle.objects.filter(customer=customer, mot_expires_on__isnull=False)
    overdue: list[Vehicle] = []
    months: defaultdict[date, list[Vehicle]] = defaultdict(list)
    for vehicle in dated.order_by("mot_expires_on", "pk")[:DATES_SHOWN]:
        expires_on = vehicle.mot_expires_on
        assert expires_on is not None
        (overdue if expires_on < today else months[expires_on.replace(day=1)]).append(vehicle)
    return MotCalendar(overdue, list(months.items()))
