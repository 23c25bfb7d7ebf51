"""The desk's speedometer: what the form counted while it was filled in (LEAP-15, static/js/pace.js)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bookings.enums import DeskPath
from bookings.models import DeskPace
from garages.models import Garage

# Beyond these somebody went for lunch, or made the numbers up.
LONGEST: Final = timedelta(minutes=30)
MOST_PRESSES: Final = 3000
KEPT: Final = timedelta(days=400)


def note_pace(
    counted: Mapping[str, str], garage: Garage, *, server_ms: int, is_known: bool, is_business: bool
) -> DeskPace | None:
    """Keep how long a booking took: the form's own milliseconds plus those of the server. Numbers that cannot be are
    left out without a word: a booking is never held up by its measurement."""
    try:
        client_ms, keys, clicks = (int(counted.get(f"pace_{name}", "")) for name in ("ms", "keys", "clicks"))
    except ValueError:
        return None
    milliseconds = client_ms + server_ms
    if not client_ms >= 0 or milliseconds > LONGEST.total_seconds() * 1000:
        return None
    if not (0 <= keys <= MOST_PRESSES and 0 <= clicks <= MOST_PRESSES):
        return None
    path = counted.get("path", "")
    return DeskPace.objects.create(
        day=garage.today(),
        path=path if path in DeskPath else DeskPath.TYPED,
        is_known=is_known,
        is_business=is_business,
        milliseconds=milliseconds,
        keys=keys,
        clicks=clicks,
    )


def forget_old_paces(garage: Garage) -> int:
    """Drop those too old for any comparison. Returns how many."""
    return DeskPace.objects.filter(day__lt=garage.today() - KEPT).delete()[0]
