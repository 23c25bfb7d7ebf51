"""The clock of a further time: whoever has it starts, pauses and ends it, and it is theirs alone."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from bookings.enums import Awaiting, PauseReason, Status
from bookings.errors import BookingError
from bookings.models import Allocation, Booking, WorkSpan
from bookings.selectors.my_day import my_day
from bookings.services import begin_part, cancel, complete, complete_part, confirm, pause, resume, start_service
from bookings.services.allocations import change_time, remove_time
from bookings.services.undo import undo
from bookings.slots import moment
from garages.models import Garage, Membership, Technician
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import make_booking


@pytest.fixture
def sam(inside: Garage) -> Technician:
    return Technician.objects.get(name="Sam Okoro")


@pytest.fixture
def kim(inside: Garage) -> Technician:
    return Technician.objects.create(name="Kim Osei", position=2)


def _helped(garage: Garage, by: Membership, sam: Technician | None, kim: Technician) -> tuple[Booking, Allocation]:
    """A confirmed booking of Sam's that Kim helps with."""
    booking = confirm(make_booking(garage, "10:00"), by=by)
    Booking.objects.filter(pk=booking.pk).update(technician=sam)
    span = {"starts_at": booking.starts_at, "ends_at": booking.starts_at + timedelta(minutes=30)}
    return booking, Allocation.objects.create(booking=booking, technician=kim, **span)


def _spans(booking: Booking) -> list[tuple[str, bool, bool, str]]:
    """Whose each span is, whether it is a part's, whether it goes on, and why it was paused."""
    spans = WorkSpan.objects.filter(booking=booking).select_related("technician").order_by("started_at", "pk")
    return [(one.technician.name, one.part_id is not None, one.ended_at is None, one.paused_for) for one in spans]


def test_helpers_are_timed_beside_the_one_who_does_the_job(
    inside: Garage, sam: Technician, kim: Technician, manager: Membership
) -> None:
    booking, part = _helped(inside, manager, sam, kim)
    start_service(booking, by=manager)
    begin_part(booking, part=part, by=manager)
    begin_part(booking, part=part, by=manager)
    assert _spans(booking) == [("Sam Okoro", False, True, ""), ("Kim Osei", True, True, "")]
    pause(booking, why=PauseReason.OTHER, by=manager)
    assert _spans(booking) == [("Sam Okoro", False, False, "other"), ("Kim Osei", True, True, "")]
    resume(booking, by=manager)
    complete_part(booking, part=part, by=manager)
    assert [span[2] for span in _spans(booking)] == [False, False, True]
    with pytest.raises(BookingError, match="This part is done"):
        begin_part(booking, part=part, by=manager)
    booking = complete(booking, by=manager)
    assert [span[2] for span in _spans(booking)] == [False, False, False]


def test_work_may_begin_with_a_part(inside: Garage, sam: Technician, kim: Technician, manager: Membership) -> None:
    booking, part = _helped(inside, manager, sam, kim)
    booking = begin_part(booking, part=part, by=manager)
    assert (booking.status, _spans(booking)) == (Status.IN_SERVICE, [("Kim Osei", True, True, "")])
    resume(booking, by=manager)
    assert _spans(booking)[1] == ("Sam Okoro", False, True, "")


def test_booking_waits_for_what_either_clock_stands_still_for(
    inside: Garage, sam: Technician, kim: Technician, manager: Membership
) -> None:
    booking, part = _helped(inside, manager, sam, kim)
    start_service(booking, by=manager)
    begin_part(booking, part=part, by=manager)
    assert pause(booking, part=part, why=PauseReason.PARTS, by=manager).awaiting == Awaiting.PARTS
    assert pause(booking, why=PauseReason.AUTHORISATION, by=manager).awaiting == Awaiting.AUTHORISATION
    assert resume(booking, by=manager).awaiting == Awaiting.PARTS
    assert complete_part(booking, part=part, by=manager).awaiting == ""


