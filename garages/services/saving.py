"""Saving a row so that a constraint of the database answers with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils.functional import Promise

from garages.errors import DomainError
from garages.models import Bay, CourtesyCar, Service, Technician, VehicleType

_Placed = TypeVar("_Placed", Bay, CourtesyCar, Service, Technician, VehicleType)


def save_or_refuse(
    row: models.Model,
    *,
    field: str,
    also: Mapping[str, str | Promise] | None = None,
    fields: Mapping[str, str] | None = None,
) -> None:
    """Save the row. A violated constraint of its model raises DomainError for `field`, in the constraint's own words.

    `also` words constraints the model has no words for, `fields` names the form field of those that are not about
    `field`, both by the constraint's name in the database.
    """
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        worded = {
            constraint.name: str(constraint.get_violation_error_message()) for constraint in row._meta.constraints
        }
        sentence = {**worded, **(also or {})}.get(broken or "")
        if sentence is None:
            raise
        raise DomainError(sentence, field=(fields or {}).get(broken or "", field)) from error


def last_position(rows: models.QuerySet[Any]) -> int:
    """The place after the last of the rows."""
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


@transaction.atomic
def place_after(row: _Placed, before: _Placed | None, rows: models.QuerySet[_Placed]) -> None:
    """Put `row` right after `before` in `rows`, or first when that is None; they are numbered anew."""
    order = [other for other in rows.select_for_update(of=("self",), no_key=True) if other.pk != row.pk]
    places = [other.pk for other in order]
    order.insert(places.index(before.pk) + 1 if before is not None and before.pk in places else 0, row)
    changed = []
    for place, other in enumerate(order, start=1):
        if other.position != place:
            other.position = place
            changed.append(other)
    type(row)._default_manager.bulk_update(changed, ["position"])
