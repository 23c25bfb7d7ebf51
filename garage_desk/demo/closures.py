"""The days a demo garage does not work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from garage_desk.demo.profile import Profile
from garage_desk.demo.story import DAYS_BACK
from garages.public_holidays import public_holidays


class ClosedDay(NamedTuple):
    day: date
    reason: str
    is_public_holiday: bool


def closed_days(profile: Profile, today: date) -> list[ClosedDay]:
    """The country's public holidays from a month ago to a year ahead, one closure that was and one that comes soon."""
    first, last = today - timedelta(days=DAYS_BACK + 1), today + timedelta(days=365)
    closed = [ClosedDay(day, name, True) for day, name in holidays_between(profile, first, last)]
    taken = {day for day, _name, _public in closed}
    closed.append(ClosedDay(_working_day(today - timedelta(days=17), taken), profile.phrases.past_closure, False))
    closed.append(ClosedDay(_working_day(today + timedelta(days=8), taken), profile.phrases.closure, False))
    return closed


def holidays_between(profile: Profile, first: date, last: date) -> list[tuple[date, str]]:
    """The country's public holidays from `first` to `last` with their names, in order."""
    return [
        (day, name)
        for year in range(first.year, last.year + 1)
        for day, name in public_holidays(profile.country, profile.subdivision, year, profile.languages[0])
        if first <= day <= last
    ]


def _working_day(day: date, taken: set[date]) -> date:
    """The first of Tuesday to Thursday from `day` on that is not taken."""
    while day in taken or day.weekday() not in (1, 2, 3):
        day += timedelta(days=1)
    return day
