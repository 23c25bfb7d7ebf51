"""What customers do on their own page: once, within the notice, and as themselves."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from bookings import links
from bookings.enums import Status
from bookings.models import Allocation, Booking
from bookings.selectors import history_of
from bookings.services import check_in, confirm, move_booking, start_service
from garages import formats
from garages.models import Closure, Garage, Membership, Technician
from garages.setup import load_setup
from garages.tenancy.context import tenant
from notifications.enums import Kind
from notifications.models import Message
from tests.bookings.visits import address_of, book_visit, form_of, guest, now, read
from tests.conftest import logged_in
from tests.factories.bookings import at, make_booking, next_open_day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def booking(garage: Garage) -> Booking:
    return book_visit(garage)


# --- Cancelling ---------------------------------------------------------------------------------------------------
def test_customer_cancels_once_and_the_desk_reads_who_and_why(
    garage: Garage, booking: Booking, receptionist: Membership
) -> None:
    with tenant(garage.pk), transaction.atomic():
        Message.objects.update(state="sent")
    address = address_of(booking, garage, "cancel/")
    assert "Cancel this booking?" in guest().get(address).content.decode()
    sent = form_of(booking, "cancel", reason="The car is sold")
    for _time in range(2):
        answer = guest().post(address, sent, follow=True)
        assert "Done: your booking is cancelled." in answer.content.decode()
    cancelled = now(booking)
    assert (cancelled.status, cancelled.reason, cancelled.version) == (Status.CANCELLED, "The car is sold", 2)
    with tenant(garage.pk), transaction.atomic():
        act = history_of(cancelled, garage)[0]
        assert (act.who, act.verb, act.where) == ("The customer", "cancelled the booking", "customer's page")
        assert [row.kind for row in Message.objects.filter(kind=Kind.CANCELLED)] == [Kind.CANCELLED]
    page = logged_in(receptionist.user).get(f"/g/here/bookings/{booking.reference}/").content.decode()
    assert "<strong>The customer</strong> cancelled the booking" in page


def test_without_a_reason_the_desk_still_reads_that_it_was_the_customer(garage: Garage, booking: Booking) -> None:
    garage.languages = ["fr", "en"]
    garage.save()
    guest().post(address_of(booking, garage, "cancel/?lang=en"), form_of(booking, "cancel", reason="  "))
    assert now(booking).reason != ""


def test_inside_the_notice_the_page_says_to_call(garage: Garage, booking: Booking) -> None:
    garage.notice_to_cancel = 24 * 60
    garage.save()
    told = "It is too late to change this here. Call us: 020 7946 0000"
    with time_machine.travel(booking.starts_at - timedelta(hours=25), tick=False):
        assert "You can cancel here until" in read(garage, booking)
        sent = form_of(booking, "cancel")
    with time_machine.travel(booking.starts_at - timedelta(hours=23, minutes=59), tick=False):
        late = form_of(booking, "cancel")
        page = read(garage, booking)
        answers = [guest().post(address_of(booking, garage, "cancel/"), form) for form in (late, sent)]
        asked = guest().get(address_of(booking, garage, "cancel/"))
    assert told in page
    assert "Cancel booking" not in page
    assert [answer.status_code for answer in answers] == [409, 409]
    assert told in answers[0].content.decode()
    assert asked.status_code == 409
    assert now(booking).status == booking.status


def test_stale_page_changes_nothing_and_shows_how_it_stands(
    garage: Garage, booking: Booking, owner: Membership
) -> None:
    sent = form_of(booking, "cancel")
    with tenant(garage.pk), transaction.atomic():
        confirm(booking, by=owner)
    answer = guest().post(address_of(booking, garage, "cancel/"), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Your booking has changed since you opened this page." in page
    assert "Your booking is confirmed" in page
    assert now(booking).status == Status.CONFIRMED


def test_form_needs_its_own_fresh_signature(garage: Garage, booking: Booking, other_garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        other = make_booking(garage, "14:00", first_name="Grace", phone="07700 900124")
    with time_machine.travel(booking.created_at - timedelta(hours=2), tick=False):
        old = links.form_token(booking, "cancel")
    for wrong in ("", "forged", old, links.form_token(booking, "undo"), links.form_token(other, "cancel")):
        answer = guest().post(address_of(booking, garage, "cancel/"), {"form": wrong})
        assert answer.status_code == 409
        assert "This page was open for too long." in answer.content.decode()
    assert now(booking).status == booking.status


def test_work_that_has_begun_is_not_called_off_by_link(garage: Garage, booking: Booking, owner: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        begun = start_service(confirm(booking, by=owner), by=owner)
    answer = guest().post(address_of(booking, garage, "cancel/"), form_of(begun, "cancel"))
    assert answer.status_code == 409
    assert now(booking).status == Status.IN_SERVICE


# --- Keeping ------------------------------------------------------------------------------------------------------
def test_customer_says_that_they_will_be_there(garage: Garage, booking: Booking, receptionist: Membership) -> None:
    sent = form_of(booking, "keep")
    assert "I will be there" in read(garage, booking)
    for _time in range(2):
        answer = guest().post(address_of(booking, garage, "keep/"), sent, follow=True)
        assert "Thank you. We expect you." in answer.content.decode()
    kept = now(booking)
    assert (kept.customer_confirmed_at is not None, kept.version, kept.status) == (True, 2, Status.PENDING)
    page = read(garage, booking)
    assert ("I will be there" in page, "You said that you will be there." in page) == (False, True)
    with tenant(garage.pk), transaction.atomic():
        act = history_of(kept, garage)[0]
        assert (act.who, act.verb, act.where) == ("The customer", "will be there", "customer's page")
    desk = logged_in(receptionist.user)
    for address in (f"/g/here/bookings/{booking.reference}/", "/g/here/bookings/"):
        assert "Customer confirmed" in desk.get(address).content.decode()


def test_another_time_asks_again(garage: Garage, booking: Booking, receptionist: Membership) -> None:
    guest().post(address_of(booking, garage, "keep/"), form_of(booking, "keep"))
    with tenant(garage.pk), transaction.atomic():
        kept, setup = now(booking), load_setup(garage)
        move_booking(kept, version=2, setup=setup, by=receptionist, starts_at=at(garage, "14:00"))
    assert now(booking).customer_confirmed_at is None
    assert "I will be there" in read(garage, booking)


def test_who_is_here_or_late_is_not_asked(garage: Garage, booking: Booking, receptionist: Membership) -> None:
    with time_machine.travel(booking.starts_at + timedelta(minutes=1), tick=False):
        answer = guest().post(address_of(booking, garage, "keep/"), form_of(booking, "keep"))
        assert "I will be there" not in answer.content.decode()
    with tenant(garage.pk), transaction.atomic():
        here = check_in(booking, by=receptionist)
    late = guest().post(address_of(booking, garage, "keep/"), form_of(here, "keep"))
    assert [answer.status_code, late.status_code] == [409, 409]
    assert now(booking).customer_confirmed_at is None


# --- Taking back --------------------------------------------------------------------------------------------------
def test_customer_takes_back_what_they_just_did(garage: Garage, booking: Booking) -> None:
    answer = guest().post(address_of(booking, garage, "cancel/"), form_of(booking, "cancel"), follow=True)
    assert "Undo" in answer.content.decode()
    cancelled = now(booking)
    told = re.findall(r"</span><p>([^<]+)</p>", read(garage, booking))
    assert told == ["You cancelled it", "Booked"]
    for _time in range(2):
        answer = guest().post(address_of(booking, garage, "undo/"), form_of(cancelled, "undo"), follow=True)
    back = now(booking)
    assert (back.status, back.version, back.bay_id) == (booking.status, 3, booking.bay_id)
    with tenant(garage.pk), transaction.atomic():
        act = history_of(back, garage)[0]
    assert (act.who, act.verb) == ("The customer", "undid: Cancelled")
    assert "<p>You took that back</p>" in read(garage, booking)


def test_customer_takes_back_nothing_else(garage: Garage, booking: Booking, owner: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        confirmed = confirm(booking, by=owner)
    answer = guest().post(address_of(booking, garage, "undo/"), form_of(confirmed, "undo"))
    assert (answer.status_code, now(booking).status) == (409, Status.CONFIRMED)
    guest().post(address_of(booking, garage, "cancel/"), form_of(confirmed, "cancel"))
    cancelled = now(booking)
    with time_machine.travel(cancelled.updated_at + timedelta(minutes=11), tick=False):
        assert "Undo" not in read(garage, booking, query="?done=cancelled")
        answer = guest().post(address_of(booking, garage, "undo/"), form_of(cancelled, "undo"))
    assert "It is too late to take this back here." in answer.content.decode()
    assert now(booking).status == Status.CANCELLED


# --- Another time -------------------------------------------------------------------------------------------------
def _offered(page: str) -> dict[str, str]:
    """The radio buttons of the page: their names, and what they send."""
    found = re.findall(r'value="([^"]+)" required><span class="sr">([^<]+)</span>([^<]+)</label>', page)
    return {day + clock: start for start, day, clock in found}


def _offers(garage: Garage, booking: Booking, day: date) -> dict[str, str]:
    answer = guest().get(address_of(booking, garage, f"move/?from={day.isoformat()}"))
    assert answer.status_code == 200
    return _offered(answer.content.decode())


def test_customer_chooses_another_time_once(garage: Garage, booking: Booking) -> None:
    day = next_open_day(garage, after=3)
    name = formats.day(day, formats.locale_of(garage), long=True) + ", 14:30"
    start = _offers(garage, booking, day)[name]
    sent = form_of(booking, "move", start=start)
    for _time in range(2):
        answer = guest().post(address_of(booking, garage, "move/"), sent, follow=True)
        page = answer.content.decode()
        assert "Done: your booking has a new time." in page
        assert name in page
    moved = now(booking)
    assert (moved.starts_at, moved.status, moved.version) == (at(garage, "14:30", day=day), booking.status, 2)
    with tenant(garage.pk), transaction.atomic():
        act = history_of(moved, garage)[0]
        assert (act.who, act.verb, act.where) == ("The customer", "moved the booking", "customer's page")
    guest().post(address_of(booking, garage, "undo/"), form_of(moved, "undo"))
    assert now(booking).starts_at == booking.starts_at


def test_offers_keep_to_the_rules_for_online(garage: Garage, booking: Booking) -> None:
    """P-19's notice, the horizon, closures and cars a day hold for whoever was booked at the desk, too."""
    day = next_open_day(garage, after=3)
    with tenant(garage.pk), transaction.atomic():
        Closure.objects.create(starts_on=day, ends_on=day, reason="Stocktaking")
    page = guest().get(address_of(booking, garage, f"move/?from={day.isoformat()}")).content.decode()
    assert "Stocktaking" not in page
    assert re.findall(r'class="dates__d.*?<small>(\w+)</small>', page)[0] == "Closed"
    garage.notice_online, garage.horizon_days = 48 * 60, 8
    garage.save()
    with time_machine.travel(at(garage, "06:00"), tick=False):
        shown = {datetime.fromisoformat(start) for start in _offers(garage, booking, garage.today()).values()}
        shown |= {datetime.fromisoformat(start) for start in _offers(garage, booking, day + timedelta(days=7)).values()}
        assert at(garage, "06:00", day=garage.today()) + timedelta(hours=48) <= min(shown)
        assert max(shown).date() <= garage.today() + timedelta(days=8)
        soon = form_of(booking, "move", start=at(garage, "12:00", day=garage.today()).isoformat())
        answer = guest().post(address_of(booking, garage, "move/"), soon)
    assert answer.status_code == 409
    assert now(booking).starts_at == booking.starts_at


