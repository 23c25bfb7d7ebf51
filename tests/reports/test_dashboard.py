"""The manager's dashboard against the database: true figures, the garage's days, few queries."""

from __future__ import annotations

import itertools
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.enums import Source, Status
from bookings.models import Booking, BookingLine
from customers.models import Customer
from garages.enums import Role
from garages.models import Bay, Closure, Garage, Membership, Service
from garages.tenancy.context import tenant
from reports.figures import Money, Share
from reports.selectors import Dashboard, dashboard
from tests.conftest import logged_in
from tests.factories.garages import make_garage, make_member

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 6, 10, 12, tzinfo=LONDON)  # a Wednesday
_numbers = itertools.count()


@pytest.fixture
def noon(db: None) -> Any:
    with time_machine.travel(NOON, tick=False):
        yield NOON


def book(garage: Garage, starts_at: datetime, status: str = Status.CONFIRMED, **fields: Any) -> Booking:
    """A booking of one hour, or `hours`; its one line costs `price`."""
    hours, price, bay = fields.pop("hours", 1), fields.pop("price", 5_000), fields.pop("bay", None)
    with tenant(garage.pk):
        customer = Customer.objects.first() or Customer.objects.create(last_name="Ox")
        service = fields.pop("service", None) or Service.objects.get(name="MOT test")
        ends_at = starts_at + timedelta(hours=hours)
        booking = Booking.objects.create(
            reference=f"R{next(_numbers)}",
            customer=customer,
            status=status,
            starts_at=starts_at,
            ends_at=ends_at,
            ready_at=ends_at,
            held_from=starts_at,
            held_until=ends_at,
            bay=bay,
            **fields,
        )
        BookingLine.objects.create(
            booking=booking, service=service, name=service.name, minutes=service.minutes, price=price
        )
    return booking


def read(garage: Garage) -> Dashboard:
    with tenant(garage.pk):
        return dashboard(garage)


def page(client: Client, garage: Garage) -> Any:
    return client.get(reverse("reports:dashboard", args=[garage.slug]))


# --- Who may see it ---
@pytest.mark.parametrize(
    ("role", "status"), [(Role.TECHNICIAN, 403), (Role.RECEPTIONIST, 403), (Role.MANAGER, 200), (Role.OWNER, 200)]
)
def test_dashboard_is_for_managers_and_owners(garage: Garage, role: Role, status: int) -> None:
    assert page(logged_in(make_member(garage, role).user), garage).status_code == status


def test_dashboard_of_another_garage_does_not_exist(garage: Garage, stranger: Membership) -> None:
    assert page(logged_in(stranger.user), garage).status_code == 404


def test_dashboard_counts_nothing_of_another_garage(garage: Garage, other_garage: Garage, noon: datetime) -> None:
    book(other_garage, noon - timedelta(hours=2), Status.COMPLETED)
    book(other_garage, noon, Status.PENDING)
    figures = read(garage)
    assert figures.money_week == Money(0, 0)
    assert (figures.booked_today, figures.waiting.pending, figures.has_bars) == (0, 0, False)


# --- Today ---
def test_today_is_counted_by_status(garage: Garage, noon: datetime) -> None:
    for status in (Status.COMPLETED, Status.COMPLETED, Status.IN_SERVICE, Status.CANCELLED, Status.NO_SHOW):
        book(garage, noon - timedelta(hours=1), status)
    book(garage, noon + timedelta(days=1), Status.CONFIRMED)
    figures = read(garage)
    assert figures.today == {"completed": 2, "in_service": 1, "cancelled": 1, "no_show": 1}
    assert figures.booked_today == 4


def test_share_ready_by_the_promised_time(garage: Garage, manager_client: Client, noon: datetime) -> None:
    for late in (-5, 0, 5, 10):
        booking = book(garage, noon - timedelta(days=1), Status.COMPLETED)
        with tenant(garage.pk):
            Booking.objects.filter(pk=booking.pk).update(completed_at=booking.ready_at + timedelta(minutes=late))
    assert read(garage).in_time == Share(2, 4)
    assert "50% ready by the promised time" in page(manager_client, garage).content.decode()


def test_what_needs_a_person_is_counted_whatever_its_day(garage: Garage, noon: datetime) -> None:
    book(garage, noon + timedelta(days=9), Status.PENDING)
    book(garage, noon + timedelta(days=9), Status.REQUESTED)
    book(garage, noon - timedelta(days=9), Status.REQUESTED)  # expired
    book(garage, noon - timedelta(days=2), Status.IN_SERVICE)  # past its promised time
    book(garage, noon - timedelta(minutes=30), Status.IN_SERVICE)
    book(garage, noon - timedelta(hours=3), Status.CONFIRMED)  # nobody came
    book(garage, noon - timedelta(hours=3), Status.CONFIRMED, arrived_at=noon)
    book(garage, noon - timedelta(minutes=30), Status.CONFIRMED)  # may still come
    waiting = read(garage).waiting
    assert (waiting.pending, waiting.requests, waiting.late, waiting.missed) == (1, 1, 1, 1)
    assert (waiting.arrived, waiting.in_workshop, waiting.anything) == (1, 2, True)


