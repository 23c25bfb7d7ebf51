"""Acts that happen once, however often the form is sent."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import connection, transaction
from django.http import QueryDict
from django.utils import timezone

from garages.acts import act
from garages.models import IdempotencyKey
from garages.tenancy.context import platform

FIELD = "idempotency_key"
# What a second sending of the same form may say otherwise: its token, and how long it took.
_NOT_THE_REQUEST = frozenset({FIELD, "csrfmiddlewaretoken", "pace_ms", "pace_keys", "pace_clicks"})


def key_of(data: Mapping[str, str]) -> uuid.UUID:
    """The key a form carries; a fresh one when it carries none that can be read (the act then happens each time)."""
    try:
        return uuid.UUID(data.get(FIELD, ""))
    except ValueError:
        return uuid.uuid4()


def fingerprint(data: QueryDict) -> str:
    """A hash of everything that was typed: the same key with other contents is another act."""
    fields = sorted((name, value) for name, values in data.lists() if name not in _NOT_THE_REQUEST for value in values)
    return hashlib.sha256(repr(fields).encode()).hexdigest()


@act
def once(data: QueryDict, name: str, make: Callable[[], str]) -> tuple[str, bool]:
    """Run `make`, which returns the public id or reference of what it made, unless this very form already did.

    Returns that id and whether it was made now. A second, simultaneous sending waits for the first one's transaction.
    When `make` raises, the key is rolled back with it and the form may be sent again.
    """
    named = {"key": key_of(data), "act": name, "request_hash": fingerprint(data)}
    row = _first(IdempotencyKey(**named))
    if row is None:  # waited for until it was committed, by the insert that found it in its way
        return IdempotencyKey.objects.get(**named).made, False
    made = make()
    IdempotencyKey.objects.filter(pk=row).update(made=made)
    return made, True


def _first(row: IdempotencyKey) -> int | None:
    """The new row's primary key; None when the same was there already."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {row._meta.db_table} ({', '.join(str(field.column) for field in fields)})"
            f" values ({', '.join(['%s'] * len(fields))}) on conflict do nothing returning id",
            [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields],
        )
        found = cursor.fetchone()
    return found[0] if found else None


def forget(*, older_than: timedelta) -> int:
    """Drop the keys of all garages that no retry will ever send again. Returns how many."""
    with platform(), transaction.atomic():
        return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - older_than).delete()[0]
