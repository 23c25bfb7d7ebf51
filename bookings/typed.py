"""What was typed at the desk of a customer whom the garage knows otherwise: it stays on the booking and is offered, and
never overwrites anything by itself (COMP-5, COMP-6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bookings.models import Booking
from customers.models import Customer
from customers.phones import digits


class Field(StrEnum):
    """What of a customer may have been typed differently."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True)
class Difference:
    field: Field
    typed: str


def differences(booking: Booking) -> list[Difference]:
    """Where what was typed is not what is known now; blanks say nothing."""
    customer = booking.customer
    found = [
        Difference(Field.NAME, booking.typed_name.strip()) if _another_name(booking.typed_name, customer) else None,
        Difference(Field.PHONE, booking.typed_phone) if another_phone(booking.typed_phone, customer) else None,
        Difference(Field.EMAIL, booking.typed_email) if another_email(booking.typed_email, customer) else None,
    ]
    return [one for one in found if one is not None]


def another_phone(typed: str, customer: Customer) -> bool:
    """Whether these are not the end of a number the customer has."""
    number = digits(typed).lstrip("0")
    return bool(number) and number not in customer.phone_digits + digits(customer.phone_typed)


def another_email(typed: str, customer: Customer) -> bool:
    return bool(typed) and typed.casefold() != customer.email.casefold()


def _another_name(typed: str, customer: Customer) -> bool:
    name = typed.strip().casefold()
    return bool(name) and name not in (customer.name.casefold(), customer.contact_name.casefold())
