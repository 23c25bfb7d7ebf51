"""Bookings that a closure, a bay out of service or an absence hits."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from bookings.models import Booking
from bookings.selectors.affected import affected_by
from bookings.services import confirm, start_service
from bookings.slots import day_range
from garages.models import Bay, Closure, Garage, Membership
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import at, make_booking, next_open_day


@pytest.fixture
def two(garage: Garage) -> list[Booking]:
    """Two bookings of the next open day, which then is closed."""
    day = next_open_day(garage)
    with tenant(garage.pk), transaction.atomic():
        made = [
            make_booking(garage, "10:00"),
            make_booking(
                garage, "11:00", first_name="Priya", last_name="Nair", phone="07700 900456", services=["MOT test"]
            ),
        ]
        Closure.objects.create(starts_on=day, ends_on=day, reason="Stocktaking")
    return made


def _address(garage: Garage, page: str = "", **more: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in {"from": next_open_day(garage), **more}.items())
    return f"/g/here/planner/affected/{page}?{query}"


def _starts(garage: Garage) -> list[Any]:
    with tenant(garage.pk), transaction.atomic():
        return list(Booking.objects.order_by("pk").values_list("starts_at", flat=True))


def _next_day(garage: Garage) -> Any:
    """The first day after the closed one on which the garage works."""
    day = next_open_day(garage) + timedelta(days=1)
    return day if day.weekday() < 6 else day + timedelta(days=1)


def test_closed_day_lists_its_bookings_with_another_time(
    garage: Garage, desk_client: Client, two: list[Booking]
) -> None:
    html = desk_client.get(_address(garage)).content.decode()
    assert re.findall(r'name="step" value="(\w+)\.\d+"', html) == [*(one.reference for one in two)] * 2
    assert html.count("08:00") >= 2


def test_one_is_moved_and_the_other_left(garage: Garage, desk_client: Client, two: list[Booking]) -> None:
    step = {"step": f"{two[0].reference}.{two[0].version}"}
    answer = desk_client.post(_address(garage, "move/"), step, follow=True)
    assert "1 booking moved." in answer.content.decode()
    assert _starts(garage) == [at(garage, "08:00", day=_next_day(garage)), at(garage, "11:00")]


def test_all_are_moved_together(garage: Garage, desk_client: Client, two: list[Booking]) -> None:
    steps = {"step": [f"{one.reference}.{one.version}" for one in two]}
    answer = desk_client.post(_address(garage, "move/"), steps, follow=True)
    html = answer.content.decode()
    assert "2 bookings moved." in html
    assert "No booking is affected" in html
    assert {start.astimezone(garage.zone).date() for start in _starts(garage)} == {_next_day(garage)}


def test_what_somebody_changed_meanwhile_stays(garage: Garage, desk_client: Client, two: list[Booking]) -> None:
    step = {"step": f"{two[0].reference}.{two[0].version + 5}"}
    html = desk_client.post(_address(garage, "move/"), step, follow=True).content.decode()
    assert "Ada Byron stays where it was" in html
    assert _starts(garage)[0] == at(garage, "10:00")


def test_work_that_has_begun_is_not_offered_another_time(
    garage: Garage, desk_client: Client, two: list[Booking], owner: Membership
) -> None:
    with tenant(garage.pk), transaction.atomic():
        start_service(confirm(two[0], by=owner), by=owner)
    html = desk_client.get(_address(garage)).content.decode()
    assert "being worked on" in html
    assert re.findall(r'name="step" value="(\w+)\.\d+"', html) == [two[1].reference] * 2


def test_only_one_bay_or_only_some_hours(garage: Garage, two: list[Booking]) -> None:
    day = day_range(next_open_day(garage), garage.zone)
    with tenant(garage.pk), transaction.atomic():
        mot = str(Bay.objects.get(name="MOT bay").public_id)
        assert list(affected_by(day, bay=mot)) == [two[1]]
        assert list(affected_by(day)) == two


def test_window_of_wall_clock_times(garage: Garage, desk_client: Client, two: list[Booking]) -> None:
    day = next_open_day(garage)
    html = desk_client.get(f"/g/here/planner/affected/?from={day}T10:45&until={day}T12:00").content.decode()
    assert ("Ada Byron" in html, "Priya Nair" in html) == (False, True)


@pytest.mark.parametrize(
    "query", ["from=soon", "until=never", "from=2026-12-02&until=2026-12-01", "from=2026-12-01&bay=x"]
)
def test_window_that_makes_no_sense_is_not_found(desk_client: Client, query: str) -> None:
    assert desk_client.get(f"/g/here/planner/affected/?{query}").status_code == 404


def test_technicians_may_not(garage: Garage, technician: Membership) -> None:
    assert logged_in(technician.user).get(_address(garage)).status_code == 403


def test_whoever_closes_a_day_is_shown_what_it_hits(garage: Garage, manager_client: Client) -> None:
    day = next_open_day(garage)
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "10:00")
    closure = {"starts_on": day.isoformat(), "reason": "Stocktaking"}
    html = manager_client.post("/g/here/settings/closures/", closure, follow=True).content.decode()
    assert ("Closed: Stocktaking" in html, "Ada Byron" in html) == (True, True)
    assert f'id="affected-heading">{day:%a} {day.day} {day:%B}</h2>' in html


def test_whoever_takes_a_bay_out_is_shown_what_it_hits(garage: Garage, manager_client: Client) -> None:
    day = next_open_day(garage).isoformat()
    with tenant(garage.pk), transaction.atomic():
        bay = make_booking(garage, "10:00").bay
        assert bay is not None
    times = {"starts_at": f"{day}T09:00", "ends_at": f"{day}T12:00"}
    away = {"what": f"bay:{bay.public_id}", "reason": "Lift inspection", **times}
    html = manager_client.post("/g/here/settings/away/", away, follow=True).content.decode()
    assert ("Noted." in html, "Ada Byron" in html, f"{bay.name}: " in html) == (True, True, True)
