"""What the desk of a demo garage measured of itself in the last weeks."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from bookings.enums import DeskPath
from bookings.models import CardOffer, DeskPace
from garage_desk.demo.story import DAYS_BACK


class _Habit(NamedTuple):
    path: DeskPath
    is_known: bool
    share: int
    seconds: float
    keys: int
    clicks: int


_HABITS: Final = (
    _Habit(DeskPath.ONE_BOX, True, 60, 13, 11, 0),
    _Habit(DeskPath.ONE_BOX, False, 35, 33, 42, 0),
    _Habit(DeskPath.PHONE, True, 25, 19, 16, 1),
    _Habit(DeskPath.TYPED, False, 20, 48, 58, 4),
    _Habit(DeskPath.PROFILE, True, 8, 16, 4, 4),
)


def write_paces(today: date, rng: Random) -> None:
    """For the garage in scope."""
    DeskPace.objects.bulk_create(
        DeskPace(
            day=today - timedelta(days=rng.randrange(DAYS_BACK)),
            path=habit.path,
            is_known=habit.is_known,
            is_business=rng.random() < 0.1,
            milliseconds=round(habit.seconds * 1000 * rng.lognormvariate(0, 0.3)),
            keys=habit.keys + rng.choice((0, 0, 0, 1, 2, 6)),
            clicks=habit.clicks + rng.choice((0, 0, 0, 1)),
        )
        for habit in _HABITS
        for _booking in range(habit.share)
    )


def write_card_offers(today: date, rng: Random) -> None:
    """For the garage in scope: most cards have remarks to offer, every third an MOT."""
    offers = []
    for _booking in range(60):
        remarks, mot = rng.choice((0, 1, 1, 2, 3)), rng.random() < 0.35
        if remarks or mot:
            offers.append(
                CardOffer(
                    day=today - timedelta(days=rng.randrange(DAYS_BACK)),
                    mot_offered=mot,
                    mot_taken=mot and rng.random() < 0.6,
                    remarks_offered=remarks,
                    remarks_taken=rng.choice((0, min(1, remarks), remarks)),
                )
            )
    CardOffer.objects.bulk_create(offers)
