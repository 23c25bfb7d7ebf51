"""The planner's pages: what stands in which lane, what waits in the tray, who sees what."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.enums import Status
from bookings.models import Booking
from bookings.services import complete, confirm, start_service
from garages.enums import Role
from garages.models import (
    Bay,
    BayOutage,
    Closure,
    Garage,
    Membership,
    Technician,
    TechnicianAbsence,
    TechnicianShift,
)
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import at, make_booking, next_open_day
from tests.factories.garages import make_member

QUERIES = 9


def _lanes(html: str) -> dict[str, list[str]]:
    """The names on the cards by the lane's name."""
    columns = html.split('class="pl__col"')[1:]
    columns[-1:] = [columns[-1].split('id="planner-says"')[0].split('class="sheet tray"')[0]] if columns else []
    return {
        re.findall(r'data-name="([^"]+)"', column)[0]: re.findall(r'id="card-\w+"[^>]*>([^<]+)<', column)
        for column in columns
    }


def _tray(html: str) -> list[str]:
    return re.findall(r'id="tray-\w+"[^>]*>([^<]+)<', html)


def _page(client: Client, garage: Garage, **address: Any) -> str:
    address.setdefault("day", next_open_day(garage).isoformat())
    answer = client.get("/g/here/planner/", address)
    assert answer.status_code == 200
    return answer.content.decode()


def named(name: str) -> dict[str, str]:
    """Another customer than Ada Byron: a name and a number of their own."""
    first, _, last = name.partition(" ")
    return {"first_name": first, "last_name": last, "phone": f"07700 90{sum(name.encode()) % 1000:04}"}


def _request(garage: Garage, wall: str, *, day: date | None = None, **fields: Any) -> Booking:
    """A request, as it comes from outside: it holds no bay."""
    booking = make_booking(garage, wall, day=day, **fields)
    Booking.objects.filter(pk=booking.pk).update(status=Status.REQUESTED, bay=None)
    booking.refresh_from_db()
    return booking


@pytest.fixture
def sam(garage: Garage) -> Technician:
    with tenant(garage.pk), transaction.atomic():
        return Technician.objects.get(name="Sam Okoro")


def test_bookings_stand_in_their_bays(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "10:00")
        make_booking(garage, "08:00", **named("Priya Nair"), services=["MOT test"])
        make_booking(garage, "09:00", day=next_open_day(garage, after=7), **named("Not Today"))
    html = _page(desk_client, garage)
    assert _lanes(html) == {"Bay 1": ["Ada Byron"], "MOT bay": ["Priya Nair"]}
    assert _tray(html) == []
    assert 'style="--s:2;--d:0.5;--c:0;--n:1;--p:100"' in html


def test_switch_to_technicians(garage: Garage, desk_client: Client, sam: Technician) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "10:00")
        make_booking(garage, "11:00", **named("Nobody Yet"))
        Booking.objects.filter(pk=booking.pk).update(technician=sam)
    html = _page(desk_client, garage, lanes="technicians")
    assert _lanes(html) == {"Sam Okoro": ["Ada Byron"]}
    assert _tray(html) == ["Nobody Yet"]
    assert _lanes(_page(desk_client, garage, technician=sam.public_id))["Bay 1"] == ["Ada Byron"]


def test_header_counts_the_hours_left(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "10:00", services=["Full service"])
    head = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", _page(desk_client, garage).split("planner__left")[1][:200]))
    assert "18 h left of 20 h" in head


def test_requests_are_drawn_only_when_they_name_a_technician(
    garage: Garage, desk_client: Client, sam: Technician
) -> None:
    with tenant(garage.pk), transaction.atomic():
        asked = _request(garage, "10:00", services=["Full service"], **named("Asked Sam"))
        Booking.objects.filter(pk=asked.pk).update(technician=sam)
        _request(garage, "12:00", **named("Any Body"))
    html = _page(desk_client, garage, lanes="technicians")
    assert _lanes(html) == {"Sam Okoro": ["Asked Sam"]}
    assert _tray(html) == ["Asked Sam", "Any Body"]
    assert "asked for Sam Okoro" in html
    assert html.count("#hand-stop") > 2

    with tenant(garage.pk), transaction.atomic():
        works = make_booking(garage, "14:00")
        Booking.objects.filter(pk=works.pk).update(technician=sam)
    assert _lanes(_page(desk_client, garage))["Bay 1"] == ["Asked Sam", "Ada Byron"]


def test_expired_requests_show_when_asked_for(garage: Garage, desk_client: Client, sam: Technician) -> None:
    yesterday = garage.today() - timedelta(days=1)
    with tenant(garage.pk), transaction.atomic():
        asked = _request(garage, "10:00")
        start = at(garage, "10:00", day=yesterday)
        end = start + timedelta(minutes=30)
        Booking.objects.filter(pk=asked.pk).update(
            technician=sam, starts_at=start, held_from=start, ends_at=end, ready_at=end, held_until=end
        )
    past = {"day": yesterday.isoformat(), "lanes": "technicians"}
    html = _page(desk_client, garage, **past)
    assert _lanes(html) == {"Sam Okoro": []}
    assert "Show expired" in html
    shown = _page(desk_client, garage, expired=1, **past)
    assert _lanes(shown) == {"Sam Okoro": ["Ada Byron"]}
    assert 'class="blk blk--short is-pale" data-status="expired"' in shown


def test_work_left_over_from_earlier_days_waits_in_the_tray(
    garage: Garage, desk_client: Client, owner: Membership
) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = start_service(confirm(make_booking(garage, "10:00"), by=owner), by=owner)
        start = at(garage, "10:00", day=garage.today() - timedelta(days=3))
        end = start + timedelta(minutes=30)
        Booking.objects.filter(pk=booking.pk).update(
            starts_at=start, held_from=start, ends_at=end, ready_at=end, held_until=end
        )
    html = _page(desk_client, garage, day=garage.today().isoformat())
    assert _tray(html) == ["Ada Byron"]
    assert "Not finished" in html
    assert _tray(_page(desk_client, garage)) == []


