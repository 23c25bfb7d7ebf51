"""A person becomes a business and a business a person: what the one has and the other not is put back from history."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from customers.enums import Kind
from customers.models import Customer
from customers.services import update_customer
from garages.acts import act


@act
def change_kind(customer: Customer, kind: Kind, *, region: str) -> Customer:
    """Vehicles, bookings, contacts and billing facts stay. Whoever was of this kind before has the company name they
    had then; a person who becomes a business for the first time gives it theirs. Raises NameMissing when a business
    has nobody to ask for, which the person would be."""
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    if customer.kind == kind:
        return customer
    rows: Any = apps.get_model("customers", "CustomerEvent").objects
    mine = rows.filter(garage_id=customer.garage_id, pgh_obj_id=customer.pk)
    before = mine.filter(kind=kind).order_by("-pgh_id").first()
    at_first = customer.contact_name if kind == Kind.BUSINESS else ""
    company_name = at_first if before is None else before.company_name
    return update_customer(customer, region=region, kind=kind, company_name=company_name)
