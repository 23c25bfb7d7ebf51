"""A batch once it is submitted: shown as new, taken back into the queue; and a queue that outlives lost questions."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from bookings.enums import Status
from bookings.models import Booking, QueueEntry
from customers.models import Customer
from garages.models import Garage
from garages.queue import QueueUnreachable
from garages.tenancy.context import tenant
from integrations.vehicles import answers
from tests.bookings.queueing import add, bookings_of, post, queue_of, rows_in, typed_form

pytestmark = pytest.mark.django_db
THREE = ["EX70 LVA", "EX70 LVB", "EX70 LVC"]
AS_QUEUED = ("registration", "registration_typed", "make", "model", "services", "is_exception", "starts_from")


def _submitted(client: Client, garage: Garage, company: Customer, **typed: Any) -> list[str]:
    """Submits the queue; what Undo would send."""
    answer = post(client, "submit/", typed_form(garage, company, **typed))
    return re.findall(r'name="step" value="([^"]+)"', answer.content.decode())


def _undo(client: Client, steps: list[str], page: str = "http://testserver/g/here/desk/") -> Any:
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    return client.post("/g/here/desk/undo/", {"step": steps}, headers=headers)


def _as_queued(garage: Garage) -> list[dict[str, Any]]:
    with tenant(garage.pk), transaction.atomic():
        return list(QueueEntry.objects.filter(batch=None).values(*AS_QUEUED))


# --- Undone ---------------------------------------------------------------------------------------------------------
def test_an_undone_batch_stands_in_the_queue_as_it_did(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    add(desk_client, garage, couriers, *THREE)
    before = _as_queued(garage)
    steps = _submitted(desk_client, garage, couriers)
    assert queue_of(garage) == []
    answer = _undo(desk_client, steps)
    assert answer.headers["HX-Trigger"] == "desk-changed, queue-again"
    assert "3 bookings are undone: the vehicles are in the queue again." in answer.content.decode()
    assert {booking.status for booking in bookings_of(garage)} == {Status.CANCELLED}
    assert _as_queued(garage) == before
    assert len(rows_in(desk_client.get("/g/here/desk/").content.decode())) == 3


def test_submitted_again_the_same_cars_are_booked(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    add(desk_client, garage, couriers, *THREE)
    _undo(desk_client, _submitted(desk_client, garage, couriers))
    _submitted(desk_client, garage, couriers)
    bookings = bookings_of(garage)
    first, again = bookings[:3], bookings[3:]
    assert [booking.vehicle_id for booking in first] == [booking.vehicle_id for booking in again]
    assert {booking.status for booking in again} == {Status.PENDING}


def test_what_was_queued_anew_meanwhile_waits_once(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    add(desk_client, garage, couriers, *THREE[:2])
    steps = _submitted(desk_client, garage, couriers)
    add(desk_client, garage, couriers, THREE[1], THREE[2])
    _undo(desk_client, steps)
    assert sorted(entry.registration for entry in queue_of(garage)) == ["EX70LVA", "EX70LVB", "EX70LVC"]


def test_an_undo_that_fails_queues_nothing(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    add(desk_client, garage, couriers, *THREE)
    steps = _submitted(desk_client, garage, couriers)
    with tenant(garage.pk), transaction.atomic():
        Booking.objects.filter(reference=steps[2].partition(".")[0]).update(version=7)
    assert _undo(desk_client, steps).headers["HX-Trigger"] == "desk-changed"
    assert (queue_of(garage), {booking.status for booking in bookings_of(garage)}) == ([], {Status.PENDING})


# --- Shown as new ---------------------------------------------------------------------------------------------------
def test_from_the_drawer_all_of_the_batch_stand_out(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    add(desk_client, garage, couriers, *THREE)
    answer = post(desk_client, "submit/", typed_form(garage, couriers, quick="on"))
    where = answer.headers["HX-Redirect"]
    references = [booking.reference for booking in bookings_of(garage)]
    assert where == "/g/here/bookings/?" + "&".join(f"new={one}" for one in references) + f"#booking-{references[0]}"
    assert _new(desk_client.get(where).content.decode()) == set(references)


def test_on_the_desk_too(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    add(desk_client, garage, couriers, *THREE)
    page = desk_client.post("/g/here/desk/queue/submit/", typed_form(garage, couriers), follow=True).content.decode()
    shown = {booking.reference for booking in bookings_of(garage)} & set(re.findall(r'id="booking-(\w+)"', page))
    assert (_new(page), bool(shown)) == (shown, True)


def _new(page: str) -> set[str]:
    return {row[1] for row in re.finditer(r'<tr [^>]*id="booking-(\w+)"[^>]*class="is-new', page)}


# --- Lost questions -------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_plate_whose_question_was_lost_is_asked_again_and_stays_queued(
    garage: Garage,
    desk_client: Client,
    couriers: Customer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(answers, "hand_over", lambda _task, pk, **_more: asked.append(pk))
    [row] = rows_in(add(desk_client, garage, couriers, "BD18 SMR"))
    look = typed_form(garage, couriers, awaited=row, asked="0")
    post(desk_client, "look/", look)
    assert len(asked) == 1  # it may still come
    with time_machine.travel(timezone.now() + answers.LOST_AFTER, tick=False):
        answer = post(desk_client, "look/", look).content.decode()
    assert (asked, rows_in(answer)) == ([asked[0]] * 2, [])
    answers.answer(asked[1])
    answer = post(desk_client, "look/", look).content.decode()
    assert (rows_in(answer), "Ford Focus" in answer) == ([row], True)


@pytest.mark.django_db(transaction=True)
def test_without_anybody_to_ask_the_queue_is_kept_and_booked(
    garage: Garage,
    desk_client: Client,
    couriers: Customer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_args: Any, **_more: Any) -> None:
        raise QueueUnreachable

    monkeypatch.setattr(answers, "hand_over", refuse)
    add(desk_client, garage, couriers, *THREE)
    page = desk_client.get("/g/here/desk/").content.decode()
    assert (len(rows_in(page)), page.count("The register does not answer")) == (3, 3)
    assert len(_submitted(desk_client, garage, couriers)) == 3