def test_overrunning_work_goes_on_until_now(garage: Garage, desk_client: Client, owner: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = start_service(confirm(make_booking(garage, "10:00"), by=owner), by=owner)
        now = timezone.now().replace(microsecond=0)
        start, end = now - timedelta(minutes=90), now - timedelta(minutes=20)
        Booking.objects.filter(pk=booking.pk).update(
            starts_at=start, held_from=start, ends_at=end, ready_at=end, held_until=end
        )
    html = _page(desk_client, garage, day=garage.today().isoformat())
    if start.astimezone(garage.zone).date() == garage.today() and "Ada Byron" in str(_lanes(html)):
        assert "20 min over" in html


def test_completed_work_shows_as_done(garage: Garage, desk_client: Client, owner: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "10:00", services=["Full service"])
        complete(start_service(confirm(booking, by=owner), by=owner), by=owner)
    html = _page(desk_client, garage)
    assert _lanes(html)["Bay 1"] == ["Ada Byron"]
    assert 'data-status="completed"' in html
    assert "data-card" not in html


def test_closed_day_is_striped_and_says_why(garage: Garage, desk_client: Client) -> None:
    day = next_open_day(garage)
    with tenant(garage.pk), transaction.atomic():
        Closure.objects.create(starts_on=day, ends_on=day, reason="Stocktaking")
    html = _page(desk_client, garage)
    assert "Closed: Stocktaking" in html
    assert 'class="pl__block" style="--s:0;--d:10"' in html


def test_bay_out_of_service_is_striped_and_reduces_the_hours(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        bay = Bay.objects.get(name="Bay 1")
        BayOutage.objects.create(
            bay=bay, starts_at=at(garage, "14:00"), ends_at=at(garage, "16:00"), reason="Lift inspection"
        )
    html = _page(desk_client, garage)
    assert 'class="pl__block" style="--s:6;--d:2">Lift inspection<' in html
    assert ("18 h</strong> left of 18 h" in html, html.count("pl__block")) == (True, 1)


def test_technicians_shift_and_absence_are_their_hours(garage: Garage, desk_client: Client, sam: Technician) -> None:
    day = next_open_day(garage)
    with tenant(garage.pk), transaction.atomic():
        TechnicianShift.objects.create(technician=sam, weekday=day.weekday(), starts=time(8), ends=time(14))
        TechnicianAbsence.objects.create(
            technician=sam, starts_at=at(garage, "08:00"), ends_at=at(garage, "10:00"), reason="Dentist"
        )
    html = _page(desk_client, garage, lanes="technicians")
    assert re.findall(r'class="pl__block" style="([^"]+)">([^<]*)<', html) == [
        ("--s:0;--d:2", "Dentist"),
        ("--s:6;--d:4", ""),
    ]
    assert "left of 4 h" in html


def test_bay_no_longer_in_use_is_shown_while_something_is_booked_there(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "10:00")
        Bay.objects.filter(name="Bay 1").update(is_active=False)
    assert _lanes(_page(desk_client, garage)) == {"MOT bay": [], "Bay 1": ["Ada Byron"]}


def test_week_shows_seven_days_and_cuts_long_cells(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        for hour in range(8, 15):
            make_booking(garage, f"{hour:02}:00")
    html = _page(desk_client, garage, range="week")
    assert html.count('scope="col"') == 8
    assert html.count("plweek__card") == 5
    assert "2 more" in html


def test_technicians_see_their_own_lane_and_move_nothing(
    garage: Garage, technician: Membership, sam: Technician
) -> None:
    with tenant(garage.pk), transaction.atomic():
        own = make_booking(garage, "10:00")
        make_booking(garage, "11:00", **named("Not Mine"))
        Booking.objects.filter(pk=own.pk).update(technician=sam)
        Technician.objects.filter(pk=sam.pk).update(membership=technician)
        tomasz = Technician.objects.create(name="Tomasz")
        theirs = make_booking(garage, "12:00", phone="07700 900124")
        Booking.objects.filter(pk=theirs.pk).update(technician=tomasz)
    html = _page(logged_in(technician.user), garage, lanes="bays", technician="")
    assert _lanes(html) == {"Sam Okoro": ["Ada Byron"]}
    assert ("data-card" in html, "planner-form" in html, _tray(html)) == (False, False, [])


def test_log_in_without_a_technician_sees_nothing(garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "10:00")
    html = _page(logged_in(make_member(garage, Role.TECHNICIAN).user), garage)
    assert _lanes(html) == {}
    assert "You are not listed as a technician" in html


@pytest.mark.parametrize("address", [{}, {"range": "week"}, {"lanes": "technicians"}])
def test_number_of_queries_is_constant(garage: Garage, desk_client: Client, address: dict[str, str]) -> None:
    counts = []
    for wall in ("09:00", "10:00", "11:00"):
        with tenant(garage.pk), transaction.atomic():
            make_booking(garage, wall)
        with CaptureQueriesContext(connection) as asked:
            _page(desk_client, garage, **address)
        counts.append(sum("SELECT" in query["sql"].upper() for query in asked.captured_queries))
    assert counts[0] == counts[2]
    assert counts[2] <= QUERIES


@pytest.mark.parametrize("day", ["nonsense", "2026-02-30", "0001-01-01", "9999-12-31", ""])
def test_odd_days_are_today(garage: Garage, desk_client: Client, day: str) -> None:
    assert 'aria-label="Previous day"' in _page(desk_client, garage, day=day)
