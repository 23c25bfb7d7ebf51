"""How fast the desk books: medians of what it measured of itself (LEAP-15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Aggregate, Count, FloatField

from bookings.enums import DeskPath
from bookings.models import DeskPace
from garages.models import Garage

PERIOD: Final = timedelta(days=29)  # thirty days with today


class Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) within group (order by %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class PathPace:
    """The bookings that began one way: how many, and what half of them needed at most."""

    path: DeskPath
    is_known: bool
    bookings: int
    seconds: float
    keys: int
    clicks: int


def desk_paces(garage: Garage) -> list[PathPace]:
    """The last thirty days by path and by whether the customer was known, the most used first: one query."""
    rows = (
        DeskPace.objects.filter(day__gte=garage.today() - PERIOD)
        .values("path", "is_known")
        .annotate(
            bookings=Count("pk"),
            time=Median("milliseconds"),
            mid_keys=Median("keys"),
            mid_clicks=Median("clicks"),
        )
        .order_by("-bookings", "path", "is_known")
    )
    return [
        PathPace(
            path=DeskPath(row["path"]),
            is_known=row["is_known"],
            bookings=row["bookings"],
            seconds=round(row["time"] / 1000, 1),
            keys=round(row["mid_keys"]),
            clicks=round(row["mid_clicks"]),
        )
        for row in rows
    ]
