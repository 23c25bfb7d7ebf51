"""My day: a technician's own jobs, clock and figures, and nobody else's (ROLE-8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.enums import Status
from bookings.models import Booking, WorkSpan
from bookings.selectors.my_day import my_day
from fleet.models import RegisterCheck
from garages.models import Garage, Membership, Technician
from garages.tenancy.context import tenant
from integrations.vehicles import VehicleFacts
from integrations.vehicles.facts import Defect, MotTest
from tests.conftest import logged_in
from tests.factories.bookings import make_booking
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle


@pytest.fixture
def sam(garage: Garage, technician: Membership) -> Technician:
    with tenant(garage.pk):
        sam = Technician.objects.get(name="Sam Okoro")
        sam.membership = technician
        sam.save()
        return sam


@pytest.fixture
def client(technician: Membership, sam: Technician) -> Client:
    return logged_in(technician.user)


def _today(garage: Garage, who: Technician | None, wall: str = "10:00", **changes: Any) -> Booking:
    """A confirmed booking, put on today whatever day it is."""
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, wall, **changes.pop("made", {}))
        shift = timedelta(days=(garage.today() - booking.starts_at.astimezone(garage.zone).date()).days)
        moments = ("starts_at", "ends_at", "ready_at", "held_from", "held_until")
        facts = {name: getattr(booking, name) + shift for name in moments} | {"status": Status.CONFIRMED}
        Booking.objects.filter(pk=booking.pk).update(technician=who, **(facts | changes))
        return Booking.objects.get(pk=booking.pk)


def _post(client: Client, booking: Booking, verb: str, **fields: str) -> Any:
    return client.post(f"/g/here/bookings/{booking.reference}/{verb}/", {"then": "my-day", **fields})


def _html(client: Client) -> str:
    return client.get("/g/here/my-day/").content.decode()


def test_one_tap_starts_pauses_resumes_and_completes(garage: Garage, sam: Technician, client: Client) -> None:
    booking = _today(garage, sam)
    for verb, fields, shown, status in [
        ("start", {}, "Pause", Status.IN_SERVICE),
        ("pause", {"why": "parts"}, "Waiting for parts", Status.IN_SERVICE),
        ("resume", {}, "Pause", Status.IN_SERVICE),
        ("pause", {"why": "other", "note": "Lift is blocked"}, "Lift is blocked", Status.IN_SERVICE),
        ("complete", {}, "Completed", Status.COMPLETED),
    ]:
        answer = _post(client, booking, verb, **fields)
        assert (answer.status_code, answer.url) == (302, "/g/here/my-day/")
        assert shown in _html(client)
        with tenant(garage.pk):
            assert Booking.objects.get(pk=booking.pk).status == status
    with tenant(garage.pk):
        assert WorkSpan.objects.filter(booking=booking, ended_at=None).count() == 0


def test_htmx_gets_the_jobs_and_the_message(garage: Garage, sam: Technician, client: Client) -> None:
    booking = _today(garage, sam)
    headers = {"HX-Request": "true", "HX-Target": "my-day"}
    answer = client.post(
        f"/g/here/bookings/{booking.reference}/start/", {"then": "my-day"}, headers=headers, follow=True
    )
    html = answer.content.decode()
    assert html.lstrip().startswith("<section")
    assert "Ada Byron: Work has begun." in html


def test_pause_wants_a_reason_it_knows(garage: Garage, sam: Technician, client: Client) -> None:
    booking = _today(garage, sam, status=Status.IN_SERVICE, started_at=timezone.now())
    assert _post(client, booking, "pause", why="bored").status_code == 400


def test_jobs_of_others_are_neither_shown_nor_to_be_had(garage: Garage, sam: Technician, client: Client) -> None:
    with tenant(garage.pk):
        jo = Technician.objects.create(name="Jo Pritchard")
    theirs = _today(garage, jo, made={"first_name": "Grace", "last_name": "Hopper", "phone": "07700 900555"})
    mine = _today(garage, sam, "14:00")
    html = _html(client)
    assert (mine.reference in html, theirs.reference in html, "Hopper" in html) == (True, False, False)
    for verb in ("start", "pause", "resume", "complete", "take"):
        assert _post(client, theirs, verb, why="parts").status_code == 404
    assert client.get(f"/g/here/bookings/{theirs.reference}/").status_code == 404
    for page in ("desk", "bookings", "customers", "dashboard", "closing"):
        assert client.get(f"/g/here/{page}/").status_code == 403
    for rest in ("assign/", "arrival/", "edit/"):
        assert client.get(f"/g/here/bookings/{mine.reference}/{rest}").status_code == 403


def test_figures_are_ones_own_and_of_this_week(garage: Garage, sam: Technician) -> None:
    now = timezone.now()
    done = {"status": Status.COMPLETED, "completed_at": now, "started_at": now}
    mine = _today(garage, sam, made={"services": ["Full service"]}, **done)
    _today(garage, sam, "13:00", **(done | {"completed_at": now - timedelta(days=8)}))
    with tenant(garage.pk), transaction.atomic():
        jo = Technician.objects.create(name="Jo Pritchard")
    theirs = _today(garage, jo, "15:00", **done)
    with tenant(garage.pk), transaction.atomic():
        for booking, who in [(mine, sam), (theirs, jo)]:
            _span(booking, who, now, timedelta(minutes=90))
        week = my_day(sam, garage).week
    assert (week.done, week.worked, week.sold) == (1, timedelta(minutes=90), timedelta(hours=2))


def _span(booking: Booking, who: Technician, now: datetime, length: timedelta) -> None:
    WorkSpan.objects.create(booking=booking, technician=who, started_at=now, ended_at=now + length)


def test_clock_counts_all_spans_and_the_running_one(garage: Garage, sam: Technician) -> None:
    now = timezone.now()
    booking = _today(garage, sam, status=Status.IN_SERVICE, started_at=now)
    with tenant(garage.pk), transaction.atomic():
        _span(booking, sam, now - timedelta(hours=3), timedelta(minutes=12))
        WorkSpan.objects.create(booking=booking, technician=sam, started_at=now - timedelta(minutes=3))
        job = my_day(sam, garage).own[0]
    assert job.clock.worked == timedelta(minutes=12)
    assert job.clock.worked_by_now >= timedelta(minutes=15)
    assert (job.percent, job.is_paused) == (50, False)


def test_job_nobody_has_can_be_taken_once(garage: Garage, sam: Technician, client: Client) -> None:
    booking = _today(garage, None)
    assert "Nobody has these yet" in _html(client)
    page = client.post(f"/g/here/bookings/{booking.reference}/take/", follow=True).content.decode()
    assert "Ada Byron: yours." in page
    assert "Nobody has these yet" not in page
    assert "does this job" in client.post(f"/g/here/bookings/{booking.reference}/take/", follow=True).content.decode()


def test_what_the_last_mot_remarked_stands_on_the_job(garage: Garage, sam: Technician, client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        vehicle = make_vehicle(make_customer("Ada Byron"), registration="AB12 CDE")
        test = MotTest(timezone.now(), passed=True, defects=(Defect("Offside front tyre worn", "ADVISORY"),))
        facts = VehicleFacts(registration="AB12CDE", has_recall=True, tests=(test,)).as_json()
        RegisterCheck.objects.create(vehicle=vehicle, facts=facts, source="dvsa", checked_at=timezone.now())
    booking = _today(garage, sam)
    assert "Remarks of the last MOT" not in _html(client)
    with tenant(garage.pk), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(vehicle=vehicle)
    html = _html(client)
    for text in ("Remarks of the last MOT", "Offside front tyre worn", "Open safety recall"):
        assert text in html


def test_log_in_without_a_technician_is_told(technician: Membership) -> None:
    assert "not linked to a technician" in _html(logged_in(technician.user))


def test_day_costs_the_same_whatever_is_in_it(garage: Garage, sam: Technician) -> None:
    def queries() -> int:
        with (
            tenant(garage.pk),
            transaction.atomic(),
            CaptureQueriesContext(
                connection,
            ) as found,
        ):
            my_day(sam, garage)
        return len([one for one in found if one["sql"].startswith("SELECT")])

    _today(garage, sam, "09:00")
    first = queries()
    _today(garage, sam, "11:00", status=Status.IN_SERVICE, started_at=timezone.now())
    _today(garage, None, "12:00")
    assert (first, queries()) == (5, 5)
