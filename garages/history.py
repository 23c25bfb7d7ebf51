"""How changes are remembered: rows written by database triggers, with who did it and from where.

`@track` puts insert, update and delete triggers on a tenant model. The context (who, from which page, why) is stored
inside each event row: the library's shared context table has no garage and would show one garage's reasons to another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.db import models
from pghistory.models import Event as BaseEvent

_Model = TypeVar("_Model", bound=type[models.Model])


class Event(BaseEvent):
    """Abstract base of all history rows. 64-bit ids from the first migration: history only ever grows."""

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


def track(**options: Any) -> Callable[[_Model], _Model]:
    """Class decorator: remember every insert, update and delete of this tenant model."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        obj_field=pghistory.ObjForeignKey(related_name="events", db_index=False),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]  # its documentation allows None, its annotation does not
        append_only=True,
        **options,
    )
