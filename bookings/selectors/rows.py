"""Bookings as lists show them: no row costs a query of its own, and none is made into objects it is not read as."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from bookings.models import Booking, BookingLine, BookingQuerySet
from bookings.search import patterns
from bookings.standing import Standing
from customers.enums import Kind
from garages.rows import prepared
from garages.tenancy.context import current_garage_id

# In the order of `Row`. Written out because a list is the page people wait for: as models, six of them a row and 110
# columns, the same 25 rows cost ten times as much.
_ROWS = """
with chosen as (select *, row_number() over () as place from ({chosen}) as chosen (id))
select b.reference, b.version, b.status, b.source, b.priority, b.starts_at, b.ends_at, b.ready_at, b.arrived_at,
       b.drop_off, b.key_tag, b.parking, b.awaiting, b.overnight, b.collect_at,
       b.customer_confirmed_at,
       c.public_id, c.kind, c.company_name, trim(c.first_name || ' ' || c.last_name), c.phone, c.phone_typed,
       coalesce(v.registration, ''), coalesce(v.registration_typed, ''),
       coalesce(trim(v.make || ' ' || v.model), ''), coalesce(t.name, ''), coalesce(bay.name, ''),
       array(select l.name from bookings_bookingline l
             where l.garage_id = b.garage_id and l.booking_id = b.id order by l.position, l.id){more}
from chosen
join bookings_booking b on b.id = chosen.id
join customers_customer c on c.garage_id = b.garage_id and c.id = b.customer_id
left join fleet_vehicle v on v.garage_id = b.garage_id and v.id = b.vehicle_id
left join garages_vehicletype t on t.garage_id = b.garage_id and t.id = b.vehicle_type_id
left join garages_bay bay on bay.garage_id = b.garage_id and bay.id = b.bay_id
order by chosen.place
"""


@dataclass(frozen=True, slots=True)
class Row(Standing):
    """What a list shows of a booking."""

    reference: str
    version: int
    status: str
    source: str
    priority: int
    starts_at: datetime
    ends_at: datetime
    ready_at: datetime
    arrived_at: datetime | None
    drop_off: str
    key_tag: str
    parking: str
    awaiting: str
    overnight: bool
    collect_at: datetime | None
    customer_confirmed_at: datetime | None
    customer_id: uuid.UUID
    customer_kind: str
    company: str
    person: str
    phone: str
    phone_typed: str
    registration: str
    registration_typed: str
    car: str
    vehicle_type: str
    bay: str
    services: Sequence[str]

    @property
    def name(self) -> str:
        """What the desk calls the customer: the company, or the person."""
        return self.company if self.customer_kind == Kind.BUSINESS else self.person


def read_rows(bookings: BookingQuerySet) -> list[Row]:
    """The rows of these bookings, in their order: one query. Filter and slice before."""
    return rows_of(*bookings.values_list("pk").query.sql_with_params())


def read_nearest(query: str, today: datetime, most: int) -> tuple[list[Row], bool]:
    """Bookings that contain every word typed, those to come first and soonest first, then the latest of the past; and
    whether these are all there are. One query, of a bounded length however many there are."""
    words = patterns(query)
    if not words:
        return [], True
    nearest = "select unnest(keys), is_all from bookings_nearest(%s, %s, %s)"
    found = _read(nearest, (words, today, most), more=", chosen.is_all")
    return [Row(*fields) for *fields, _is_all in found], all(is_all for *_fields, is_all in found)


def rows_of(chosen: str, params: Sequence[Any] | Mapping[str, Any]) -> list[Row]:
    """The rows of the bookings whose keys a statement gives, in its order: one query."""
    return [Row(*fields) for fields in _read(chosen, params)]


def _read(chosen: str, params: Sequence[Any] | Mapping[str, Any], *, more: str = "") -> list[tuple[Any, ...]]:
    with prepared() as cursor:
        cursor.execute(_ROWS.format(chosen=chosen, more=more), params)
        return cursor.fetchall()


def read_row(reference: str) -> Row:
    """The row of one booking of the garage. Raises Booking.DoesNotExist."""
    one = "select id from bookings_booking where garage_id = %s and reference = %s"
    rows = rows_of(one, (current_garage_id(), reference.upper()))
    if not rows:
        raise Booking.DoesNotExist
    return rows[0]


def with_row_parts(bookings: BookingQuerySet) -> BookingQuerySet:
    """With customer, vehicle, type, bay and technician, and `line_list`: the lines as dicts, in one query."""
    lines = BookingLine.objects.filter(booking=OuterRef("pk")).order_by("position", "pk")
    facts = JSONObject(name="name", price="price", minutes="minutes", service="service_id")
    return bookings.select_related("customer", "vehicle", "vehicle_type", "bay", "technician").annotate(
        line_list=ArraySubquery(lines.values(json=facts))
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


def total_of(booking: Any) -> int:
    """The sum of the lines of a booking read by `with_row_parts`, in minor units."""
    return sum(line["price"] for line in booking.line_list)
