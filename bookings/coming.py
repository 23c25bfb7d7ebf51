"""When a customer comes: as the work starts, or from a time on where they choose a day."""

from __future__ import annotations

from datetime import datetime

from babel import Locale
from django.utils.translation import gettext as _

from bookings.availability import earliest_start
from bookings.enums import DropOff
from bookings.hours import left_from
from garages import formats
from garages.models import Garage
from garages.setup import Setup, load_setup


def comes_from(starts_at: datetime, way: str, garage: Garage, setup: Setup | None = None) -> datetime:
    """The first moment at which the customer may come for work that starts then. A `setup` at hand spares a query."""
    if not garage.day_only:
        return starts_at
    return left_from(setup or load_setup(garage), starts_at, DropOff(way)) or starts_at


def clock_from(
    starts_at: datetime, way: str, garage: Garage, locale: Locale, *, offered: bool = False, setup: Setup | None = None
) -> str:
    """The clock's part of it: 08:30, from 08:00. What is `offered` today is offered from now."""
    first = comes_from(starts_at, way, garage, setup)
    if offered:
        first = max(first, min(earliest_start(), starts_at))
    time = formats.clock(first.astimezone(garage.zone).time(), locale)
    return time if first == starts_at else _("from %(time)s") % {"time": time}


def day_and_clock_from(
    starts_at: datetime, way: str, garage: Garage, locale: Locale, *, setup: Setup | None = None
) -> str:
    """With its day: Tue 9 June, 08:30."""
    day = formats.day(starts_at.astimezone(garage.zone).date(), locale)
    return f"{day}, {clock_from(starts_at, way, garage, locale, setup=setup)}"
