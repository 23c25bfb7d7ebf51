"""Customers as tests need them. Call inside the garage's scope."""

from __future__ import annotations

from typing import Any

from customers.enums import Kind
from customers.models import Customer
from customers.services import create_customer


def make_customer(name: str = "Priya Nair", **fields: Any) -> Customer:
    """A private person. `phone` is a number as typed in Britain unless `region` says otherwise."""
    first, _, last = name.rpartition(" ")
    fields["phone_typed"] = fields.pop("phone", fields.pop("phone_typed", ""))
    return create_customer(**{"region": "GB", "kind": Kind.INDIVIDUAL, "first_name": first, "last_name": last} | fields)


def make_business(company_name: str = "Northgate Couriers", **fields: Any) -> Customer:
    fields["phone_typed"] = fields.pop("phone", fields.pop("phone_typed", ""))
    return create_customer(**{"region": "GB", "kind": Kind.BUSINESS, "company_name": company_name} | fields)
