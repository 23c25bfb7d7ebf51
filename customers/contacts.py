"""The people of a company beside the one on its own row: who drives, who pays, who runs the fleet."""

from __future__ import annotations

from customers import phones
from customers.models import Contact, Customer
from garages.acts import act


@act
def add_contact(
    customer: Customer, *, region: str, role: str, name: str, phone_typed: str = "", email: str = ""
) -> Contact:
    """`region` is that of numbers without a country code."""
    contact = Contact(customer=customer)
    _write(contact, region, role=role, name=name, phone_typed=phone_typed, email=email)
    return contact


@act
def change_contact(
    contact: Contact, *, region: str, role: str, name: str, phone_typed: str = "", email: str = ""
) -> Contact:
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    _write(contact, region, role=role, name=name, phone_typed=phone_typed, email=email)
    return contact


@act
def remove_contact(contact: Contact) -> None:
    """The history keeps what was known."""
    contact.delete()


def _write(contact: Contact, region: str, *, role: str, name: str, phone_typed: str, email: str) -> None:
    phone = phones.parse(phone_typed, region)
    contact.role, contact.name, contact.email = role, " ".join(name.split()), email
    contact.phone, contact.phone_typed = phone.e164, phone.typed
    contact.save()