def test_time_taken_meanwhile_is_answered_with_what_is_left(garage: Garage, booking: Booking) -> None:
    day = next_open_day(garage, after=3)
    offers = _offers(garage, booking, day)
    name, start = next(iter(offers.items()))
    with tenant(garage.pk), transaction.atomic():
        for one in range(2):  # both bays
            wall = f"{datetime.fromisoformat(start).astimezone(garage.zone):%H:%M}"
            make_booking(garage, wall, day=day, first_name="Grace", phone=f"07700 90020{one}")
    address = address_of(booking, garage, f"move/?from={day.isoformat()}")
    answer = guest().post(address, form_of(booking, "move", start=start))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "That time has just been taken. Choose another one below." in page
    assert _offered(page).keys() == offers.keys() - {name}
    assert now(booking).version == 1


def test_nobody_of_the_team_is_named_when_a_time_cannot_be_had(garage: Garage, booking: Booking) -> None:
    """Who helps with the work at a further time, and is busy then, is the workshop's business."""
    day = next_open_day(garage, after=3)
    with tenant(garage.pk), transaction.atomic():
        sam = Technician.objects.get()
        Allocation.objects.create(
            booking=booking, technician=sam, starts_at=booking.starts_at, ends_at=booking.ends_at, holds=True
        )
        busy = make_booking(garage, "14:30", day=day, first_name="Grace", phone="07700 900124")
        Booking.objects.filter(pk=busy.pk).update(technician=sam)
    sent = form_of(booking, "move", start=at(garage, "14:30", day=day).isoformat())
    page = guest().post(address_of(booking, garage, "move/"), sent).content.decode()
    assert "That time has just been taken." in page
    assert "Sam" not in page
    assert now(booking).version == 1


