"""How fast the desk books: medians of what it measured of itself (LEAP-15); and what its plate card sells (LEAP-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Aggregate, Count, FloatField, Q

from bookings.enums import DeskPath
from bookings.models import CardOffer, DeskPace
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


@dataclass(frozen=True)
class AttachRate:
    """Of so many plate cards that offered something, so many had it taken."""

    offered: int
    taken: int

    @property
    def percent(self) -> int:
        return round(100 * self.taken / self.offered) if self.offered else 0


@dataclass(frozen=True)
class CardSales:
    """How often the MOT was added from the plate card, and a remark of the last test put into the notes."""

    mot: AttachRate
    remarks: AttachRate

    def __bool__(self) -> bool:
        return bool(self.mot.offered or self.remarks.offered)


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


def card_sales(garage: Garage) -> CardSales:
    """The last thirty days: one query."""
    counts = CardOffer.objects.filter(day__gte=garage.today() - PERIOD).aggregate(
        mot=Count("pk", filter=Q(mot_offered=True)),
        added=Count("pk", filter=Q(mot_taken=True)),
        remarks=Count("pk", filter=Q(remarks_offered__gt=0)),
        noted=Count("pk", filter=Q(remarks_taken__gt=0)),
    )
    return CardSales(AttachRate(counts["mot"], counts["added"]), AttachRate(counts["remarks"], counts["noted"]))
