"""Who has a booking open now: what their pages said of late, in the cache. Two pages of a garage that speak in the same
moment may drop one another; the next word, 20 seconds later, mends it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.core.cache import cache

from bookings.models import Booking
from garages.live import announce
from garages.models import Garage, User

# Pages speak every 20 seconds; one that is silent for this long was closed without a word.
SILENT_SECONDS: Final = 45


class _Page(NamedTuple):
    reference: str
    user_id: int
    name: str
    is_editing: bool
    until: float

    def is_like(self, other: _Page | None) -> bool:
        return other is not None and self[:-1] == other[:-1]


@dataclass(frozen=True)
class Visitor:
    """Somebody else's page of a booking."""

    name: str
    is_editing: bool


def be_present(booking: Booking, *, user: User, tab: str, is_editing: bool) -> list[Visitor]:
    """Say that this tab shows the booking, and hear who else has it open. Whoever comes is news for the others."""
    pages = _pages(booking.garage)
    page = _Page(booking.reference, user.pk, str(user), is_editing, time.time() + SILENT_SECONDS)
    is_news = not page.is_like(pages.get(tab))
    _remember(booking.garage, pages | {tab: page})
    if is_news:
        announce("presence", reference=booking.reference)
    return _others((page for page in pages.values() if page.reference == booking.reference), user)


def leave(booking: Booking, *, tab: str) -> None:
    """Say that this tab shows the booking no longer."""
    pages = _pages(booking.garage)
    if tab in pages and pages.pop(tab).reference == booking.reference:
        _remember(booking.garage, pages)
        announce("presence", reference=booking.reference)


def open_bookings(garage: Garage, *, but_not: User) -> dict[str, list[Visitor]]:
    """The references of the garage's bookings that others than this person have open, and who they are."""
    by_reference: dict[str, list[_Page]] = defaultdict(list)
    for page in _pages(garage).values():
        by_reference[page.reference].append(page)
    found = {reference: _others(pages, but_not) for reference, pages in by_reference.items()}
    return {reference: visitors for reference, visitors in found.items() if visitors}


def _pages(garage: Garage) -> dict[str, _Page]:
    """By tab."""
    now = time.time()
    return {tab: page for tab, page in cache.get(_key(garage), {}).items() if page.until > now}


def _remember(garage: Garage, pages: dict[str, _Page]) -> None:
    cache.set(_key(garage), pages, SILENT_SECONDS)


def _key(garage: Garage) -> str:
    return f"presence:{garage.pk}"


def _others(pages: Iterable[_Page], user: User) -> list[Visitor]:
    """One a person, those who edit first."""
    editing: dict[tuple[int, str], bool] = defaultdict(bool)
    for page in pages:
        if page.user_id != user.pk:
            editing[page.user_id, page.name] |= page.is_editing
    visitors = [Visitor(name, is_editing) for (_user, name), is_editing in editing.items()]
    return sorted(visitors, key=lambda visitor: (not visitor.is_editing, visitor.name))