def test_tiles_lead_to_the_lists_they_count(garage: Garage, manager_client: Client, noon: datetime) -> None:
    book(garage, noon + timedelta(days=1), Status.PENDING)
    book(garage, noon - timedelta(days=2), Status.IN_SERVICE)
    book(garage, noon - timedelta(hours=3), Status.CONFIRMED)
    text = page(manager_client, garage).content.decode()
    assert f'href="/g/{garage.slug}/desk/?status=pending"' in text
    assert "<b>1</b> booking to confirm" in text
    assert f'href="/g/{garage.slug}/desk/?status=in_service"' in text
    assert "<b>1</b> job is past its promised time" in text
    assert f'href="/g/{garage.slug}/bookings/?status=confirmed&amp;to=2026-06-10"' in text
    assert "<b>1</b> customer did not come" in text


# --- Money ---
def test_revenue_of_day_and_week_counts_every_source(garage: Garage, noon: datetime) -> None:
    book(garage, noon, Status.COMPLETED, price=100, source=Source.ONLINE)
    book(garage, noon, Status.COMPLETED, price=20, source=Source.RECEPTION)
    book(garage, noon, Status.IN_SERVICE, price=3)
    book(garage, datetime(2026, 6, 8, 0, tzinfo=LONDON), Status.COMPLETED, price=1_000)  # Monday's first moment
    book(garage, datetime(2026, 6, 14, 23, 59, tzinfo=LONDON), Status.CONFIRMED, price=70)  # Sunday's last
    book(garage, datetime(2026, 6, 7, 23, 59, tzinfo=LONDON), Status.COMPLETED, price=400)  # the week before
    book(garage, noon, Status.CANCELLED, price=99_999)
    figures = read(garage)
    assert figures.money_today == Money(done=120, expected=3)
    assert figures.money_week == Money(done=1_120, expected=73)
    assert figures.money_last_week == Money(done=400, expected=0)


def test_money_is_written_as_the_garage_writes_it(noon: datetime) -> None:
    garage = make_garage("port", country="FR", currency="EUR", time_zone="Europe/Paris", languages=["fr"])
    book(garage, noon, Status.COMPLETED, price=123_456)
    book(garage, noon, Status.NO_SHOW)
    text = page(logged_in(make_member(garage, Role.MANAGER).user), garage).content.decode()
    assert "1\N{NARROW NO-BREAK SPACE}234,56\N{NO-BREAK SPACE}€" in text
    assert re.search(r"<p>50\s%</p>", text)


# --- Days are the garage's own ---
def test_days_are_cut_at_the_garages_midnight(noon: datetime) -> None:
    garage = make_garage("lakeside", country="US", currency="USD", time_zone="America/New_York")
    new_york = ZoneInfo("America/New_York")
    book(garage, datetime(2026, 6, 9, 23, 59, tzinfo=new_york), Status.COMPLETED, price=1)
    book(garage, datetime(2026, 6, 10, 0, 0, tzinfo=new_york), Status.COMPLETED, price=20)
    book(garage, datetime(2026, 6, 10, 23, 59, tzinfo=new_york), Status.COMPLETED, price=300)
    book(garage, datetime(2026, 6, 11, 0, 0, tzinfo=new_york), Status.COMPLETED, price=4_000)
    figures = read(garage)
    assert figures.money_today.done == 320
    assert {bar.day.day: bar.total for bar in figures.bars if bar.total} == {9: 1, 10: 2, 11: 1}


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, 12), datetime(2026, 10, 25, 12)])  # 23 and 25 hours long
def test_days_on_which_the_clocks_change_are_whole(garage: Garage, day: datetime) -> None:
    midnight = day.replace(hour=0, tzinfo=LONDON)
    tomorrow = (day + timedelta(days=1)).replace(hour=0, tzinfo=LONDON)
    with time_machine.travel(day.replace(tzinfo=LONDON), tick=False):
        book(garage, midnight - timedelta(minutes=1), Status.COMPLETED, price=1)
        book(garage, midnight, Status.COMPLETED, price=20)
        book(garage, tomorrow.replace(hour=23) - timedelta(days=1), Status.COMPLETED, price=300)
        book(garage, tomorrow, Status.COMPLETED, price=4_000)
        figures = read(garage)
    assert figures.money_today.done == 320
    assert figures.today == {"completed": 2}


def test_peak_hours_are_on_the_garages_clock(garage: Garage, noon: datetime) -> None:
    book(garage, datetime(2026, 6, 9, 8, 30, tzinfo=LONDON), Status.COMPLETED)  # 07:30 in UTC
    assert read(garage).peak.hours == [8]


