"""Slot arithmetic against a slow model that is obviously right, and the days the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.slots import Range, day_range, load_percent, moment

BASE = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTES = st.integers(0, 60)


def _range(start: int, length: int) -> Range:
    return Range(BASE + timedelta(minutes=10 * start), BASE + timedelta(minutes=10 * (start + length)))


ranges = st.builds(_range, MINUTES, st.integers(1, 12))


@given(one=ranges, other=ranges)
def test_ranges_that_touch_do_not_overlap(one: Range, other: Range) -> None:
    assert one.overlaps(other) == (one.clipped(other).length > timedelta())
    assert not Range(BASE, one.end).overlaps(Range(one.end, one.end + timedelta(hours=1)))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", date(2026, 3, 29), 23),
        ("Europe/London", date(2026, 10, 25), 25),
        ("Europe/Paris", date(2026, 7, 14), 24),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Santiago", date(2026, 9, 6), 23),  # the clocks change at midnight
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: date, hours: float) -> None:
    assert day_range(day, ZoneInfo(zone)).length == timedelta(hours=hours)


def test_wall_clock_times_become_moments() -> None:
    london = ZoneInfo("Europe/London")
    assert moment(date(2026, 7, 1), time(9), london) == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert moment(date(2026, 3, 29), time(1, 30), london) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # skipped
    assert moment(date(2026, 10, 25), time(1, 30), london) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first


def test_load_counts_only_what_lies_in_opening_time() -> None:
    spans = [_range(0, 12)]
    taken = {1: [_range(6, 12)], 2: [], 9: [_range(0, 12)]}
    assert load_percent(spans, [1, 2], taken) == 25
    assert load_percent([], [1], taken) == 0
