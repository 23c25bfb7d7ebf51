"""Answering from the queue: yes as seen, another time, contacted, no; one by one or all that is green."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from bookings.enums import Source, Status
from bookings.errors import BookingError, ChangedMeanwhile, NotAsSeen, NotOpen, RequestExpired, SlotTaken
from bookings.models import Booking
from bookings.selectors.inbox import inbox_of, other_times, waiting_rows
from bookings.services import confirm, mark_contacted, move_booking, propose, say_yes
from fleet.models import Vehicle
from garages.models import Bay, Closure, Garage, Membership, OpeningSpan, Service
from garages.setup import Setup, load_setup
from garages.tenancy.context import tenant
from tests.bookings.test_inbox import asked, html, references
from tests.factories.bookings import at, make_booking, next_open_day
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle


@pytest.fixture
def setup(inside: Garage) -> Setup:
    return load_setup(inside)


def fresh(booking: Booking) -> Booking:
    return Booking.objects.get(pk=booking.pk)


def test_yes_confirms_what_is_as_it_was_seen(inside: Garage, setup: Setup, receptionist: Membership) -> None:
    booking = make_booking(inside)
    assert say_yes(booking, version=1, seen=(), setup=setup, by=receptionist).status == Status.CONFIRMED
    with pytest.raises(ChangedMeanwhile):
        say_yes(booking, version=1, seen=(), setup=setup, by=receptionist)


def test_yes_stops_at_what_was_not_on_the_screen(inside: Garage, setup: Setup, receptionist: Membership) -> None:
    booking = make_booking(inside, typed_name="Charles Babbage")
    with pytest.raises(NotAsSeen, match="on the record of Ada Byron"):
        say_yes(booking, version=1, seen=(), setup=setup, by=receptionist)
    Service.objects.filter(name="Brake check").update(price=3_000)
    with pytest.raises(NotAsSeen, match="the menu now says"):
        say_yes(booking, version=1, seen=["customer"], setup=load_setup(inside), by=receptionist)
    say_yes(booking, version=1, seen=["customer", "price"], setup=load_setup(inside), by=receptionist)
    assert fresh(booking).status == Status.CONFIRMED


def test_yes_to_a_request_at_another_time(inside: Garage, setup: Setup, receptionist: Membership) -> None:
    wish = asked(inside, "10:00", services=["MOT test"])
    make_booking(inside, "10:00", services=["MOT test"], phone="07700 900124")
    seen = ["contact", "room"]
    with pytest.raises(SlotTaken):
        say_yes(wish, version=1, seen=seen, setup=setup, by=receptionist)
    with pytest.raises(NotOpen):
        say_yes(wish, version=1, seen=seen, setup=setup, by=receptionist, starts_at=at(inside, "19:00"))
    say_yes(wish, version=1, seen=["contact"], setup=setup, by=receptionist, starts_at=at(inside, "14:00"))
    accepted = fresh(wish)
    assert (accepted.status, accepted.starts_at) == (Status.CONFIRMED, at(inside, "14:00"))


def test_proposing_moves_what_is_pending(inside: Garage, setup: Setup, receptionist: Membership) -> None:
    booking = make_booking(inside)
    [moved] = propose(booking, version=1, starts_at=at(inside, "15:00"), setup=setup, by=receptionist)
    assert (moved.pk, moved.status, moved.starts_at) == (booking.pk, Status.PENDING, at(inside, "15:00"))


def test_proposing_opens_a_request_that_follows(inside: Garage, setup: Setup, receptionist: Membership) -> None:
    wish = asked(inside, "10:00", services=["MOT test", "Brake check"], workshop_notes="Rattles")
    passed = timezone.now() - timedelta(days=1)
    Booking.objects.filter(pk=wish.pk).update(
        starts_at=passed, held_from=passed, ends_at=passed + wish.duration, held_until=passed + wish.duration
    )
    proposed, closed = propose(wish, version=1, starts_at=at(inside, "15:00"), setup=setup, by=receptionist)
    assert (closed.pk, closed.status) == (wish.pk, Status.DECLINED)
    assert closed.reason.startswith("Another time was proposed: ")
    assert (proposed.status, proposed.source, proposed.follows_id) == (Status.REQUESTED, Source.ONLINE, wish.pk)
    assert (proposed.starts_at, proposed.duration) == (at(inside, "15:00"), timedelta(minutes=90))
    assert (proposed.bay_id, proposed.workshop_notes, proposed.contacted_at) == (None, "Rattles", None)
    assert [line.name for line in proposed.lines.all()] == ["MOT test", "Brake check"]
    assert proposed.reference.lower() in proposed.search_text


def test_expired_request_is_not_moved(inside: Garage, setup: Setup, receptionist: Membership) -> None:
    wish = asked(inside)
    passed = timezone.now() - timedelta(days=1)
    Booking.objects.filter(pk=wish.pk).update(starts_at=passed, held_from=passed)
    with pytest.raises(RequestExpired):
        move_booking(wish, version=1, setup=setup, by=receptionist, starts_at=at(inside, "15:00"))


def test_nothing_is_proposed_where_there_is_no_room(inside: Garage, setup: Setup, receptionist: Membership) -> None:
    wish = asked(inside, "10:00", services=["MOT test"])
    make_booking(inside, "14:30", services=["MOT test"], phone="07700 900124")
    with pytest.raises(NotOpen, match="No bay that fits"):
        propose(wish, version=1, starts_at=at(inside, "14:00"), setup=setup, by=receptionist)
    with pytest.raises(ChangedMeanwhile):
        propose(wish, version=7, starts_at=at(inside, "16:00"), setup=setup, by=receptionist)
    assert fresh(wish).status == Status.REQUESTED
    confirmed = confirm(make_booking(inside, "08:00", phone="07700 900125"), by=receptionist)
    with pytest.raises(BookingError, match="answered already"):
        propose(confirmed, version=2, starts_at=at(inside, "16:00"), setup=setup, by=receptionist)


def test_contact_is_dated_attributed_and_taken_back(inside: Garage, receptionist: Membership) -> None:
    wish = asked(inside)
    marked = mark_contacted(wish, contacted=True, by=receptionist)
    assert (marked.contacted_at is not None, marked.contacted_by, marked.version) == (True, receptionist.user, 2)
    assert mark_contacted(wish, contacted=True, by=receptionist).version == 2
    assert mark_contacted(wish, contacted=False, by=receptionist).contacted_at is None


# --- Through the page -----------------------------------------------------------------------------------------------
def test_page_goes_on_with_the_next_row(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        rows = [make_booking(garage, f"{hour:02d}:00", phone=f"07700 9001{hour}") for hour in (10, 11, 12)]
    sent = {"version": "1", "seen": "", "next": rows[1].reference}
    part = desk_client.post(f"/g/here/requests/{rows[0].reference}/yes/", sent, headers={"HX-Request": "true"})
    assert references(part.content.decode()) == [rows[1].reference, rows[2].reference]
    assert part.headers["HX-Replace-Url"] == f"/g/here/requests/?row={rows[1].reference}"
    plain = desk_client.post(f"/g/here/requests/{rows[1].reference}/yes/", sent | {"next": rows[2].reference})
    assert plain.headers["Location"] == f"/g/here/requests/?row={rows[2].reference}"


def test_page_keeps_the_row_and_says_why_not(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        booking = make_booking(garage, typed_name="Charles Babbage")
    answer = desk_client.post(f"/g/here/requests/{booking.reference}/yes/", {"version": "1", "seen": ""})
    assert answer.status_code == 422
    assert "Ada Byron: Look again: Booked as" in answer.content.decode()
    assert desk_client.post("/g/here/requests/NOSUCH/yes/", {"version": "1"}).status_code == 404


def test_page_offers_and_takes_another_time(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        booking = make_booking(garage)
        [row] = waiting_rows(Booking.objects.all())
        offer = other_times(row, load_setup(garage))[0]
    address = f"/g/here/requests/{booking.reference}/another-time/"
    assert f'value="{offer.start.isoformat()}"' in html(desk_client, row=booking.reference, panel="propose")
    assert desk_client.post(address, {"version": "1", "starts_at": "soon"}).status_code == 422
    desk_client.post(address, {"version": "1", "starts_at": offer.start.isoformat()})
    with tenant(garage.pk):
        assert fresh(booking).starts_at == offer.start


def test_declining_needs_a_reason(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        wish = asked(garage)
    address = f"/g/here/requests/{wish.reference}/decline/"
    answer = desk_client.post(address, {"reason": "  "})
    assert (answer.status_code, "Say why." in answer.content.decode()) == (422, True)
    desk_client.post(address, {"preset": "room", "reason": "Next week would do"})
    with tenant(garage.pk):
        assert fresh(wish).reason == "Next week would do"


# --- All green, and ten traps ---------------------------------------------------------------------------------------
def _someone(garage: Garage, wall: str, number: int, **fields: object) -> Booking:
    customer = make_customer(f"Person{number} Trap{number}", phone=f"07700 9005{number:02d}")
    vehicle = make_vehicle(customer, f"AB{number:02d} TRP")
    return make_booking(garage, wall, **({"customer": customer, "vehicle": vehicle} | fields))


def _traps(garage: Garage, by: Membership) -> dict[str, Callable[[], Booking]]:
    """Bookings that look like any other when the list is drawn, and what happens to each before "confirm all"."""
    day = next_open_day(garage, after=1)
    other_day = next_open_day(garage, after=8)

    def contacted_request(wall: str, number: int) -> Booking:
        wish = _someone(garage, wall, number, services=["MOT test"], day=day)
        Booking.objects.filter(pk=wish.pk).update(status=Status.REQUESTED, bay=None)
        return mark_contacted(wish, contacted=True, by=by)

    def slot_taken() -> Booking:
        wish = contacted_request("08:00", 11)
        _someone(garage, "08:00", 21, services=["MOT test"], day=day)
        return wish

    def duplicate() -> Booking:
        booking = _someone(garage, "08:00", 12, day=day)
        make_booking(garage, "16:00", customer=booking.customer, vehicle=booking.vehicle, day=day)
        return booking

    def price_changed() -> Booking:
        booking = _someone(garage, "09:00", 13, services=["Full service"], day=day)
        Service.objects.filter(name="Full service").update(price=20_900)
        booking.vehicle_type.prices.all().delete()  # type: ignore[union-attr]
        return booking

    def plate_of_another() -> Booking:
        booking = _someone(garage, "11:00", 14, day=day)
        Vehicle.objects.filter(pk=booking.vehicle_id).update(customer=make_customer("New Owner"))
        return booking

    def another_name() -> Booking:
        return _someone(garage, "11:30", 15, day=day, typed_name="Somebody Else")

    def expired() -> Booking:
        wish = contacted_request("12:00", 16)
        passed = timezone.now() - timedelta(hours=2)
        Booking.objects.filter(pk=wish.pk).update(starts_at=passed, held_from=passed)
        return wish

    def stale() -> Booking:
        booking = _someone(garage, "12:30", 17, day=day)
        Booking.objects.filter(pk=booking.pk).update(version=5)
        return booking

    def closure() -> Booking:
        booking = _someone(garage, "10:00", 18, day=other_day)
        Closure.objects.create(starts_on=other_day, ends_on=other_day, reason="Flood")
        return booking

    def outside_hours() -> Booking:
        booking = _someone(garage, "17:00", 19, day=day)
        OpeningSpan.objects.filter(weekday=day.weekday()).update(closes="17:00")
        return booking

    def bay_out() -> Booking:
        booking = _someone(garage, "13:00", 20, day=day)
        out = Bay.objects.create(name="Bay 9", position=9, is_active=False)
        Booking.objects.filter(pk=booking.pk).update(bay=out)
        return booking

    traps = (slot_taken, duplicate, price_changed, plate_of_another, another_name)
    traps += (expired, stale, closure, outside_hours, bay_out)
    return {trap.__name__: trap for trap in traps}


@pytest.mark.django_db(transaction=True)
def test_confirm_all_confirms_what_is_green_and_no_trap(
    garage: Garage, desk_client: Client, receptionist: Membership
) -> None:
    with tenant(garage.pk), transaction.atomic():
        good = [_someone(garage, wall, number) for number, wall in enumerate(("14:00", "14:30", "15:00"), 30)]
        trapped = {name: spring() for name, spring in _traps(garage, receptionist).items()}
        seen = {"stale": 1}
        sent = [f"{one.reference}:{one.version}" for one in good]
        sent += [f"{one.reference}:{seen.get(name, one.version)}" for name, one in trapped.items()]
    answer = desk_client.post("/g/here/requests/confirm-all/", {"row": sent}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    with tenant(garage.pk), transaction.atomic():
        assert [fresh(one).status for one in good] == [Status.CONFIRMED] * 3
        confirmed = [name for name, one in trapped.items() if fresh(one).status == Status.CONFIRMED]
        assert confirmed == []
        green = {row.booking.pk for row in inbox_of(load_setup(garage), tab="open").green}
        assert {name for name, one in trapped.items() if one.pk in green} == {"stale"}
    assert "3 bookings confirmed." in page
    for number in range(11, 21):
        assert f"Person{number} Trap{number}: " in page  # each says why not


@pytest.mark.django_db(transaction=True)
def test_confirm_all_is_one_transaction_a_row(garage: Garage, desk_client: Client, receptionist: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        first, second = make_booking(garage, "10:00"), make_booking(garage, "14:00", phone="07700 900124")
        move_booking(second, version=1, setup=load_setup(garage), by=receptionist, starts_at=at(garage, "15:00"))
    sent = [f"{first.reference}:1", f"{second.reference}:1", f"{first.reference}:x"]
    page = desk_client.post("/g/here/requests/confirm-all/", {"row": sent}, follow=True).content.decode()
    assert "1 booking confirmed." in page
    with tenant(garage.pk), transaction.atomic():
        assert (fresh(first).status, fresh(second).status) == (Status.CONFIRMED, Status.PENDING)
