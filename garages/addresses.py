"""Addresses that pages are full of: asked of the router once a garage and kind of page, not once a cell."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Final

from django.urls import reverse

# What stands in an address until the row's own name does; of the shape each kind of name has.
_ANY_ID: Final = uuid.UUID(int=0)
_ANY_REFERENCE: Final = "000000"


def address(view: str, slug: str, name: str | uuid.UUID) -> str:
    """`reverse(view, args=[slug, name])` for a public id or a reference, both of which stand in addresses as they
    are."""
    begin, end = _around(view, slug, _ANY_ID if isinstance(name, uuid.UUID) else _ANY_REFERENCE)
    return f"{begin}{name}{end}"


@lru_cache(maxsize=4096)
def page(view: str, slug: str) -> str:
    """`reverse(view, args=[slug])`: a garage's page that is about no row."""
    return reverse(view, args=[slug])


@lru_cache(maxsize=4096)
def _around(view: str, slug: str, sample: str | uuid.UUID) -> tuple[str, str]:
    begin, _sample, end = reverse(view, args=[slug, sample]).rpartition(str(sample))
    return begin, end
