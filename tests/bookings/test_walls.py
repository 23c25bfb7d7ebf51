"""The planner on the workshop's wall, and on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from bookings.enums import PauseReason
from bookings.models import Booking, WorkSpan
from bookings.services import confirm, start_service
from bookings.services.work import pause
from garages.models import Bay, BayOutage, Garage, Membership, Technician
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import make_booking, next_open_day


@pytest.fixture
def client(technician: Membership) -> Client:
    return logged_in(technician.user)


def _wall(client: Client) -> str:
    return client.get("/g/here/planner/tv/").content.decode()


def _running(garage: Garage, by: Membership, *, days_ago: int = 0, technician: Technician | None = None) -> Booking:
    """Ada Byron's brake check in the first bay, begun a minute ago or so many days before."""
    booking = make_booking(garage, "10:00")
    Booking.objects.filter(pk=booking.pk).update(technician=technician)
    running = start_service(confirm(booking, by=by), by=by)
    start = timezone.now() - timedelta(days=days_ago, minutes=1)
    end = start + timedelta(hours=1)
    moments = {"starts_at": start, "held_from": start, "ends_at": end, "ready_at": end, "held_until": end}
    Booking.objects.filter(pk=running.pk).update(started_at=start, **moments)
    return Booking.objects.get(pk=running.pk)


def test_wall_shows_what_is_worked_on_and_what_comes(garage: Garage, owner: Membership, client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = _running(garage, owner)
        assert booking.started_at
    html = _wall(client)
    assert html.count('class="wall__job') == 1
    assert ('data-theme="dark"' in html, "Free" in html, ">late<" in html) == (True, True, False)
    assert f'data-since="{booking.started_at.astimezone(garage.zone).isoformat()[:16]}' in html


def test_a_car_promised_another_day_says_which(garage: Garage, owner: Membership, client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = _running(garage, owner, days_ago=2)
    day = booking.ready_at.astimezone(garage.zone)
    html = _wall(client)
    assert ("is-late" in html, f"ready by {day:%a} {day.day} {day:%B}" in html) == (True, True)


def test_a_clock_that_stands_still_says_why(garage: Garage, owner: Membership, client: Client) -> None:
    """It shows what was worked, not what has passed since."""
    with tenant(garage.pk), transaction.atomic():
        booking = _running(garage, owner, technician=Technician.objects.get(name="Sam Okoro"))
        WorkSpan.objects.filter(booking=booking).update(started_at=timezone.now() - timedelta(minutes=42, seconds=5))
        pause(booking, why=PauseReason.PARTS, by=owner)
    html = _wall(client)
    assert ("is-paused" in html, "data-since" in html) == (True, False)
    assert ("0:42" in html, "Parts" in html) == (True, True)


def test_a_bay_out_of_service_is_not_free(garage: Garage, client: Client) -> None:
    now = timezone.now()
    with tenant(garage.pk), transaction.atomic():
        for bay in Bay.objects.all():
            BayOutage.objects.create(
                bay=bay, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1), reason="Lift inspection"
            )
    html = _wall(client)
    assert (html.count("Lift inspection"), "Free" in html) == (2, False)


def test_day_sheet_lists_the_day_with_phone_and_notes(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "10:00", workshop_notes="Squeals")
    answer = desk_client.get("/g/here/planner/sheet/", {"day": next_open_day(garage).isoformat()})
    html = answer.content.decode()
    for text in ("Ada Byron", "07700 900123", "Squeals", "Bay 1", "Brake check", "10:00"):
        assert text in html
