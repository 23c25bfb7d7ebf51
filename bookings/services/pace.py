"""What the form counted of itself while it was filled in: how long it took (LEAP-15, static/js/pace.js), and what its
plate card sold (LEAP-10, static/js/plate.js)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bookings.enums import DeskPath
from bookings.models import CardOffer, DeskPace
from garages.models import Garage

# Beyond these somebody went for lunch, or made the numbers up.
LONGEST: Final = timedelta(minutes=30)
MOST_PRESSES: Final = 3000
MOST_REMARKS: Final = 100
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


def note_offers(counted: Mapping[str, str], garage: Garage, *, has_mot: bool) -> CardOffer | None:
    """Keep what the plate card offered for a booking, when it offered something; `has_mot` says whether an MOT was
    booked. Numbers that cannot be are left out without a word."""
    try:
        mot, added, remarks, noted = (
            int(counted.get(f"card_{name}", "")) for name in ("mot", "added", "remarks", "noted")
        )
    except ValueError:
        return None
    if not (mot or remarks) or not 0 <= noted <= remarks <= MOST_REMARKS:
        return None
    return CardOffer.objects.create(
        day=garage.today(),
        mot_offered=bool(mot),
        mot_taken=bool(mot and added and has_mot),
        remarks_offered=remarks,
        remarks_taken=noted,
    )


def forget_old_paces(garage: Garage) -> int:
    """Drop those too old for any comparison, and what the card offered then. Returns how many."""
    old = {"day__lt": garage.today() - KEPT}
    return DeskPace.objects.filter(**old).delete()[0] + CardOffer.objects.filter(**old).delete()[0]
