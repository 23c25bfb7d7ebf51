"""Whom the rows of a file belong to: three columns name a customer, by id, by number and by name."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers import phones
from customers.models import Customer
from customers.names import fold
from garages.exchange.fields import Column
from garages.exchange.formats import MOST_ROWS
from garages.exchange.resource import in_batches
from garages.models import Garage


class Owner(Column):
    """Part of what says whose a row is; the resource reads the parts together."""

    def __init__(self, column_name: str, part: Any, **kwargs: Any) -> None:
        super().__init__("customer", column_name, readonly=True, **kwargs)
        self.part = part

    def write(self, value: Any, instance: Any) -> str:
        return str(self.part(value)) if value is not None else ""


@dataclass(frozen=True)
class OwnerColumns:
    """What the three columns are called in a file."""

    key: str
    phone: str
    name: str


class Owners:
    """Everybody the rows of a file may mean, read in a few queries: by id, by number; by name alone only when that is
    all a row says."""

    def __init__(self, garage: Garage, rows: Sequence[Mapping[str, str]], columns: OwnerColumns) -> None:
        self.columns, self.region = columns, garage.phone_region
        owners: list[Customer] = []
        for batch in in_batches({digits for row in rows if (digits := self._digits(row))}):
            owners += Customer.objects.filter(phone_digits__in=batch)
        for batch in in_batches({row[columns.key] for row in rows if _is_uuid(row.get(columns.key, ""))}):
            owners += Customer.objects.filter(public_id__in=batch)
        if any(row.get(columns.name) and not row.get(columns.phone) and not row.get(columns.key) for row in rows):
            owners = list(Customer.objects.all())
        self._by_id = {str(owner.public_id): owner for owner in owners}
        self._by_digits: dict[str, dict[int, Customer]] = defaultdict(dict)
        self._by_name: dict[str, dict[int, Customer]] = defaultdict(dict)
        for owner in owners:
            self._by_digits[owner.phone_digits][owner.pk] = owner
            for name in {fold(owner.name), fold(owner.contact_name)}:
                self._by_name[name][owner.pk] = owner

    def of(self, row: Mapping[str, str]) -> Customer | None:
        """Whose the row is; None when it does not say. Raises ValidationError."""
        columns, digits = self.columns, self._digits(row)
        key, name = row.get(columns.key, ""), fold(row.get(columns.name, ""))
        if key:
            owner = self._by_id.get(key.lower())
            if owner is None:
                raise ValidationError({columns.key: _("This garage has no customer with this id.")})
            return owner
        if not digits and not name:
            return None
        column = columns.phone if digits else columns.name
        candidates = self._by_digits[digits] if digits else self._by_name[name]
        if digits and name and len(candidates) > 1:
            candidates = {pk: owner for pk, owner in candidates.items() if pk in self._by_name[name]}
        if not candidates:
            raise ValidationError({column: _("This garage has no such customer. Import the customers first.")})
        if len(candidates) > 1:
            raise ValidationError(
                {column: _("Several customers fit. Give name and number, or the owner's exported id.")}
            )
        return next(iter(candidates.values()))

    def of_or_none(self, row: Mapping[str, str]) -> Customer | None:
        try:
            return self.of(row)
        except ValidationError:
            return None

    def _digits(self, row: Mapping[str, str]) -> str:
        return digits_of(row.get(self.columns.phone, ""), self.region)


@lru_cache(maxsize=MOST_ROWS)
def digits_of(text: str, region: str) -> str:
    """The digits a typed number is stored with; asked several times of each row."""
    phone = phones.parse(text, region)
    return phones.digits(phone.e164 or phone.typed)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
