"""Growing a garage to sizes no loader that invents each row would reach in an hour: the database multiplies what the
demo wrote. Past bookings only, so nothing more is held than was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from django.db import ProgrammingError, connection, connections, models, transaction

from bookings.models import Booking, BookingLine
from customers.models import Customer
from fleet.models import Vehicle
from garage_desk.demo.writer import without_history
from garages.models import Garage
from garages.tenancy.context import platform

_CHUNK: Final = 50_000
_GROWN: Final = (Customer, Vehicle, Booking, BookingLine)

# Every name of the garage with every other; numbers and plates that nobody has.
_PEOPLE: Final = """
with names as (
    select array_agg(first_name order by id) firsts, array_agg(last_name order by id) lasts, count(*) n
    from (select id, first_name, last_name from customers_customer
          where garage_id = {garage} and first_name <> '' and last_name <> '' order by id limit 900) chosen
)
insert into customers_customer ({columns}) select {values}
from names, generate_series({first}, {last}) k
"""
# The columns that are not as in a new row; the others get their field's default.
_PERSON: Final = {
    "garage_id": "{garage}",
    "public_id": "gen_random_uuid()",
    "kind": "'individual'",
    "first_name": "firsts[1 + k % n]",
    "last_name": "lasts[1 + (k / n * 37 + k * 11) % n]",
    "phone": "'+447' || 300000000 + k",
    "phone_typed": "'07' || 300000000 + k",
    "created_at": "now() - (k % 1500) * interval '1 day'",
    "updated_at": "now() - (k % 700) * interval '1 day'",
}
_CARS: Final = """
with models as (
    select array_agg(make order by id) makes, array_agg(model order by id) models,
           array_agg(vehicle_type_id order by id) types, count(*) n
    from (select id, make, model, vehicle_type_id from fleet_vehicle
          where garage_id = {garage} and make <> '' order by id limit 900) chosen
)
insert into fleet_vehicle ({columns}) select {values}
from models, customers_customer c,
     lateral (select right(c.phone, 9)::bigint - 300000000 as k) as numbered,
     lateral (select {letter0} || {letter1} || 51 + k % 20 || {letter2} || {letter3} || {letter4} as plate) as plates
where c.garage_id = {garage} and c.phone between '+447' || 300000000 + {first} and '+447' || 300000000 + {last}
on conflict do nothing
"""
_CAR: Final = {
    "garage_id": "{garage}",
    "public_id": "gen_random_uuid()",
    "customer_id": "c.id",
    "registration": "plate",
    "registration_typed": "plate",
    "make": "makes[1 + k % n]",
    "model": "models[1 + k % n]",
    "vehicle_type_id": "types[1 + k % n]",
    "used_at": "now() - (k % 900) * interval '1 day'",
    "created_at": "now() - interval '3 years'",
    "updated_at": "now()",
}
_MODELS: Final = """
create temp table model on commit preserve rows as
select row_number() over () - 1 as place, b.*, t.name as type_name,
       (select string_agg(l.name, ' ') from bookings_bookingline l where l.booking_id = b.id) as done
from bookings_booking b left join garages_vehicletype t on t.id = b.vehicle_type_id
where b.garage_id = {garage} and b.status in ('completed', 'cancelled') and b.starts_at < now() - interval '8 days'
order by b.id limit 2000;
create temp table driver on commit preserve rows as
select row_number() over () - 1 as place, c.id as customer_id, v.id as vehicle_id,
       concat_ws(' ', c.first_name, c.last_name, c.phone_digits, v.registration, v.make, v.model) as words
