"""Customers as a table: what a garage brings from its old system, and takes along."""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers import phones
from customers.enums import Channel, Kind
from customers.labels import tidy, typed
from customers.models import Customer
from customers.names import fold
from customers.owners import digits_of
from customers.services import update_customer
from garages.exchange.fields import Choice, Column, LongText
from garages.exchange.resource import GarageResource, Row, in_batches


class Name(Column):
    """A name that differs only in capitals or accents is the same: the garage's own writing stays (ruling 9)."""

    def read(self, text: str, instance: Any) -> str:
        kept = getattr(instance, str(self.attribute))
        return kept if fold(kept) == fold(text) else super().read(text, instance)


class PhoneNumber(Column):
    """A number as typed; the same number in another writing changes nothing."""

    def read(self, text: str, instance: Customer) -> str:
        phone = phones.parse(text, instance.garage.phone_region)
        if phone.e164 and phone.e164 == str(instance.phone):
            return instance.phone_typed
        instance.phone = phone.e164
        return phone.typed


class Labels(Column):
    """Several, separated by commas; those in the file replace those known."""

    def read(self, text: str, instance: Customer) -> list[str]:
        return tidy(typed(text))

    def write(self, value: Any, instance: Customer) -> str:
        return ", ".join(value)


class CustomerResource(GarageResource):
    """Found again by `id`, else by phone number and name; without a number by name and e-mail."""

    id = Column("public_id", "id", readonly=True)
    kind = Choice("kind", "type", also=["kind"], choices=Kind.choices)
    company_name = Name("company_name", "company", also=["company name", "business name"])
    first_name = Name("first_name", "first_name", also=["forename", "given name"])
    last_name = Name("last_name", "last_name", also=["surname", "family name"])
    phone = PhoneNumber("phone_typed", "phone", also=["phone number", "telephone", "mobile", "tel"])
    email = Column("email", "email", also=["e-mail", "email address"])
    language = Choice("language", "language", choices=settings.LANGUAGES)
    channel = Choice("preferred_channel", "preferred_channel", choices=Channel.choices)
    labels = Labels("labels", "labels", also=["tags"])
    referral = Column("referral", "referral", also=["referral source", "found us by"])
    purchase_order = Column(
        "purchase_order", "purchase_order", also=["purchase order number", "po number", "order number"]
    )
    billing_address = LongText("billing_address", "billing_address", also=["invoice address"])
    notes = LongText("notes", "notes")
    origin = Column("garage__slug", "garage", readonly=True)

    needs = (("id", "last_name", "first_name", "company"),)
    unchecked = ("phone",)  # odd numbers are kept (COMP-31)

    class Meta:
        model = Customer

    def prepare(self, rows: list[Row]) -> None:
        numbers = {digits for row in rows if (digits := self._digits(row))}
        ids = {key for row in rows if (key := _uuid(row.get("id", ""))) is not None}
        known: list[Customer] = []
        for batch in in_batches(numbers):
            known += Customer.objects.filter(phone_digits__in=batch)
        for batch in in_batches(ids):
            known += Customer.objects.filter(public_id__in=batch)
        if len(numbers) < len(rows):
            known += Customer.objects.filter(phone_digits="")
        self._by_id = {customer.public_id: customer for customer in known}
        # Of two with the same number and name, the one used last.
        known.sort(key=lambda customer: customer.updated_at)
        self._by_words = {_words(customer.phone_digits, customer.name, customer.email): customer for customer in known}

    def key_of(self, row: Row) -> Hashable:
        if row.get("id"):
            return _uuid(row["id"])
        return self._words(row)

    def find(self, row: Row) -> Customer | None:
        if row.get("id"):
            key = _uuid(row["id"])
            found = self._by_id.get(key) if key else None
            if found is None:
                raise ValidationError({"id": _("This garage has no customer with this id.")})
            return found
        return self._by_words.get(self._words(row))

    def after_init_instance(self, instance: Customer, new: bool, row: Row, **kwargs: Any) -> None:
        if new and row.get("company"):
            instance.kind = Kind.BUSINESS

    def check(self, instance: Customer) -> Iterable[tuple[str, str]]:
        if instance.is_business and not instance.company_name:
            yield "company", _("A business needs its name.")
        elif not instance.name:
            yield "last_name", _("A customer needs a name.")

    def update(self, original: Customer, changes: dict[str, Any]) -> None:
        update_customer(original, region=self.garage.phone_region, **changes)

    def _digits(self, row: Row) -> str:
        return digits_of(row.get("phone", ""), self.garage.phone_region)

    def _words(self, row: Row) -> Hashable:
        person = f"{row.get('first_name', '')} {row.get('last_name', '')}"
        return _words(self._digits(row), row.get("company") or person, row.get("email", ""))


def _words(digits: str, name: str, email: str) -> Hashable:
    return (digits, fold(name)) if digits else ("", fold(name), email.lower())


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
