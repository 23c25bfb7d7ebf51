"""Whom a caller may be, as the look-ups show them: people with a car, in one statement."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from customers.enums import Kind
from customers.models import Contact
from customers.names import fold
from customers.phones import digits
from customers.selectors import Chosen
from garages.rows import prepared

# In the order of `Caller`. Written out, like the rows of lists, because somebody on the phone waits for it. The car is
# chosen inside: to row-level security COALESCE may leak what it sees, and a join by one could use no index.
_CALLERS = """
with chosen as (select id, {car} as car, row_number() over () as place from ({{chosen}}) as chosen ({columns}))
select c.public_id, c.kind, c.company_name, trim(c.first_name || ' ' || c.last_name), c.phone, c.phone_typed,
       fleet.number, fleet.used_at, car.id, car.public_id, coalesce(car.registration, ''),
       coalesce(car.registration_typed, ''), coalesce(trim(car.make || ' ' || car.model), '')
from chosen
join customers_customer c on c.id = chosen.id
cross join lateral (
    select count(*) as number, max(v.used_at) as used_at,
           coalesce(chosen.car, (array_agg(v.id order by v.used_at desc nulls last, v.id desc))[1]) as car
    from fleet_vehicle v where v.garage_id = c.garage_id and v.customer_id = c.id and v.merged_into_id is null
) as fleet
left join fleet_vehicle car on car.garage_id = c.garage_id and car.id = fleet.car
order by chosen.place
"""
_OF_PEOPLE = _CALLERS.format(car="null::bigint", columns="id")
_OF_CARS = _CALLERS.format(car="car", columns="id, car")


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer and the car they would be booked in with: the one asked for, else the last used. `used_at` is when
    one of their `vehicles` was last booked in. `contact_id` and `role` are those of `person` at a company where the
    one on its own row is not meant."""

    customer_id: uuid.UUID
    kind: str
    company: str
    person: str
    phone: str
    phone_typed: str
    vehicles: int
    used_at: datetime | None
    car_key: int | None
    car_id: uuid.UUID | None
    registration: str
    registration_typed: str
    car: str
    contact_id: uuid.UUID | None = None
    role: str = ""

    @property
    def name(self) -> str:
        """What the desk calls the customer: the company, or the person."""
        return self.company if self.kind == Kind.BUSINESS else self.person


def people(chosen: Chosen | None) -> list[Caller]:
    """These customers with their last used cars: one query, none without customers to look for."""
    return _read(_OF_PEOPLE, chosen) if chosen else []


def owners(chosen: Chosen) -> list[Caller]:
    """The same for a statement that gives keys of customers with keys of cars."""
    return _read(_OF_CARS, chosen)


def asked_for(callers: Sequence[Caller], typed: str, region: str) -> list[Caller]:
    """The same, companies with the person and number that were typed, where those are not the company's own: one query
    when there are companies."""
    companies = [caller.customer_id for caller in callers if caller.kind == Kind.BUSINESS]
    if not companies:
        return list(callers)
    meant: dict[uuid.UUID, Contact] = {}
    for contact in Contact.objects.filter(customer__public_id__in=companies).select_related("customer"):
        if contact.is_meant_by(typed, region):
            meant.setdefault(contact.customer.public_id, contact)
    return [_in_person(caller, meant.get(caller.customer_id), typed) for caller in callers]


def _in_person(caller: Caller, contact: Contact | None, typed: str) -> Caller:
    own = fold(f"{caller.company} {caller.person} {digits(caller.phone)} {digits(caller.phone_typed)}")
    if contact is None or all(word in own for word in fold(digits(typed).lstrip("0") or typed).split()):
        return caller
    return replace(
        caller,
        person=contact.name,
        phone=str(contact.phone) or caller.phone,
        phone_typed=contact.phone_typed or caller.phone_typed,
        contact_id=contact.public_id,
        role=contact.get_role_display(),
    )


def _read(callers: str, chosen: Chosen) -> list[Caller]:
    with prepared() as cursor:
        cursor.execute(callers.format(chosen=chosen.sql), chosen.values)
        return [Caller(*fields) for fields in cursor.fetchall()]
