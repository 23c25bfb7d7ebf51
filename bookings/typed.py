"""What was typed at the desk of a customer whom the garage knows otherwise: it stays on the booking and is offered, and
never overwrites anything by itself (COMP-5, COMP-6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bookings.models import Booking
from customers.models import Contact, Customer
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
    """Whether these are not the end of a number the customer has, or somebody to ask for there."""
    number = digits(typed).lstrip("0")
    if not number or number in customer.phone_digits + digits(customer.phone_typed):
        return False
    return not any(number in contact.phone_digits + digits(contact.phone_typed) for contact in _contacts(customer))


def another_email(typed: str, customer: Customer) -> bool:
    if not typed or typed.casefold() == customer.email.casefold():
        return False
    return not any(typed.casefold() == contact.email.casefold() for contact in _contacts(customer))


def asked_for(booking: Booking) -> Contact | None:
    """Whom at the company the booking was made with, by the number that was typed; None for its own."""
    number = digits(booking.typed_phone).lstrip("0")
    of_company = booking.customer.phone_digits + digits(booking.customer.phone_typed)
    if not number or number in of_company:
        return None
    contacts = _contacts(booking.customer)
    return next((one for one in contacts if number in one.phone_digits + digits(one.phone_typed)), None)


def _contacts(customer: Customer) -> list[Contact]:
    return list(customer.contacts.all()) if customer.is_business else []


def _another_name(typed: str, customer: Customer) -> bool:
    name = typed.strip().casefold()
    return bool(name) and name not in (customer.name.casefold(), customer.contact_name.casefold())