@pytest.mark.parametrize("how", ["given to another", "given back", "called off"])
def test_clock_stops_when_the_part_is_theirs_no_longer(
    inside: Garage, sam: Technician, kim: Technician, manager: Membership, how: str
) -> None:
    booking, part = _helped(inside, manager, sam, kim)
    booking = begin_part(booking, part=part, by=manager)
    ben = Technician.objects.create(name="Ben Mensah", position=3)
    facts: dict[str, Any] = {"version": booking.version, "setup": load_setup(inside), "by": manager}
    if how == "given to another":
        facts |= {"starts_at": part.starts_at, "work": part.duration, "bay": None, "note": ""}
        change_time(part, technician=ben, **facts)
    elif how == "given back":
        remove_time(part, **facts)
    else:
        cancel(booking, reason="Sold", by=manager)
    assert [(span[0], span[2]) for span in _spans(booking)] == [("Kim Osei", False)]


def test_nobody_works_on_two_cars_at_once(
    inside: Garage, sam: Technician, kim: Technician, manager: Membership
) -> None:
    booking, part = _helped(inside, manager, sam, kim)
    other = confirm(make_booking(inside, "12:00", phone="07700 900124"), by=manager)
    Booking.objects.filter(pk=other.pk).update(technician=kim)
    start_service(other, by=manager)
    begin_part(booking, part=part, by=manager)
    assert _spans(other) == [("Kim Osei", False, False, "")]


# --- My day ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def today(garage: Garage, manager: Membership, technician: Membership) -> Allocation:
    """Kim, who is logged in, helps Sam today."""
    with tenant(garage.pk), transaction.atomic():
        kim = Technician.objects.create(name="Kim Osei", position=2, membership=technician)
        _booking, part = _helped(garage, manager, Technician.objects.get(name="Sam Okoro"), kim)
        starts_at = moment(garage.today(), time(0, 5), garage.zone)
        Allocation.objects.filter(pk=part.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
        return Allocation.objects.select_related("booking", "technician").get(pk=part.pk)


@pytest.mark.django_db(transaction=True)
def test_one_tap_starts_pauses_and_completes_a_part(garage: Garage, today: Allocation, technician: Membership) -> None:
    client: Client = logged_in(technician.user)
    address = f"/g/here/bookings/{today.booking.reference}/times/{today.public_id}"
    for verb, fields, shown in [
        ("start", {}, "Pause"),
        ("pause", {"why": "other", "note": "Lift is blocked"}, "Lift is blocked"),
        ("start", {}, "of 0:30 planned"),
        ("complete", {}, "Done"),
    ]:
        answer = client.post(f"{address}/{verb}/", {"then": "my-day", **fields})
        assert (answer.status_code, answer["Location"]) == (302, "/g/here/my-day/")
        assert shown in client.get("/g/here/my-day/").content.decode()
    assert client.post(f"{address}/pause/", {"why": "bored"}).status_code == 400
    with tenant(garage.pk), transaction.atomic():
        assert [span[2] for span in _spans(today.booking)] == [False, False]
        assert Allocation.objects.get().done_at is not None
        undo(today.booking, version=Booking.objects.get().version, by=technician)
        assert [span[2] for span in _spans(today.booking)] == [False, True]
        assert Allocation.objects.get().done_at is None


@pytest.mark.django_db(transaction=True)
def test_figures_count_what_was_helped(garage: Garage, today: Allocation, manager: Membership) -> None:
    now = timezone.now()
    with tenant(garage.pk), transaction.atomic():
        begin_part(today.booking, part=today, by=manager)
        WorkSpan.objects.update(started_at=now, ended_at=now + timedelta(minutes=20))  # in this week on Monday at 00:05
        before = my_day(today.technician, garage)
        complete_part(today.booking, part=today, by=manager)
        after = my_day(today.technician, garage)
    assert (before.week.done, after.week.done) == (0, 1)
    assert after.week.worked == before.further[0].clock.worked == timedelta(minutes=20)


@pytest.mark.django_db(transaction=True)
def test_parts_of_others_are_not_to_be_had(garage: Garage, today: Allocation, technician: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        ben = Technician.objects.create(name="Ben Mensah", position=3)
        Allocation.objects.update(technician=ben)
    address = f"/g/here/bookings/{today.booking.reference}/times/{today.public_id}/start/"
    assert logged_in(technician.user).post(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_booking_page_says_how_long_it_took(garage: Garage, today: Allocation, manager: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = begin_part(today.booking, part=today, by=manager)
        complete_part(booking, part=today, by=manager)
    page = logged_in(manager.user).get(f"/g/here/bookings/{today.booking.reference}/").content.decode()
    assert "Done, 0:00 worked" in page