# --- Bay time ---
def test_bay_time_is_booked_of_opening_time(garage: Garage, noon: datetime) -> None:
    """Two bays, ten hours each."""
    with tenant(garage.pk):
        first, second = Bay.objects.all()
    eight = noon.replace(hour=8)
    book(garage, eight, Status.COMPLETED, bay=first, hours=5)
    book(garage, eight, Status.COMPLETED, bay=second, hours=4)
    book(garage, eight + timedelta(hours=3), Status.IN_SERVICE, bay=second, hours=2)  # the one before ended early
    book(garage, eight + timedelta(hours=6), Status.CANCELLED, bay=second, hours=4)
    book(garage, noon.replace(hour=16), Status.CONFIRMED, bay=first, hours=8)  # two of them in opening time
    assert read(garage).load_today.percent == 60


def test_next_days_end_with_the_sixth_and_name_closures(garage: Garage, noon: datetime) -> None:
    with tenant(garage.pk):
        bay = Bay.objects.first()
        Closure.objects.create(
            starts_on=noon.date() + timedelta(1), ends_on=noon.date() + timedelta(1), reason="Stocktaking"
        )
    book(garage, noon + timedelta(days=1), bay=bay)
    book(garage, noon + timedelta(days=2), bay=bay, hours=5)
    loads = [(load.day.day, load.percent, load.reason) for load in read(garage).loads]
    assert loads == [
        (10, 0, ""),
        (11, None, "Stocktaking"),
        (12, 25, ""),
        (13, 0, ""),
        (14, None, ""),  # Sunday
        (15, 0, ""),
        (16, 0, ""),
    ]


def test_a_bay_out_of_use_neither_offers_nor_takes_time(garage: Garage, noon: datetime) -> None:
    with tenant(garage.pk):
        first, second = Bay.objects.all()
        Bay.objects.filter(pk=second.pk).update(is_active=False)
    book(garage, noon, bay=first, hours=5)
    book(garage, noon, bay=second, hours=5)
    assert read(garage).load_today.percent == 50


# --- Habits ---
def test_thirty_days_are_thirty(garage: Garage, noon: datetime) -> None:
    book(garage, noon - timedelta(days=29), Status.NO_SHOW, source=Source.ONLINE)
    book(garage, noon - timedelta(days=30), Status.NO_SHOW, source=Source.ONLINE)
    book(garage, noon, Status.COMPLETED)
    book(garage, noon + timedelta(days=1), Status.CONFIRMED, source=Source.ONLINE)
    figures = read(garage)
    assert figures.no_shows == Share(1, 2)
    assert figures.online == Share(1, 2)


def test_bars_show_fourteen_days_back_and_ahead(garage: Garage, noon: datetime) -> None:
    for days in (-14, -13, 14, 15):
        book(garage, noon + timedelta(days=days))
    bars = read(garage).bars
    assert (bars[0].day, bars[-1].day, len(bars)) == (
        noon.date() - timedelta(13),
        noon.date() + timedelta(14),
        28,
    )
    assert [bar.total for bar in bars if bar.total] == [1, 1]


def test_popular_services_name_what_was_agreed(garage: Garage, noon: datetime) -> None:
    with tenant(garage.pk):
        full = Service.objects.get(name="Full service")
    book(garage, noon, Status.COMPLETED, service=full, price=19_900)
    book(garage, noon, Status.COMPLETED, price=5_000)
    book(garage, noon, Status.COMPLETED, price=5_485)
    with tenant(garage.pk):
        Service.objects.filter(pk=full.pk).update(name="Renamed since")
    services = [(rank.name, rank.bookings, rank.revenue) for rank in read(garage).services]
    assert services == [("Full service", 1, 19_900), ("MOT test", 2, 10_485)]


# --- The page ---
def test_the_chart_can_be_read_aloud(garage: Garage, manager_client: Client, noon: datetime) -> None:
    book(garage, noon, source=Source.ONLINE)
    book(garage, noon, source=Source.RECEPTION)
    assert "Wed 10 June: 1 online, 1 at reception" in page(manager_client, garage).content.decode()


def test_an_empty_garage_has_a_page(noon: datetime) -> None:
    garage = make_garage("empty", equipped=False)
    response = page(logged_in(make_member(garage, Role.MANAGER).user), garage)
    text = response.content.decode()
    assert response.status_code == 200
    for sentence in (
        "This garage is not set up yet.",
        "Nothing is waiting",
        "No bookings yet",
        "Nothing completed yet",
    ):
        assert sentence in text


def test_dashboard_costs_the_same_few_queries_whatever_the_garage(
    garage: Garage, manager_client: Client, noon: datetime
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page(manager_client, garage).status_code == 200
        return len(captured)

    book(garage, noon, Status.PENDING)
    queries()  # from the first look on the garage's setup is kept
    few = queries()
    for days in range(-20, 10):
        for status in (Status.COMPLETED, Status.PENDING, Status.NO_SHOW, Status.IN_SERVICE):
            book(garage, noon + timedelta(days=days), status)
    assert queries() == few
    assert few <= 14