from fleet_vehicle v join customers_customer c on c.id = v.customer_id where v.garage_id = {garage};
create unique index on model (place);
create unique index on driver (place);
analyze model;
analyze driver
"""
_BOOKINGS: Final = """
insert into bookings_booking (id, {columns})
select {base} + k, {values}
from generate_series({first}, {last}) k
join model m on m.place = k % (select count(*) from model)
join driver d on d.place = k::bigint * 7919 % (select count(*) from driver)
"""
_LINES: Final = """
insert into bookings_bookingline (garage_id, public_id, booking_id, service_id, name, minutes, price, position)
select l.garage_id, gen_random_uuid(), {base} + k, l.service_id, l.name, l.minutes, l.price, l.position
from generate_series({first}, {last}) k
join model m on m.place = k % (select count(*) from model)
join bookings_bookingline l on l.booking_id = m.id
"""
# What a new booking does not have from the one it is modelled on: the rest is the same, moved weeks into the past.
_OWN: Final = {
    "public_id": "gen_random_uuid()",
    "reference": "'U' || lpad(upper(to_hex({offset} + k)), 5, '0')",  # no real one has a U
    "customer_id": "d.customer_id",
    "vehicle_id": "d.vehicle_id",
    "technician_id": "null",
    "search_text": "lower(concat_ws(' ', d.words, m.type_name, m.done, 'u' || lpad(to_hex({offset} + k), 5, '0')))",
}


def grow(garage: Garage, *, bookings: int, customers: int) -> None:
    """Bring the garage to so many of both; it never shrinks. Inside nothing."""
    with platform(), without_history(), _without_indexes():
        with transaction.atomic():
            there = Customer.objects.filter(garage=garage).count()
        for first, last in _chunks(customers - there):
            letters = {f"letter{place}": f"chr(65 + (k / {26**place} % 26)::int)" for place in range(5)}
            for statement, model, own in ((_PEOPLE, Customer, _PERSON), (_CARS, Vehicle, _CAR)):
                filled = statement.replace("{columns}", _columns(model)).replace("{values}", _values(model, own))
                _run(filled, garage=garage.pk, first=there + first, last=there + last, **letters)
        with transaction.atomic():
            there = Booking.objects.filter(garage=garage).count()
        if bookings > there:
            _run("drop table if exists model, driver")
            _run(_MODELS, garage=garage.pk)
            base = _reserved(bookings - there)
            values = ", ".join(_value(field).format(offset=there) for field in _written(Booking))
            columns = _columns(Booking)
            for first, last in _chunks(bookings - there):
                _run(_BOOKINGS, base=base, first=first, last=last, columns=columns, values=values)
                _run(_LINES, base=base, first=first, last=last)
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum (analyze)")
        with suppress(ProgrammingError):  # not everybody may; then what was loaded is written out while it is measured
            cursor.execute("checkpoint")
    connections.close_all()


def _written(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]


def _columns(model: type[models.Model]) -> str:
    return ", ".join(str(field.column) for field in _written(model))


def _values(model: type[models.Model], own: dict[str, str]) -> str:
    return ", ".join(own.get(str(field.column)) or _default(field) for field in _written(model))


def _default(field: models.Field) -> str:
    value = field.get_default()
    if value == []:
        return "'{{}}'"  # of an array; `_run` formats it
    return "null" if value is None else f"'{value}'"


def _value(field: models.Field) -> str:
    column = str(field.column)
    if column in _OWN:
        return _OWN[column]
    if isinstance(field, models.DateTimeField):
        return f"m.{column} - (k % 52) * interval '1 week'"
    return f"m.{column}"


def _chunks(count: int) -> Iterator[tuple[int, int]]:
    for first in range(1, count + 1, _CHUNK):
        yield first, min(first + _CHUNK - 1, count)


def _run(statement: str, **values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(**values).replace("%", "%%"), [])


def _reserved(count: int) -> int:
    """The id before `count` that are now taken."""
    with connections["owner"].cursor() as cursor:
        sequence = "pg_get_serial_sequence('bookings_booking', 'id')"
        cursor.execute(f"select setval({sequence}, nextval({sequence}) + %s) - %s", [count, count])
        (before,) = cursor.fetchone()
        return int(before)


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Each index is built once over all rows, not row by row; those behind constraints stay."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """
            select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
            where indrelid = any(%s::regclass[]) and not indisunique
            and not exists (select from pg_constraint where conindid = indexrelid)
            """,
            [[model._meta.db_table for model in _GROWN]],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"drop index {name}")
        try:
            yield
        finally:
            cursor.execute("set maintenance_work_mem = '512MB'")
            for _name, definition in found:
                cursor.execute(definition)
