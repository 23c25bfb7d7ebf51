"""Who has a booking open now: what their pages said of late, in the cache. Two pages that speak in the same moment may
drop one another; the next word, 20 seconds later, mends it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache

from bookings.models import Booking
from garages.live import announce
from garages.models import User

# Pages speak every 20 seconds; one that is silent for this long was closed.
SILENT_SECONDS: Final = 45


@dataclass(frozen=True)
class Visitor:
    """Somebody else's page of this booking."""

    name: str
    is_editing: bool


def be_present(booking: Booking, *, user: User, tab: str, is_editing: bool) -> list[Visitor]:
    """Say that this tab shows the booking, and hear who else has it open. Whoever comes is news for the others."""
    key = f"presence:{booking.garage_id}:{booking.pk}"
    now = time.time()
    pages = {name: page for name, page in cache.get(key, {}).items() if page[3] > now}
    is_news = pages.get(tab, ())[:3] != (user.pk, str(user), is_editing)
    pages[tab] = (user.pk, str(user), is_editing, now + SILENT_SECONDS)
    cache.set(key, pages, SILENT_SECONDS)
    if is_news:
        announce("presence", reference=booking.reference)
    others = {user_id: name for user_id, name, _editing, _until in pages.values() if user_id != user.pk}
    editing = {user_id for user_id, _name, is_editing, _until in pages.values() if is_editing}
    visitors = [Visitor(name, user_id in editing) for user_id, name in others.items()]
    return sorted(visitors, key=lambda visitor: (not visitor.is_editing, visitor.name))
