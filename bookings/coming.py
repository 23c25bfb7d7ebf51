"""When a customer comes: as the work starts, or from a time on where they choose a day."""

from __future__ import annotations

from datetime import datetime

from bookings.enums import DropOff
from bookings.hours import left_from
from garages.models import Garage
from garages.setup import load_setup


def comes_from(starts_at: datetime, way: str, garage: Garage) -> datetime:
    """The first moment at which the customer may come for work that starts then."""
    if not garage.day_only:
        return starts_at
    return left_from(load_setup(garage), starts_at, DropOff(way)) or starts_at
