"""Acts that happen once, however often the form is sent."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from garages.acts import act
from garages.models import IdempotencyKey
from garages.rows import insert_new, update
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
    row = IdempotencyKey(**named)
    new = insert_new([row])
    if not new:  # waited for until it was committed, by the insert that found it in its way
        return IdempotencyKey.objects.get(**named).made, False
    row.pk, row.made = new[0], make()
    update(row, "made")
    return row.made, True


def forget(*, older_than: timedelta) -> int:
    """Drop the keys of all garages that no retry will ever send again. Returns how many."""
    with platform(), transaction.atomic():
        return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - older_than).delete()[0]
