"""Two desks act on one booking: the second is told what the first did, and acts on nothing it did not see."""

from __future__ import annotations

import html
import re
from typing import Any, Final

import pytest
from django.db import transaction
from django.test import Client

from bookings.enums import PauseReason
from bookings.models import Booking
from bookings.services import check_in, complete, confirm, pause, start_service
from garages.models import Garage, Membership, Technician
from garages.tenancy.context import tenant
from tests.addresses import GARAGE_PAGES, fill
from tests.bookings.acts import act, fresh, state
from tests.bookings.test_undo_walk import UNDONE, Act, Verb
from tests.conftest import logged_in
from tests.factories.bookings import make_booking, next_open_day
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle

pytestmark = pytest.mark.django_db(transaction=True)

CLOCKS: Final = {
    "bookings:pause": Act(first=[(confirm, {}), (start_service, {})], body=lambda _booking: {"why": "parts"}),
    "bookings:resume": Act(first=[(confirm, {}), (start_service, {}), (pause, {"why": PauseReason.PARTS})]),
}
# The booking's form asks field by field instead (tests/bookings/test_clashes.py); a customer has no version; an order
# is answered as an order: whatever else became of its booking, a second answer changes nothing. An invoice has versions
# of its own (tests/billing/test_pages.py).
ELSEWHERE: Final = (
    *("bookings:edit", "customers:kind", "bookings:order-confirm", "bookings:order-cancel"),
    *("billing:issue", "billing:pay", "billing:void"),
)
ACTS: Final = {name: act for name, act in (UNDONE | CLOCKS).items() if name not in ELSEWHERE}


ON_BUTTONS: Final = (
    *("confirm", "accept", "check-in", "arrival", "start", "pause", "resume", "complete"),
    *("no-show", "reopen", "carry-over", "return-key", "take"),
)


@pytest.fixture
def booking(garage: Garage, manager: Membership) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        customer = make_customer("Ada Byron", phone="07700 900123")
        vehicle = make_vehicle(customer, registration="AB12 CDE")
        booking = make_booking(garage, "10:00", customer=customer, vehicle=vehicle, by=manager)
        Booking.objects.filter(pk=booking.pk).update(technician=Technician.objects.get())
        return booking


def _said(page: bytes) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode())))


def _edited_elsewhere(booking: Booking, client: Client) -> None:
    """Somebody else writes a note, on a page of theirs."""
    now = fresh(booking)
    marks = {name: getattr(now, name) for name in ("drop_off", "key_tag", "awaiting")} | {"parking": "B 3"}
    answer = client.post(f"/g/here/bookings/{booking.reference}/marks/", {"version": now.version, **marks})
    assert answer.status_code == 302


@pytest.mark.parametrize("name", ACTS)
def test_an_act_on_what_nobody_saw_is_refused_and_says_who_did_what(
    garage: Garage, booking: Booking, manager: Membership, desk_client: Client, name: str
) -> None:
    for verb, facts in ACTS[name].first:
        act(booking, verb, by=manager, **facts)
    with tenant(garage.pk), transaction.atomic():
        seen = fresh(booking)
        body = {"version": seen.version, **ACTS[name].body(seen)}
        address = fill(next(one for one in GARAGE_PAGES if one.name == name), garage, under=garage)
    _edited_elsewhere(booking, desk_client)
    before = state(garage)
    client = logged_in(manager.user)
    page = client.post(address, body, follow=True)
    assert state(garage) == before
    assert "Receptionist of Here Motors changed the booking (Parking place: – → B 3)." in _said(page.content)


def test_the_same_act_twice_says_whose_it_is(
    booking: Booking, manager: Membership, receptionist: Membership, desk_client: Client
) -> None:
    address, seen = f"/g/here/bookings/{booking.reference}/confirm/", {"version": booking.version}
    desk_client.post(address, seen)
    page = logged_in(manager.user).post(address, seen, follow=True)
    assert "Ada Byron: Receptionist of Here Motors confirmed the booking." in _said(page.content)
    assert b"data-undo" not in page.content


def test_who_was_told_may_cancel_all_the_same(booking: Booking, manager: Membership, desk_client: Client) -> None:
    address, body = f"/g/here/bookings/{booking.reference}/cancel/", {"version": booking.version, "reason": "Ill"}
    _edited_elsewhere(booking, desk_client)
    client = logged_in(manager.user)
    told = client.post(address, body)
    assert (told.status_code, fresh(booking).status) == (422, "pending")
    (version,) = re.findall(r'name="version" value="(\d+)"', told.content.decode())
    client.post(address, body | {"version": version})
    assert fresh(booking).status == "cancelled"


def test_a_form_that_comes_back_for_its_own_errors_is_still_of_the_version_seen(
    booking: Booking, manager: Membership, desk_client: Client
) -> None:
    seen = booking.version
    _edited_elsewhere(booking, desk_client)
    page = logged_in(manager.user).post(
        f"/g/here/bookings/{booking.reference}/cancel/", {"version": seen, "reason": ""}
    )
    assert re.findall(r'name="version" value="(\d+)"', page.content.decode()) == [str(seen)]


def test_every_button_says_what_it_was_drawn_for(
    garage: Garage, booking: Booking, manager: Membership, technician: Membership
) -> None:
    """The pages that act on bookings, in the states that show all their buttons."""
    with tenant(garage.pk), transaction.atomic():
        Technician.objects.update(membership=technician)
    client, at_the_bay = logged_in(manager.user), logged_in(technician.user)
    own, day = f"/g/here/bookings/{booking.reference}/", next_open_day(garage).isoformat()
    desk, closing, mine = f"/g/here/desk/?day={day}", "/g/here/closing/", "/g/here/my-day/"
    steps: list[tuple[Verb, dict[str, Any]]] = [
        (check_in, {}),
        (confirm, {}),
        (start_service, {}),
        (pause, {"why": PauseReason.PARTS}),
        (complete, {}),
    ]
    posted: set[tuple[str, Any]] = set()
    for step in [None, *steps]:
        if step:
            act(booking, step[0], by=manager, **step[1])
        for page in (own, desk, closing):
            posted |= _posted(client.get(page).content.decode(), booking)
        posted |= _posted(at_the_bay.get(mine).content.decode(), booking)
    for form in ("arrival", "cancel", "decline"):
        posted.add((form, re.search(r'name="version" value="(\d+)"', client.get(f"{own}{form}/").content.decode())))
    assert {one for one, version in posted if version is None} == set()
    assert {"confirm", "start", "pause", "resume", "complete", "no-show", "reopen"} <= {one for one, _version in posted}


def _posted(page: str, booking: Booking) -> set[tuple[str, Any]]:
    """The acts on the booking that a page's forms and buttons send, each with the version it carries."""
    own = rf'="/g/here/bookings/{booking.reference}/({"|".join(ON_BUTTONS)})/"'
    found = set()
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        sent = re.search(r'name="version" value="(\d+)"', form)
        found |= {(one, sent and sent[1]) for one in re.findall("action" + own, form)}
    for button in re.findall(r"<button[^>]*formaction[^>]*>", page):
        sent = re.search(r'name="version" value="(\d+)"', button)
        found |= {(one, sent and sent[1]) for one in re.findall("formaction" + own, button)}
    return found
