"""What one shift leaves to the next: the log of its acts on bookings, and a note."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.models import Booking, HandoverNote
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/g/here/handover/"


@pytest.fixture
def booking(garage: Garage) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        return make_booking(garage)


def _log(client: Client, query: str = "") -> list[str]:
    """The acts as they are read, newest first, each with its changes."""
    page = client.get(PAGE + query).content.decode()
    acts = (
        re.findall(r"<li>(.*?)</li>", page[page.index('class="timeline"') :], re.DOTALL) if "timeline" in page else []
    )
    plain = (re.sub(r"<time.*?</time>|<svg.*?</svg>", "", act, flags=re.DOTALL) for act in acts)
    return [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", act))).strip() for act in plain]


def test_the_log_says_who_did_what_to_which_booking(
    booking: Booking, receptionist: Membership, manager: Membership
) -> None:
    own = f"/g/here/bookings/{booking.reference}"
    logged_in(receptionist.user).post(f"{own}/confirm/")
    client = logged_in(manager.user)
    client.post(f"{own}/cancel/", {"reason": "Ill"})
    assert _log(client)[:2] == [
        f"Manager of Here Motors cancelled the booking: Ada Byron, {booking.reference} Reason: Ill",
        f"Receptionist of Here Motors confirmed the booking: Ada Byron, {booking.reference}",
    ]


def test_the_log_begins_where_the_person_left(
    garage: Garage, booking: Booking, receptionist: Membership, manager: Membership, owner: Membership
) -> None:
    own = f"/g/here/bookings/{booking.reference}"
    logged_in(receptionist.user).post(f"{own}/confirm/")
    logged_in(manager.user).post(f"{own}/cancel/", {"reason": "Ill"})
    day = garage.today().isoformat()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        begins = [len(_log(logged_in(one.user))) for one in (receptionist, manager, owner)]
        assert begins == [2, 1, 0]  # with one's own last act; who did nothing of late begins with today
        assert len(_log(logged_in(owner.user), f"?day={day}")) == 3


def test_any_number_of_acts_costs_the_same(garage: Garage, booking: Booking, desk_client: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk_client.get(PAGE).status_code == 200
        return len(queries)

    desk_client.post(f"/g/here/bookings/{booking.reference}/confirm/")
    one = asked()
    with tenant(garage.pk), transaction.atomic():
        others = [make_booking(garage, f"{hour}:00") for hour in ("11", "13", "15")]
    for other in others:
        desk_client.post(f"/g/here/bookings/{other.reference}/confirm/")
        desk_client.post(f"/g/here/bookings/{other.reference}/cancel/", {"reason": "Ill"})
    assert len(_log(desk_client)) == 11
    assert asked() <= one + 3  # the names of bays and people, once there are any to tell apart


def test_a_note_is_there_for_the_next_shift(garage: Garage, desk_client: Client, manager: Membership) -> None:
    form = {"text": "Keys of the Transit are with Sam.", "idempotency_key": "0" * 32}
    for _time in range(2):
        assert desk_client.post(f"{PAGE}note/", form).status_code == 302
    with tenant(garage.pk), transaction.atomic():
        assert HandoverNote.objects.count() == 1
    page = logged_in(manager.user).get(PAGE).content.decode()
    assert "Keys of the Transit are with Sam." in page
    assert "Receptionist of Here Motors" in page


def test_an_old_note_stays_until_there_is_a_newer_one(garage: Garage, desk_client: Client) -> None:
    desk_client.post(f"{PAGE}note/", {"text": "First"})
    with tenant(garage.pk), transaction.atomic():
        HandoverNote.objects.update(written_at=timezone.now() - timedelta(days=4))
    assert "First" in desk_client.get(PAGE).content.decode()
    desk_client.post(f"{PAGE}note/", {"text": "Second"})
    page = desk_client.get(PAGE).content.decode()
    assert ("First" in page, "Second" in page) == (False, True)


def test_an_empty_note_is_refused(garage: Garage, desk_client: Client) -> None:
    assert desk_client.post(f"{PAGE}note/", {"text": " "}).status_code == 422
    with tenant(garage.pk), transaction.atomic():
        assert not HandoverNote.objects.exists()


def test_the_desk_leads_there(desk_client: Client) -> None:
    assert f'href="{PAGE}" data-key="h"' in desk_client.get("/g/here/desk/").content.decode()
