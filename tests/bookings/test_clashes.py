"""The second of two who save the same booking: both values are shown, nothing is lost silently."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from bookings.enums import Status
from bookings.models import Booking
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.bookings.test_booking_pages import _typed
from tests.conftest import logged_in
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db(transaction=True)  # acts are told apart by the moment their transaction began
Send = Callable[..., HttpResponse]


@pytest.fixture
def booking(garage: Garage) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        return make_booking(garage, "10:00", services=["Full service"], workshop_notes="Squeals")


@pytest.fixture
def old(booking: Booking) -> dict[str, Any]:
    """The form as it was drawn before anybody else saved."""
    return _typed(booking)


@pytest.fixture
def send(booking: Booking, manager: Membership) -> Send:
    client = logged_in(manager.user)
    return lambda form, **changes: client.post(f"/g/here/bookings/{booking.reference}/edit/", form | changes)


def _asked(answer: HttpResponse) -> list[tuple[str, str, str, str]]:
    """(field, mine, theirs, what is chosen) of each field on the page."""
    assert answer.status_code == 409
    found = []
    for part in answer.content.decode().split('class="clash__name">')[1:]:
        mine, theirs = (
            html.unescape(re.sub(r"<[^>]+>", "", value))
            for value in re.findall(r'<span class="prose">(.*?)</span>', part)
        )
        chosen = re.search(r'value="(mine|theirs)" required checked', part)
        found.append((part.split("<")[0], mine, theirs, chosen[1] if chosen else ""))
    return found


def _saved(booking: Booking) -> Booking:
    with tenant(booking.garage_id), transaction.atomic():
        return Booking.objects.get(pk=booking.pk)


def test_what_both_changed_is_asked_and_what_only_they_changed_stays(
    booking: Booking, old: dict[str, Any], desk_client: Client, send: Send
) -> None:
    assert send(old, workshop_notes="Pulls", internal_notes="Called").status_code == 302
    mine = old | {"workshop_notes": "Clacks", "urgent": "on"}
    assert _asked(_second(desk_client, booking, mine)) == [
        ("Notes", "Clacks", "Pulls", ""),
        ("Internal notes", "Nothing", "Called", "theirs"),
    ]
    assert _saved(booking).workshop_notes == "Pulls"
    undecided = mine | {"met": "2", "keep-internal_notes": "theirs"}
    assert [choice for *_, choice in _asked(_second(desk_client, booking, undecided))] == ["", "theirs"]

    assert _second(desk_client, booking, undecided | {"keep-workshop_notes": "mine"}).status_code == 302
    saved = _saved(booking)
    assert (saved.workshop_notes, saved.internal_notes, saved.priority, saved.version) == ("Clacks", "Called", 1, 3)


def _second(client: Client, booking: Booking, form: dict[str, Any]) -> HttpResponse:
    return client.post(f"/g/here/bookings/{booking.reference}/edit/", form)


def test_what_was_decided_holds_only_for_what_was_shown(
    booking: Booking, old: dict[str, Any], desk_client: Client, send: Send
) -> None:
    send(old, workshop_notes="Pulls")
    decided = old | {"workshop_notes": "Clacks", "met": "2", "keep-workshop_notes": "mine"}
    send(_typed(booking), workshop_notes="Hums")
    assert _asked(_second(desk_client, booking, decided)) == [("Notes", "Clacks", "Hums", "mine")]
    assert _second(desk_client, booking, decided | {"met": "3"}).status_code == 302
    assert _saved(booking).workshop_notes == "Clacks"


def test_a_moved_booking_stays_moved(booking: Booking, old: dict[str, Any], desk_client: Client, send: Send) -> None:
    assert send(old, time="14:00", service=[*old["service"]]).status_code == 302
    moved = _saved(booking).starts_at
    ((label, mine, theirs, choice),) = _asked(_second(desk_client, booking, old | {"workshop_notes": "Clacks"}))
    assert (label, mine[-5:], theirs[-5:], choice) == ("Start", "10:00", "14:00", "theirs")
    form = old | {"workshop_notes": "Clacks", "met": "2", "keep-starts_at": "theirs"}
    assert _second(desk_client, booking, form).status_code == 302
    assert (_saved(booking).starts_at, _saved(booking).workshop_notes) == (moved, "Clacks")


def test_prices_agreed_by_two_managers_are_asked(booking: Booking, old: dict[str, Any], send: Send) -> None:
    price = f"price-{old['service'][0]}"
    assert send(old, **{price: "180"}).status_code == 302
    assert _asked(send(old, **{price: "150"})) == [("Service", "Full service £150.00", "Full service £180.00", "")]
    assert send(old, **{price: "150", "met": "2", "keep-service": "theirs"}).status_code == 302
    with tenant(booking.garage_id), transaction.atomic():
        assert [line.price for line in booking.lines.all()] == [18000]


def test_another_step_of_the_booking_is_no_clash(
    booking: Booking, old: dict[str, Any], desk_client: Client, manager_client: Client
) -> None:
    manager_client.post(f"/g/here/bookings/{booking.reference}/confirm/")
    assert _second(desk_client, booking, old | {"workshop_notes": "Clacks"}).status_code == 302
    assert (_saved(booking).status, _saved(booking).workshop_notes) == (Status.CONFIRMED, "Clacks")


def test_without_a_history_everything_that_differs_is_asked(
    booking: Booking, old: dict[str, Any], desk_client: Client
) -> None:
    with tenant(booking.garage_id), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(version=9, workshop_notes="Pulls")
    assert _asked(_second(desk_client, booking, old | {"version": 8})) == [("Notes", "Squeals", "Pulls", "")]
