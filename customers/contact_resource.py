"""The people of companies as a table, beside the customers' own."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from customers.contacts import change_contact
from customers.enums import ContactRole
from customers.models import Contact, Customer
from customers.names import fold
from customers.owners import Owner, OwnerColumns, Owners
from customers.resources import Name, PhoneNumber
from garages.exchange.fields import Choice, Column
from garages.exchange.resource import GarageResource, Row, in_batches


class ContactResource(GarageResource):
    """Found again by company, role and name. The companies come first, with the customers."""

    company_id = Owner("company_id", lambda company: company.public_id)
    company_phone = Owner("company_phone", lambda company: company.phone_typed or company.phone)
    company = Owner("company", lambda company: company.name, also=["customer", "business name"])
    role = Choice("role", "role", choices=ContactRole.choices)
    name = Name("name", "name", also=["contact", "full name"])
    phone = PhoneNumber("phone_typed", "phone", also=["phone number", "telephone", "mobile", "tel"])
    email = Column("email", "email", also=["e-mail", "email address"])
    origin = Column("garage__slug", "garage", readonly=True)

    needs = (("company_id", "company_phone", "company"), ("role",), ("name",))
    unchecked = ("phone",)  # odd numbers are kept (COMP-31)

    class Meta:
        model = Contact

    def prepare(self, rows: list[Row]) -> None:
        self._companies = Owners(self.garage, rows, OwnerColumns("company_id", "company_phone", "company"))
        companies = {company.pk for row in rows if (company := self._companies.of_or_none(row))}
        self._known: dict[Hashable, Contact] = {}
        for batch in in_batches(companies):
            for contact in Contact.objects.filter(customer__in=batch).select_related("customer"):
                self._known[contact.customer_id, contact.role, fold(contact.name)] = contact

    def key_of(self, row: Row) -> Hashable | None:
        company = self._companies.of_or_none(row)
        if company is None:
            return None
        typed = fold(row.get("role", ""))
        role = next((one.value for one in ContactRole if typed in (fold(one.value), fold(str(one.label)))), typed)
        return company.pk, role, fold(row.get("name", ""))

    def find(self, row: Row) -> Contact | None:
        return self._known.get(self.key_of(row))

    def import_instance(self, instance: Contact, row: Row, **kwargs: Any) -> None:
        errors: dict[str, Any] = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.error_dict
        try:
            instance.customer = self._company(row)
        except ValidationError as error:
            errors.update(error.error_dict)
        if errors:
            raise ValidationError(errors)

    def _company(self, row: Row) -> Customer:
        company = self._companies.of(row)
        if company is None or not company.is_business:
            raise ValidationError({"company": _("People to ask for belong to a business.")})
        return company

    def update(self, original: Contact, changes: dict[str, Any]) -> None:
        facts = {name: getattr(original, name) for name in ("role", "name", "phone_typed", "email")}
        change_contact(original, region=self.garage.phone_region, **(facts | changes))

    def filter_export(self, queryset: QuerySet[Contact], **kwargs: Any) -> QuerySet[Contact]:
        return queryset.select_related("garage", "customer")
