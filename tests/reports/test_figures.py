"""The arithmetic of the dashboard, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bookings.slots import Range
from reports import figures
from reports.figures import Count, Money, PeakHours, ServiceRank, Share, Sold

MONDAY = date(2026, 6, 8)
TUESDAY, SUNDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=6)


def count(
    day: date = MONDAY, hour: int = 9, source: str = "online", status: str = "completed", number: int = 1
) -> Count:
    return Count(day, hour, source, status, number)


def test_bars_have_one_for_each_day_and_split_by_source() -> None:
    bars = figures.bars(
        [count(number=3), count(source="reception", number=1), count(TUESDAY)], MONDAY, MONDAY + timedelta(2)
    )
    assert [(bar.day, bar.online, bar.reception, bar.total) for bar in bars] == [
        (MONDAY, 3, 1, 4),
        (TUESDAY, 1, 0, 1),
        (MONDAY + timedelta(2), 0, 0, 0),
    ]
    assert [(bar.online_length, bar.reception_length) for bar in bars] == [(75, 25), (25, 0), (0, 0)]


def test_bars_leave_out_what_takes_nobodys_time() -> None:
    statuses = ("requested", "declined", "cancelled", "pending", "confirmed", "in_service", "completed", "no_show")
    (bar,) = figures.bars([count(status=status) for status in statuses], MONDAY, MONDAY)
    assert bar.total == 5


def test_no_show_rate_counts_only_bookings_whose_fate_is_known() -> None:
    counts = [
        count(status="no_show", number=2),
        count(status="completed", number=7),
        count(status="in_service"),
        count(status="confirmed", number=50),
        count(status="cancelled", number=50),
        count(TUESDAY, status="no_show", number=50),
    ]
    assert figures.no_shows(counts, MONDAY, MONDAY) == Share(2, 10)
    assert figures.no_shows(counts, MONDAY, MONDAY).ratio == 0.2
    assert figures.no_shows([], MONDAY, MONDAY).ratio == 0.0


def test_sources_share_the_bookings_that_count() -> None:
    counts = [count(number=3), count(source="reception"), count(status="cancelled", number=9)]
    share = figures.online(counts, MONDAY, MONDAY)
    assert (share, share.percent, share.rest) == (Share(3, 4), 75, 1)


def test_revenue_is_what_was_completed_and_expected_what_is_still_to_come() -> None:
    sold = [
        Sold(MONDAY, "completed", "MOT", 1, 5000),
        Sold(TUESDAY, "completed", "MOT", 1, 700),
        Sold(TUESDAY, "confirmed", "MOT", 1, 100),
        Sold(SUNDAY, "pending", "MOT", 1, 20),
        Sold(SUNDAY, "in_service", "MOT", 1, 3),
        Sold(SUNDAY + timedelta(1), "completed", "MOT", 1, 9999),
    ]
    assert figures.revenue(sold, MONDAY, SUNDAY) == Money(done=5700, expected=123)
    assert figures.revenue(sold, MONDAY, MONDAY) == Money(done=5000, expected=0)


def test_top_services_are_ordered_by_revenue() -> None:
    sold = [
        Sold(MONDAY, "completed", "MOT", 3, 15_000),
        Sold(TUESDAY, "completed", "MOT", 1, 5_000),
        Sold(MONDAY, "completed", "Service", 2, 40_000),
        Sold(MONDAY, "confirmed", "Tyres", 9, 90_000),
    ]
    assert figures.top_services(sold, MONDAY, TUESDAY) == [
        ServiceRank("Service", 2, 40_000, 100),
        ServiceRank("MOT", 4, 20_000, 50),
    ]
    assert figures.top_services([], MONDAY, TUESDAY) == []


def test_free_services_alone_make_no_division_by_zero() -> None:
    assert figures.top_services([Sold(MONDAY, "completed", "Wash", 2, 0)], MONDAY, MONDAY) == [
        ServiceRank("Wash", 2, 0, 0)
    ]


def test_peak_hours_are_averages_over_the_weekdays_since_the_first_booking() -> None:
    earlier = MONDAY - timedelta(days=7)
    counts = [count(earlier, 8, number=3), count(MONDAY, 8, number=1), count(TUESDAY, 10, number=1)]
    peak = figures.peak_hours(counts, MONDAY - timedelta(days=29), TUESDAY)
    assert peak == PeakHours(
        hours=[8, 9, 10],
        rows=[(0, [(2.0, 100), (0.0, 0), (0.0, 0)]), (1, [(0.0, 0), (0.0, 0), (0.5, 25)])],
    )
    assert figures.peak_hours([], MONDAY, TUESDAY) == PeakHours()


def test_merged_ranges_hold_each_moment_once() -> None:
    noon = datetime(2026, 6, 8, 12, tzinfo=UTC)

    def hours(start: int, end: int) -> Range:
        return Range(noon + timedelta(hours=start), noon + timedelta(hours=end))

    assert figures.merged([hours(3, 4), hours(0, 2), hours(1, 2), hours(2, 3), hours(6, 7)]) == [
        hours(0, 4),
        hours(6, 7),
    ]
    assert figures.merged([hours(0, 5), hours(1, 2)]) == [hours(0, 5)]
