"""The day to scale, also on the days the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bookings.slots import Range, merged, moment
from bookings.timeline import Axis, Box, side_by_side, without

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 6, 9, tzinfo=UTC)


def _range(start: float, end: float) -> Range:
    return Range(START + timedelta(hours=start), START + timedelta(hours=end))


def _walls(day: date, zone: ZoneInfo, *walls: tuple[str, str]) -> list[Range]:
    return [
        Range(moment(day, time.fromisoformat(start), zone), moment(day, time.fromisoformat(end), zone))
        for start, end in walls
    ]


def _labels(axis: Axis) -> list[str]:
    return [f"{tick.at.astimezone(axis.zone):%H:%M}" for tick in axis.ticks]


def test_axis_widens_to_full_hours() -> None:
    axis = Axis.around(
        date(2026, 6, 9), LONDON, _walls(date(2026, 6, 9), LONDON, ("08:30", "12:00"), ("13:00", "17:15"))
    )
    assert axis.hours == 10
    assert _labels(axis) == [f"{hour:02}:00" for hour in range(8, 18)]
    assert axis.box(axis.shown) == Box(0, 10)


def test_axis_of_an_empty_day() -> None:
    assert _labels(Axis.around(date(2026, 6, 7), LONDON, []))[0] == "08:00"


def test_axis_is_not_widened_by_what_goes_on_overnight() -> None:
    day = date(2026, 6, 9)
    (hours,) = _walls(day, LONDON, ("08:00", "18:00"))
    overnight = Range(moment(day, time(16), LONDON), moment(date(2026, 6, 10), time(10), LONDON))
    axis = Axis.around(day, LONDON, [hours, overnight])
    assert axis.shown == hours
    assert axis.box(overnight) == Box(8, 2)


def test_days_of_clock_change_are_23_and_25_hours_long() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    for day, hours in ((spring, 23), (autumn, 25)):
        next_day = day + timedelta(days=1)
        axis = Axis.around(day, LONDON, [Range(moment(day, time(), LONDON), moment(next_day, time(), LONDON))])
        assert axis.hours == hours
        assert len(axis.ticks) == hours
    assert _labels(axis)[:4] == ["00:00", "01:00", "01:00", "02:00"]
    nine = moment(autumn, time(9), LONDON)
    assert axis.offset(nine) == 10


def test_ticks_follow_the_wall_clock_where_clocks_change_by_half_an_hour() -> None:
    zone, day = ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 5)
    axis = Axis.around(day, zone, [Range(moment(day, time(), zone), moment(day + timedelta(days=1), time(), zone))])
    assert axis.hours == 24.5
    assert _labels(axis)[:4] == ["00:00", "01:00", "02:00", "03:00"]
    assert [tick.offset for tick in axis.ticks][:4] == [0, 1, 2.5, 3.5]


def test_what_is_outside_has_no_box() -> None:
    axis = Axis(_range(8, 18), LONDON)
    assert axis.box(_range(6, 8)) is None
    assert axis.box(_range(7, 9)) == Box(0, 1)


def test_without_cuts_out_what_is_taken() -> None:
    assert without(_range(8, 18), [_range(7, 9), _range(12, 13), _range(12.5, 14), _range(20, 21)]) == [
        _range(9, 12),
        _range(14, 18),
    ]
    assert without(_range(8, 9), [_range(7, 10)]) == []


def test_overlapping_jobs_stand_side_by_side() -> None:
    assert side_by_side([_range(8, 10), _range(9, 11), _range(10, 12), _range(12, 13)]) == [
        (0, 2),
        (1, 2),
        (0, 2),
        (0, 1),
    ]
    assert side_by_side([]) == []


_spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=12)


@given(_spans)
def test_no_two_that_overlap_share_a_column(spans: list[tuple[int, int]]) -> None:
    ranges = sorted(_range(start, start + length) for start, length in spans)
    placed = list(zip(ranges, side_by_side(ranges), strict=True))
    for number, (range_, (column, columns)) in enumerate(placed):
        assert column < columns
        assert all(
            column != other_column for other, (other_column, _columns) in placed[number + 1 :] if range_.overlaps(other)
        )


@given(_spans)
def test_what_is_left_and_what_is_taken_make_the_whole(spans: list[tuple[int, int]]) -> None:
    whole, taken = _range(10, 40), [_range(start, start + length) for start, length in spans]
    left = without(whole, taken)
    seen = [range_.clipped(whole) for range_ in taken if range_.overlaps(whole)]
    assert merged([*left, *seen]) == [whole]
    assert not any(one.overlaps(other) for one in left for other in taken)
