"""Who should do a job: the ranking, its reasons, and one click."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.enums import Status
from bookings.models import Booking
from bookings.ranking import FULL_DAY, Candidate, ranked
from bookings.selectors.candidates import ranking_for
from garages.models import Garage, Service, Skill, Technician, TechnicianAbsence, TechnicianSkill
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle


def _candidate(
    name: str, *, skills: set[int] = frozenset(), hours: int = 0, visits: int = 0, busy: bool = False
) -> Candidate:  # type: ignore[assignment]
    return Candidate(name, name, frozenset(skills), timedelta(hours=hours), visits, busy)


def _order(*candidates: Candidate, needed: dict[int, str] | None = None) -> list[str]:
    return [one.candidate.name for one in ranked(candidates, needed or {})]


def test_skill_counts_more_than_room_and_knowing_the_car() -> None:
    knows = _candidate("knows the car", visits=3)
    can = _candidate("has the skill", skills={1}, hours=4)
    assert _order(knows, can, needed={1: "MOT"}) == ["has the skill", "knows the car"]


def test_room_then_the_car_then_the_garages_order_decide() -> None:
    assert _order(_candidate("full", hours=8), _candidate("half", hours=4), _candidate("free")) == [
        *("free", "half", "full")
    ]
    assert _order(_candidate("first"), _candidate("known", visits=1), _candidate("last")) == ["known", "first", "last"]


def test_busy_at_that_time_comes_last_whatever_they_can() -> None:
    best = _candidate("busy", skills={1}, visits=9, busy=True)
    assert _order(best, _candidate("free", hours=8), needed={1: "MOT"}) == ["free", "busy"]


def test_points_are_out_of_a_hundred() -> None:
    both = ranked([_candidate("best", visits=1), _candidate("worst", hours=9)], {1: "MOT"})
    assert [one.points for one in both] == [50, 0]
    assert ranked([_candidate("best", skills={1}, visits=1)], {1: "MOT"})[0].points == 100
    assert timedelta(hours=8) == FULL_DAY


def test_reasons_are_said_in_words() -> None:
    one = ranked([_candidate("Jo", skills={1}, hours=2, visits=2)], {1: "MOT", 2: "Electrics"})[0]
    assert [(reason.text, reason.is_good) for reason in one.reasons] == [
        ("Has the skill: MOT", True),
        ("Lacks the skill: Electrics", False),
        ("Worked on this car 2 times", True),
        ("2 h of other work that day", True),
    ]


@pytest.fixture
def booking(garage: Garage) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        skill = Skill.objects.create(name="Brakes")
        Service.objects.filter(name="Brake check").update(skill=skill)
        jo = Technician.objects.create(name="Jo Pritchard", position=2)
        TechnicianSkill.objects.create(technician=jo, skill=skill)
        customer = make_customer("Ada Byron", phone="07700 900123")
        car = make_vehicle(customer, registration="AB12 CDE")
        before = make_booking(garage, "08:00", customer=customer, vehicle=car)
        Booking.objects.filter(pk=before.pk).update(status=Status.COMPLETED, technician=jo)
        return make_booking(garage, "10:00", customer=customer, vehicle=car)


def test_ranking_reads_skills_load_and_the_cars_past(booking: Booking, garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        sam = Technician.objects.get(name="Sam Okoro")
        other = make_booking(garage, "10:00", services=["MOT test"])
        Booking.objects.filter(pk=other.pk).update(technician=sam)
        ranking = ranking_for(booking, load_setup(garage))
    assert [(one.candidate.name, one.candidate.is_busy, one.points) for one in ranking] == [
        ("Jo Pritchard", False, 100),
        ("Sam Okoro", True, 26),
    ]
    assert "Worked on this car once" in [reason.text for reason in ranking[0].reasons]


def test_who_is_not_there_comes_last_and_says_so(booking: Booking, garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        jo = Technician.objects.get(name="Jo Pritchard")
        away = {"starts_at": booking.starts_at, "ends_at": booking.ends_at, "reason": "Dentist"}
        TechnicianAbsence.objects.create(technician=jo, **away)
        ranking = ranking_for(booking, load_setup(garage))
    assert [one.candidate.name for one in ranking] == ["Sam Okoro", "Jo Pritchard"]
    assert (ranking[1].reasons[0].text, ranking[1].reasons[0].is_good) == ("Is not there at that time", False)


def test_ranking_costs_the_same_for_any_team(booking: Booking, garage: Garage) -> None:
    def queries() -> int:
        with tenant(garage.pk), transaction.atomic():
            setup = load_setup(garage)
            with CaptureQueriesContext(connection) as found:
                ranking_for(booking, setup)
        return len([one for one in found if one["sql"].startswith("SELECT")])

    first = queries()
    with tenant(garage.pk), transaction.atomic():
        Technician.objects.bulk_create(Technician(name=f"T{number}") for number in range(5))
    assert (first, queries()) == (5, 5)


def test_one_click_assigns_and_can_be_undone(booking: Booking, garage: Garage, desk_client: Client) -> None:
    address = f"/g/here/bookings/{booking.reference}/assign/"
    assert "Suggested" in desk_client.get(address).content.decode()
    with tenant(garage.pk):
        jo = Technician.objects.get(name="Jo Pritchard")
    page = desk_client.post(address, {"technician": jo.public_id, "version": 1}, follow=True).content.decode()
    assert "Jo Pritchard does this job." in page
    assert f'name="step" value="{booking.reference}.2"' in page
    stale = desk_client.post(address, {"technician": "", "version": 1}, follow=True).content.decode()
    assert "Look again, then decide" in stale
    desk_client.post(address, {"technician": "", "version": 2})
    with tenant(garage.pk):
        assert Booking.objects.get(pk=booking.pk).technician is None


def test_a_technician_of_elsewhere_is_not_there(booking: Booking, other_garage: Garage, desk_client: Client) -> None:
    with tenant(other_garage.pk):
        theirs = Technician.objects.get()
    address = f"/g/here/bookings/{booking.reference}/assign/"
    assert desk_client.post(address, {"technician": theirs.public_id, "version": 1}).status_code == 404
    assert desk_client.post(address, {"technician": "x", "version": 1}).status_code == 404
