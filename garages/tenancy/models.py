"""What every tenant table has: its garage, a public id, and a manager that refuses to read outside a scope."""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from django.db import models

from garages.tenancy.context import PLATFORM, ScopeError, current, current_garage_id

_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[_Row_co]):
    """Base of the query sets of tenant tables."""


class TenantManager(models.Manager[_Row_co]):
    """Reads one garage's rows inside `tenant(...)`, all rows inside `platform()`, and raises anywhere else."""

    def get_queryset(self) -> models.QuerySet[_Row_co]:
        scope = current()
        if scope is None:
            raise ScopeError(f"{self.model._meta.label} queried outside tenant(...) and platform()")
        rows = super().get_queryset()
        return rows if scope == PLATFORM else rows.filter(garage_id=scope)


class UnmergedManager(TenantManager[_Row_co]):
    """Leaves out the rows that were merged into another: they stand for nobody any more."""

    def get_queryset(self) -> models.QuerySet[_Row_co]:
        return super().get_queryset().filter(merged_into=None)


class TenantForeignKey(models.ForeignKey):
    """A foreign key inside one garage.

    The database's own constraint is the composite one, (garage, id), which the migration adds with
    `garages.tenancy.operations.protect`; Django's single-column constraint and index would only repeat it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_constraint", False)
        kwargs.setdefault("db_index", False)
        super().__init__(*args, **kwargs)


class TenantModel(models.Model):
    """A row that belongs to one garage; `garage` is filled from the scope."""

    garage = models.ForeignKey(
        "garages.Garage",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_garage_id,
        db_index=False,  # unique (garage, id) leads with it
        editable=False,
    )
    public_id = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True
