"""Acts on bookings, each in a transaction of its own, and all that they can change."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from billing.models import Invoice, Payment
from bookings.models import Allocation, Booking, BookingLine, Order, WorkSpan
from bookings.services import edit_booking
from customers.models import Customer
from fleet.models import Vehicle
from garages.models import Garage, Membership
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import service_named

CHANGES_EACH_TIME = {"version", "updated_at"}


def state(garage: Garage) -> dict[str, Any]:
    """Everything about the garage's bookings: fields, lines and orders, what they hold, whose they are, when cars
    were last here."""
    with tenant(garage.pk), transaction.atomic():
        bookings = list(Booking.objects.order_by("pk").values())
        customers = list(Customer.objects.order_by("pk").values())
        for row in (*bookings, *customers):
            for name in CHANGES_EACH_TIME & row.keys():
                del row[name]
        return {
            "bookings": bookings,
            "customers": customers,
            "orders": list(Order.objects.order_by("pk").values("booking", "extra", "state", "answered_by")),
            "invoices": list(Invoice.objects.order_by("pk").values("booking", "status", "number", "paid", "total")),
            "payments": list(Payment.objects.order_by("pk").values("invoice", "amount", "way")),
            "times": list(Allocation.objects.order_by("pk").values()),
            "lines": list(BookingLine.objects.order_by("pk").values()),
            "used": list(Vehicle.objects.order_by("pk").values_list("pk", "used_at")),
        }


def clocks(garage: Garage) -> list[tuple[Any, ...]]:
    """Who worked on what from when to when."""
    with tenant(garage.pk), transaction.atomic():
        return list(WorkSpan.objects.order_by("pk").values_list("booking", "technician", "started_at", "ended_at"))


def fresh(booking: Booking) -> Booking:
    with tenant(booking.garage_id), transaction.atomic():
        return Booking.objects.get(pk=booking.pk)


def act(booking: Booking, verb: Any, **facts: Any) -> Booking:
    """One act in a transaction of its own, as a page does it."""
    with tenant(booking.garage_id), transaction.atomic():
        return verb(fresh(booking), **facts)


def edited(booking: Booking, by: Membership, **changes: Any) -> Booking:
    with tenant(booking.garage_id), transaction.atomic():
        setup = load_setup(booking.garage)
        now = Booking.objects.get(pk=booking.pk)
        facts: dict[str, Any] = {
            "version": now.version,
            "vehicle": now.vehicle,
            "vehicle_type": setup.vehicle_types[0],
            "services": [service_named(setup, line.name) for line in now.lines.all()],
            "starts_at": now.starts_at,
            "technician": now.technician,
            "workshop_notes": now.workshop_notes,
            "internal_notes": now.internal_notes,
            "priority": now.priority,
            "drop_off": now.drop_off,
        }
        if "services" in changes:
            changes["services"] = [service_named(setup, name) for name in changes["services"]]
        return edit_booking(now, setup=setup, by=by, **(facts | changes))
