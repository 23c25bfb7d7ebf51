"""When a vehicle was last booked in. Vehicles keep it (`used_at`), because lists are in its order."""

from __future__ import annotations

from typing import Final

from django.db.models import OuterRef, Subquery

from bookings.enums import Status
from bookings.models import Booking
from fleet.models import Vehicle

CALLED_OFF: Final = (Status.CANCELLED, Status.DECLINED)


def note_last_use(*vehicles: int | None) -> None:
    """Write down the start of the latest booking of each of these vehicles that was not called off."""
    visits = Booking.objects.filter(vehicle=OuterRef("pk")).exclude(status__in=CALLED_OFF).order_by("-starts_at")
    known = [vehicle for vehicle in vehicles if vehicle]
    if known:
        Vehicle.objects.filter(pk__in=known).update(used_at=Subquery(visits.values("starts_at")[:1]))
