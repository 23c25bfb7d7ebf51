"""A day that takes no more bookings, and notes on days: set in the planner, shown wherever a day is picked."""

from __future__ import annotations

import pytest
from django.test import Client

from bookings.availability import days
from bookings.errors import NotOpen
from bookings.jobs import Job
from bookings.refusals import Reason
from bookings.services import create_booking
from garages.models import DayNote, Garage, Membership
from garages.services.diary import add_note, mark_full
from garages.setup import load_setup
from tests.factories.bookings import at, make_booking, next_open_day, service_named
from tests.factories.customers import make_customer


def test_a_marked_day_takes_nothing_but_what_is_overbooked(inside: Garage, manager: Membership) -> None:
    day = next_open_day(inside)
    mark_full(day, full=True)
    mark_full(day, full=True)
    setup = load_setup(inside)
    service = service_named(setup, "Brake check")
    refusal = days(setup, [day], Job.of([service]))[0].refusal
    assert refusal is not None
    assert (refusal.reason, str(refusal.text)) == (Reason.MARKED_FULL, "Marked as fully booked.")
    with pytest.raises(NotOpen, match="fully booked"):
        make_booking(inside)
    booked = create_booking(
        setup=setup,
        customer=make_customer("Ada Byron", phone="07700 900123"),
        vehicle=None,
        vehicle_type=None,
        services=[service],
        starts_at=at(inside, "10:00"),
        by=manager,
        overbook_reason="A promise",
    )
    assert booked.starts_at == at(inside, "10:00")
    mark_full(day, full=False)
    assert days(load_setup(inside), [day], Job.of([service]))[0].refusal is None


def test_the_planner_marks_a_day_and_takes_it_back(desk_client: Client, garage: Garage) -> None:
    day = next_open_day(garage).isoformat()
    planner = f"/g/here/planner/?day={day}"
    assert "Mark as fully booked" in desk_client.get(planner).content.decode()
    assert desk_client.post("/g/here/planner/full/", {"day": day, "full": "1"}).headers["Location"] == planner
    assert "Take bookings again" in desk_client.get(planner).content.decode()
    desk_client.post("/g/here/planner/full/", {"day": day, "full": ""})
    assert "Mark as fully booked" in desk_client.get(planner).content.decode()


def test_a_note_shows_wherever_the_day_is_picked(desk_client: Client, inside: Garage) -> None:
    day = next_open_day(inside)
    note = add_note(day, " Lee  is on leave ")
    service = load_setup(inside).services[0].public_id
    pages = (
        f"planner/?day={day}",
        f"planner/?day={day}&range=week",
        "desk/",
        f"desk/calendar/?month={day:%Y-%m}&service={service}",
    )
    for page in pages:
        assert "Lee is on leave" in desk_client.get(f"/g/here/{page}").content.decode(), page
    desk_client.post(f"/g/here/planner/notes/{note.public_id}/remove/")
    assert not DayNote.objects.exists()


def test_an_empty_note_is_none(desk_client: Client, inside: Garage) -> None:
    desk_client.post("/g/here/planner/notes/add/", {"day": next_open_day(inside).isoformat(), "text": " "})
    assert not DayNote.objects.exists()
    assert desk_client.post("/g/here/planner/notes/add/", {"day": "never", "text": "x"}).status_code == 400