@pytest.mark.parametrize("start", ["", "yesterday", "2020-01-06T09:00:00+00:00", "2020-01-06"])
def test_nonsense_is_no_time(garage: Garage, booking: Booking, start: str) -> None:
    answer = guest().post(address_of(booking, garage, "move/?from=nonsense"), form_of(booking, "move", start=start))
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()
    assert now(booking).version == 1


def test_each_step_keeps_its_own_notice_and_a_request_is_not_moved(garage: Garage, booking: Booking) -> None:
    garage.notice_to_move = 24 * 60
    garage.save()
    with time_machine.travel(booking.starts_at - timedelta(hours=2), tick=False):
        page = read(garage, booking)
        answer = guest().get(address_of(booking, garage, "move/"))
    assert ("Cancel booking" in page, "Choose another time" in page) == (True, False)
    assert "It is too late to change this here. Call us: 020 7946 0000" in page
    assert answer.status_code == 409
    with tenant(garage.pk), transaction.atomic():
        Booking.objects.update(status=Status.REQUESTED)
    assert "Choose another time" not in read(garage, booking)
    start = at(garage, "14:00", day=next_open_day(garage, after=3)).isoformat()
    answer = guest().post(address_of(booking, garage, "move/"), form_of(booking, "move", start=start))
    assert answer.status_code == 409
    assert now(booking).starts_at == booking.starts_at
