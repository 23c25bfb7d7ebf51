"""The checks of what waits, and the queue that shows them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.enums import Source, Status
from bookings.inbox import State
from bookings.models import Booking
from bookings.selectors.inbox import QueueRow, inbox_of, other_times
from bookings.services import complete, confirm, mark_contacted, mark_no_show, start_service
from garages.models import (
    Bay,
    Closure,
    Garage,
    Membership,
    OpeningSpan,
    Service,
    Technician,
    TechnicianAbsence,
)
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking, next_open_day
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle


def asked(garage: Garage, wall: str = "10:00", **fields: Any) -> Booking:
    """A request: it wishes for a time and holds nothing."""
    booking = make_booking(garage, wall, **fields)
    Booking.objects.filter(pk=booking.pk).update(status=Status.REQUESTED, bay=None, source=Source.ONLINE)
    booking.refresh_from_db()
    return booking


def row_of(booking: Booking) -> QueueRow:
    inbox = inbox_of(load_setup(booking.garage), tab="open", with_expired=True)
    return next(row for row in [*inbox.rows, *inbox.expired] if row.booking.pk == booking.pk)


def verdict(booking: Booking, name: str) -> tuple[State, str]:
    return next((check.state, check.text) for check in row_of(booking).checks if check.name == name)


def test_all_is_well(inside: Garage) -> None:
    ada = make_customer("Ada Byron", phone="07700 900123")
    booking = make_booking(inside, customer=ada, vehicle=make_vehicle(ada, "AB12 CDE"))
    row = row_of(booking)
    assert [(check.name, check.state, check.text) for check in row.checks] == [
        ("room", State.OK, "Bay 1 is kept for it."),
        ("customer", State.OK, "First visit."),
        ("vehicle", State.OK, "AB12 CDE is their car."),
        ("duplicate", State.OK, "Nothing else is booked near that day."),
        ("price", State.OK, "£25.00, as on the menu."),
    ]
    assert (row.is_green, row.seen) == (True, "")


def test_customer_is_known_by_visits_and_absences(inside: Garage, receptionist: Membership) -> None:
    came, stayed_away = make_booking(inside, "08:00"), make_booking(inside, "09:00")
    complete(start_service(confirm(came, by=receptionist), by=receptionist), by=receptionist)
    waiting = make_booking(inside, "10:00", day=next_open_day(inside, after=8))
    assert verdict(waiting, "customer") == (State.OK, "Known: one visit so far.")
    mark_no_show(stayed_away, by=receptionist)
    assert verdict(waiting, "customer") == (State.WARN, "Did not come once before.")


def test_another_name_on_the_number_is_said(inside: Garage) -> None:
    booking = make_booking(inside, typed_name="Charles Babbage")
    assert verdict(booking, "customer") == (State.WARN, "Booked as “Charles Babbage”, on the record of Ada Byron.")
    Booking.objects.filter(pk=booking.pk).update(typed_name="ada  BYRON")
    assert verdict(booking, "customer")[0] == State.OK


def test_plate_of_somebody_else_and_another_type_are_said(inside: Garage) -> None:
    setup = load_setup(inside)
    bob = make_customer("Bob Stone", phone="07700 900124")
    van = make_vehicle(bob, "AB12 CDE")
    booking = make_booking(inside, vehicle=van)
    assert verdict(booking, "vehicle") == (State.WARN, "AB12 CDE belongs to Bob Stone.")
    type(van).objects.filter(pk=van.pk).update(customer=booking.customer, vehicle_type=setup.vehicle_types[1].pk)
    assert verdict(booking, "vehicle") == (State.WARN, "AB12 CDE is a Van; this is priced for a Saloon.")


def test_an_mot_that_runs_out_before_the_visit_is_said(inside: Garage) -> None:
    ada = make_customer("Ada Byron", phone="07700 900123")
    car = make_vehicle(ada, "AB12 CDE", mot_expires_on=next_open_day(inside))
    own, later = {"customer": ada, "vehicle": car}, next_open_day(inside, after=8)
    booking = make_booking(inside, **own)
    assert [check.name for check in row_of(booking).concerns] == []
    afterwards, test = make_booking(inside, day=later, **own), make_booking(inside, day=later, services=["MOT test"])
    assert verdict(afterwards, "mot")[0] == State.WARN
    Booking.objects.filter(pk=test.pk).update(customer=ada, vehicle=car)
    assert "mot" not in [check.name for check in row_of(test).checks]


def test_a_technician_who_is_away_is_in_the_way(inside: Garage) -> None:
    sam = Technician.objects.get()
    booking = make_booking(inside)
    Booking.objects.filter(pk=booking.pk).update(technician=sam)
    assert row_of(booking).is_green
    around = {"starts_at": booking.starts_at - timedelta(hours=3), "ends_at": booking.ends_at + timedelta(hours=3)}
    TechnicianAbsence.objects.create(technician=sam, reason="Ill", **around)
    assert verdict(booking, "technician") == (State.BLOCK, "Sam Okoro is not there at that time.")


def test_technicians_who_do_not_suffice_are_in_the_way(inside: Garage) -> None:
    """One technician, two bays: a bay that is free is not enough."""
    both = [make_booking(inside, "10:00", phone=phone) for phone in ("07700 900123", "07700 900124")]
    alone, wish = make_booking(inside, "14:00", phone="07700 900125"), asked(inside, "14:00")
    assert "technician" not in [check.name for booking in both for check in row_of(booking).checks]
    Garage.objects.filter(pk=inside.pk).update(technicians_limit=True)
    lacking = (State.BLOCK, "No technician who can do this is free at that time.")
    *both, alone, wish = [Booking.objects.get(pk=booking.pk) for booking in (*both, alone, wish)]
    assert verdict(wish, "room") == (State.OK, "There is room: MOT bay is free.")
    assert [verdict(booking, "technician") for booking in (*both, wish)] == [lacking] * 3
    assert "technician" not in [check.name for check in row_of(alone).checks]


def test_a_request_that_holds_its_time_is_not_in_its_own_way(inside: Garage) -> None:
    inside.requests_hold = True
    inside.save()
    booking = make_booking(inside, services=["MOT test"])
    Booking.objects.filter(pk=booking.pk).update(status=Status.REQUESTED)
    wish = Booking.objects.get(pk=booking.pk)
    assert verdict(wish, "room") == (State.OK, "MOT bay is kept for it.")
    assert "technician" not in [check.name for check in row_of(wish).checks]


def test_pending_is_blocked_where_the_garage_cannot_work(inside: Garage) -> None:
    booking = make_booking(inside, "10:00")
    day = next_open_day(inside)
    closure = Closure.objects.create(starts_on=day, ends_on=day, reason="Stocktaking")
    assert verdict(booking, "room") == (State.BLOCK, "Closed on that day: Stocktaking.")
    closure.delete()
    spans = OpeningSpan.objects.filter(weekday=day.weekday())
    spans.update(opens="12:00")
    assert verdict(booking, "room") == (State.BLOCK, "Outside the opening hours of that day.")
    spans.update(opens="08:00")
    Bay.objects.filter(name="Bay 1").update(is_active=False)
    assert verdict(booking, "room") == (State.BLOCK, "Bay 1 is out of use.")


def test_request_is_blocked_when_its_time_is_gone(inside: Garage, receptionist: Membership) -> None:
    wish = asked(inside, "10:00", services=["MOT test"])
    assert verdict(wish, "room") == (State.OK, "There is room: MOT bay is free.")
    assert verdict(wish, "contact") == (State.WARN, "Not contacted yet.")
    mark_contacted(wish, contacted=True, by=receptionist)
    assert verdict(wish, "contact")[0] == State.OK
    make_booking(inside, "10:30", services=["MOT test"], phone="07700 900124")
    assert verdict(wish, "room") == (State.BLOCK, "No bay that fits is free at that time.")
    passed = timezone.now() - timedelta(hours=5)
    Booking.objects.filter(pk=wish.pk).update(starts_at=passed, held_from=passed)
    assert verdict(wish, "room") == (State.BLOCK, "The time asked for has passed.")


def test_duplicates_are_the_same_car_or_person_near_that_day(inside: Garage) -> None:
    ada = make_customer("Ada Byron", phone="07700 900123")
    focus, polo = make_vehicle(ada, "AB12 CDE"), make_vehicle(ada, "AB34 CDE")
    first = make_booking(inside, "10:00", customer=ada, vehicle=focus)
    other_car = make_booking(inside, "11:00", customer=ada, vehicle=polo)
    assert verdict(first, "duplicate")[0] == State.OK
    again = make_booking(inside, "12:00", customer=make_customer("ADA byron", phone="07700 900123"))
    assert verdict(first, "duplicate")[0] == State.WARN
    assert again.reference in verdict(first, "duplicate")[1]
    assert verdict(again, "duplicate")[0] == State.WARN
    assert verdict(other_car, "duplicate")[0] == State.WARN
    Booking.objects.filter(pk=again.pk).update(status=Status.CANCELLED)
    assert verdict(first, "duplicate")[0] == State.OK
    weeks_later = make_booking(inside, "12:00", customer=ada, vehicle=focus, day=next_open_day(inside, after=14))
    assert verdict(weeks_later, "duplicate")[0] == State.OK


def test_price_and_menu_may_have_changed(inside: Garage) -> None:
    booking = make_booking(inside)
    Service.objects.filter(name="Brake check").update(price=3_000)
    assert verdict(booking, "price") == (State.WARN, "Agreed for £25.00; the menu now says £30.00.")
    Service.objects.filter(name="Brake check").update(is_active=False)
    assert verdict(booking, "price") == (State.WARN, "Brake check is no longer on the menu.")


def test_other_times_are_near_the_hour_asked_for(inside: Garage) -> None:
    booking = make_booking(inside, "10:00")
    booking = row_of(booking).booking
    offers = other_times(booking, load_setup(inside))
    assert len(offers) == 7
    assert booking.starts_at not in [offer.start for offer in offers]
    assert {offer.start.astimezone(inside.zone).hour for offer in offers[1:]} == {10}
    later = next_open_day(inside, after=3)
    assert {offer.start.date() for offer in other_times(booking, load_setup(inside), day=later)} == {later}


# --- The page -----------------------------------------------------------------------------------------------------
def html(client: Client, address: str = "", **asked: str) -> str:
    answer = client.get(f"/g/here/requests/{address}", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def references(page: str) -> list[str]:
    return re.findall(r'<a id="row-([A-Z0-9]{6})"', page)


def test_page_costs_the_same_for_one_row_and_for_thirty(garage: Garage, desk_client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            html(desk_client)
        return len(captured)

    with tenant(garage.pk):
        asked(garage, "08:00")
        make_booking(garage, "10:00", vehicle=make_vehicle(make_customer("Bob Stone"), "AB12 CDE"))
    queries()
    few = queries()
    with tenant(garage.pk):
        for number in range(28):
            day, wall = next_open_day(garage, after=1 + number // 8), f"{9 + number % 8:02d}:30"
            phone = f"07700 9002{number:02d}"
            make_booking(garage, wall, day=day, first_name=f"Ann{number}", phone=phone, services=["MOT test"])
    assert len(references(html(desk_client))) == 30
    assert queries() == few


def test_tabs_hold_what_was_answered(garage: Garage, desk_client: Client, receptionist: Membership) -> None:
    with tenant(garage.pk):
        waiting, wish = make_booking(garage, "08:00"), asked(garage, "09:00", phone="07700 900124")
        booked = confirm(make_booking(garage, "10:00", phone="07700 900125", source=Source.ONLINE), by=receptionist)
        declined = asked(garage, "11:00", phone="07700 900126")
    desk_client.post(f"/g/here/requests/{declined.reference}/decline/", {"preset": "room", "reason": ""})
    assert references(html(desk_client)) == [waiting.reference, wish.reference]
    assert references(html(desk_client, tab="booked")) == [booked.reference]
    page = html(desk_client, tab="declined")
    assert references(page) == [declined.reference]
    assert "We have no room that day." in page
    assert references(html(desk_client, only="pending")) == [waiting.reference]
    assert references(html(desk_client, only="uncontacted")) == [wish.reference]


def test_expired_requests_are_shown_on_demand(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        wish = asked(garage, "09:00")
        passed = timezone.now() - timedelta(days=1)
        Booking.objects.filter(pk=wish.pk).update(starts_at=passed, held_from=passed)
    assert references(html(desk_client)) == []
    page = html(desk_client, expired="on")
    assert references(page) == [wish.reference]
    assert 'class="is-expired"' in page
    assert "/yes/" not in page  # no accepting
    answer = desk_client.post(f"/g/here/requests/{wish.reference}/yes/", {"version": wish.version, "seen": "room"})
    assert "Look again" in answer.content.decode()
    with tenant(garage.pk):
        assert Booking.objects.get(pk=wish.pk).status == Status.REQUESTED


def test_menu_counts_requests(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        asked(garage, "09:00")
        make_booking(garage, "11:00", day=next_open_day(garage, after=4), phone="07700 900124")
    for page in ("desk/", "bookings/", "requests/"):
        shown = desk_client.get(f"/g/here/{page}").content.decode()
        assert re.search(r'<span>Requests</span><span class="count" data-status="request">1</span>', shown)
        assert re.search(r'<span>Reception desk</span><span class="count" data-status="pending">1</span>', shown)


def test_contact_message_is_in_the_customers_language(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        wish = asked(garage, "09:00")
        type(wish.customer).objects.filter(pk=wish.customer_id).update(email="ada@post.example")
    page = html(desk_client, row=wish.reference, panel="contact")
    assert "Hello Ada Byron, thank you for asking for Brake check on " in page
    assert ", 09:00 (GMT)" in page or ", 09:00 (BST)" in page
    assert 'href="tel:+447700900123"' in page
    assert re.search(r'href="sms:\+447700900123\?body=Hello%20Ada', page)
    assert re.search(r'href="mailto:ada@post.example\?subject=Here%20Motors%3A', page)
