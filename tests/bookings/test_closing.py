"""The closing assistant, and carrying work over into the next day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.availability import days
from bookings.enums import Status
from bookings.errors import BookingError, ChangedMeanwhile
from bookings.jobs import Job
from bookings.models import Booking, WorkSpan
from bookings.selectors.closing import Loose, loose_ends
from bookings.services import carry_over, confirm, start_service
from garages.models import Garage, Membership, Technician
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import make_booking, next_open_day, service_named
from tests.factories.closing import loose_day, moved_to

HX = {"HX-Request": "true", "HX-Target": "closing"}


def test_every_loose_end_is_found_once_and_nothing_else(inside: Garage) -> None:
    seeded = loose_day(inside)
    assert [(end.kind, end.booking.reference) for end in loose_ends(inside)] == seeded
    assert len(seeded) == 12


def test_page_costs_the_same_for_any_number(garage: Garage, desk_client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert desk_client.get("/g/here/closing/").status_code == 200
        return len(found)

    with tenant(garage.pk), transaction.atomic():
        moved_to(make_booking(garage, "09:00"), timezone.now() - timedelta(hours=3))
    first = queries()
    with tenant(garage.pk), transaction.atomic():
        loose_day(garage)
    assert queries() == first


def test_after_an_act_the_next_row_is_selected(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        seeded = loose_day(garage)
    missed = [reference for kind, reference in seeded if kind == Loose.NOT_ARRIVED]
    at = [reference for _kind, reference in seeded].index(missed[0])
    address = f"/g/here/bookings/{missed[0]}/no-show/"
    answer = desk_client.post(address, {"then": "closing", "at": at}, headers=HX, follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain == [(f"/g/here/closing/?at={at}", 302)]
    assert f'id="booking-{missed[1]}" aria-selected="true"' in html
    assert missed[0] not in html.split("toasts")[0]
    assert "No-show" in html


def test_cancelling_leads_back_to_the_row(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        seeded = loose_day(garage)
    reference = next(reference for kind, reference in seeded if kind == Loose.NOT_ARRIVED)
    address = f"/g/here/bookings/{reference}/cancel/"
    asked = desk_client.get(address, {"then": "closing", "at": 3}).content.decode()
    assert '<input type="hidden" name="then" value="closing">' in asked
    answer = desk_client.post(address, {"then": "closing", "at": 3, "reason": "Ill"})
    assert (answer.status_code, answer["Location"]) == (302, "/g/here/closing/?at=3")


def test_returned_key_leaves_the_board(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "09:00")
        Booking.objects.filter(pk=booking.pk).update(status=Status.COMPLETED, key_tag="7", parking="B2")
    desk_client.post(f"/g/here/bookings/{booking.reference}/return-key/", {"then": "closing"})
    with tenant(garage.pk):
        assert Booking.objects.values_list("key_tag", "parking").get() == ("", "")
    assert "The day is closed" in desk_client.get("/g/here/closing/").content.decode()


@pytest.mark.parametrize("at", ["x", "-1", "99999", "9" * 40, ""])
def test_address_with_nonsense_still_shows_the_page(garage: Garage, desk_client: Client, at: str) -> None:
    assert desk_client.get("/g/here/closing/", {"at": at}).status_code == 200


def test_a_booking_that_says_nothing_of_its_vehicle_is_on_every_page(
    garage: Garage, desk_client: Client, technician: Membership
) -> None:
    with tenant(garage.pk), transaction.atomic():
        Technician.objects.update(membership=technician)
        booking = make_booking(garage, vehicle_type=None)
    day = {"day": booking.starts_at.astimezone(garage.zone).date().isoformat()}
    for page in ("closing", "planner/sheet", "planner/tags", f"bookings/{booking.reference}/job-card"):
        assert "Ada Byron" in desk_client.get(f"/g/here/{page}/", day).content.decode(), page
    with tenant(garage.pk), transaction.atomic():
        moved_to(booking, timezone.now())
        Booking.objects.update(status=Status.CONFIRMED, technician=Technician.objects.get())
    assert "Ada Byron" in logged_in(technician.user).get("/g/here/my-day/").content.decode()


# --- Carrying over ------------------------------------------------------------------------------------------------
def _carry(booking: Booking, garage: Garage, by: Membership, **more: Any) -> Booking:
    facts = {"version": booking.version, "setup": load_setup(garage), "by": by}
    return carry_over(booking, **(facts | more))


def test_what_was_not_begun_moves_to_the_next_day_with_room(inside: Garage, manager: Membership) -> None:
    booking = moved_to(confirm(make_booking(inside, "10:00"), by=manager), timezone.now() - timedelta(hours=2))
    carried = _carry(booking, inside, manager)
    day = carried.starts_at.astimezone(inside.zone).date()
    assert day > inside.today()
    assert carried.duration == booking.duration
    assert carried.status == Status.CONFIRMED


def _on_the_lift(garage: Garage, by: Membership, worked: timedelta) -> Booking:
    """A two-hour job begun three hours ago, `worked` on so far; the clock runs."""
    booking = make_booking(garage, "10:00", services=["Full service"])
    sam = Technician.objects.get(name="Sam Okoro")
    Booking.objects.filter(pk=booking.pk).update(technician=sam)
    began: datetime = timezone.now() - worked
    booking = moved_to(start_service(confirm(booking, by=by), by=by), timezone.now() - timedelta(hours=3))
    WorkSpan.objects.update(started_at=began)
    return booking


def test_what_is_worked_on_stays_and_takes_what_is_left_tomorrow(inside: Garage, manager: Membership) -> None:
    booking = _on_the_lift(inside, manager, timedelta(minutes=45))
    before = _free_at_opening(inside)
    carried = _carry(booking, inside, manager)
    opens = next(day.spans[0].start for day in _coming(inside) if day.spans)
    left = carried.ends_at - opens
    assert (carried.starts_at, carried.bay_id, carried.overnight) == (booking.starts_at, booking.bay_id, True)
    assert timedelta(minutes=74) < left <= timedelta(minutes=75)
    assert carried.ready_at == carried.ends_at
    assert carried.work < carried.duration  # nobody works through the night
    assert WorkSpan.objects.filter(ended_at=None).count() == 0
    assert _free_at_opening(inside) == before - 1


def _coming(garage: Garage) -> list[Any]:
    setup = load_setup(garage)
    dates = [garage.today() + timedelta(days=number) for number in range(1, 5)]
    return days(setup, dates, Job.of([service_named(setup, "Brake check")]))


def _free_at_opening(garage: Garage) -> int:
    """How many bays can be promised for the first half hour of the next open day."""
    day = next(day for day in _coming(garage) if day.spans)
    return next((len(offer.bays) for offer in day.offers if offer.start == day.spans[0].start), 0)


def test_morning_promised_to_another_is_shared_by_those_who_may(
    inside: Garage, manager: Membership, receptionist: Membership
) -> None:
    for name in ("Bay 1", "MOT bay"):
        first = next_open_day(inside, after=1)
        taken = make_booking(inside, "08:00", day=first, services=["Full service"], last_name=name)
        assert taken.bay is not None
    opens_next = next(day.date for day in _coming(inside) if day.spans)
    booking = _on_the_lift(inside, manager, timedelta(minutes=10))
    if opens_next != first:  # tomorrow is a Saturday: nothing is promised then
        assert _carry(booking, inside, receptionist).overbook_reason == ""
        return
    with pytest.raises(BookingError, match="promised to others"), transaction.atomic():
        _carry(booking, inside, receptionist)
    assert _carry(booking, inside, manager).overbook_reason == "Carried over"


def test_carrying_over_asks_for_the_version_and_an_open_booking(inside: Garage, manager: Membership) -> None:
    booking = make_booking(inside, "10:00")
    with pytest.raises(ChangedMeanwhile):
        _carry(booking, inside, manager, version=7)
    Booking.objects.update(status=Status.COMPLETED)
    with pytest.raises(BookingError, match="still to be done"):
        _carry(booking, inside, manager)
