"""When a vehicle was last booked in. Vehicles keep it (`used_at`), because lists are in its order."""

from __future__ import annotations

from typing import Final

from bookings.enums import Status
from garages.rows import prepared

CALLED_OFF: Final = (Status.CANCELLED, Status.DECLINED)

# Written out: every booking made waits for it.
_LATEST: Final = """
update fleet_vehicle v set used_at = (
    select b.starts_at from bookings_booking b
    where b.garage_id = v.garage_id and b.vehicle_id = v.id and b.status <> all(%s)
    order by b.starts_at desc limit 1
) where v.id = any(%s)
"""


def note_last_use(*vehicles: int | None) -> None:
    """Write down the start of the latest booking of each of these vehicles that was not called off."""
    known = [vehicle for vehicle in vehicles if vehicle]
    if known:
        with prepared() as cursor:
            cursor.execute(_LATEST, [list(CALLED_OFF), known])
