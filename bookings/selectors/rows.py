"""Bookings with all that a row shows: no row costs a query of its own."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from bookings.models import Booking, BookingLine, BookingQuerySet
from bookings.search import patterns
from customers.models import Customer
from fleet.models import Vehicle


def with_row_parts(bookings: BookingQuerySet) -> BookingQuerySet:
    """With customer, vehicle, type, bay and technician, and `line_list`: the lines as dicts, in one query."""
    lines = BookingLine.objects.filter(booking=OuterRef("pk")).order_by("position", "pk")
    return bookings.select_related("customer", "vehicle", "vehicle_type", "bay", "technician").annotate(
        line_list=ArraySubquery(lines.values(json=JSONObject(name="name", price="price", minutes="minutes")))
    )


def matching(bookings: BookingQuerySet, query: str) -> BookingQuerySet:
    """Those that contain every word typed: names, phone, plate, car, type, services, reference."""
    words = patterns(query)
    if not words:
        return bookings
    return bookings.filter(pk__in=RawSQL("select bookings_matching(%s, %s)", [words[0], words]))


def find_booking(reference: str) -> Booking:
    """One booking of the garage with its parts. Raises Booking.DoesNotExist."""
    return (
        with_row_parts(Booking.objects.all())
        .select_related("created_by", "customer", "vehicle")
        .get(reference=reference.upper())
    )


def rows_of_customer(customer: Customer) -> BookingQuerySet:
    """Every booking a customer ever had here, newest first."""
    return with_row_parts(Booking.objects.filter(customer=customer)).order_by("-starts_at", "-pk")


def rows_of_vehicle(vehicle: Vehicle) -> BookingQuerySet:
    """Every booking a vehicle ever had here, newest first."""
    return with_row_parts(Booking.objects.filter(vehicle=vehicle)).order_by("-starts_at", "-pk")


def total_of(booking: Any) -> int:
    """The sum of the lines of a booking read by `with_row_parts`, in minor units."""
    return sum(line["price"] for line in booking.line_list)
