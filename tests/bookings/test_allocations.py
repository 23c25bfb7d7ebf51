"""A booking's further times: taken from all others, moved and freed with it, undone like any act."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings.availability import days
from bookings.errors import BookingError, ChangedMeanwhile, NotOpen, SlotTaken
from bookings.jobs import Job
from bookings.models import Allocation, Booking
from bookings.selectors import history_of
from bookings.selectors.candidates import ranking_for
from bookings.services import cancel, complete, confirm, move_booking, reopen, start_service
from bookings.services.allocations import add_time, change_time, remove_time
from bookings.services.undo import undo
from bookings.slots import moment
from garages.models import Bay, Garage, Membership, Technician, TechnicianAbsence
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.bookings.acts import act, fresh
from tests.conftest import logged_in
from tests.factories.bookings import at, make_booking, next_open_day, service_named


@pytest.fixture
def kim(inside: Garage) -> Technician:
    return Technician.objects.create(name="Kim Osei", position=2)


def _add(booking: Booking, by: Membership, who: Technician, wall: str, minutes: int = 60, **facts: Any) -> Allocation:
    booking.refresh_from_db()
    return add_time(
        booking,
        version=booking.version,
        setup=load_setup(by.garage),
        by=by,
        technician=who,
        starts_at=at(by.garage, wall, day=facts.pop("day", None)),
        work=timedelta(minutes=minutes),
        **facts,
    )


def _move(booking: Booking, by: Membership, **changes: Any) -> Booking:
    booking.refresh_from_db()
    return move_booking(booking, version=booking.version, setup=load_setup(by.garage), by=by, **changes)


def test_what_is_added_is_taken_from_everything_else(inside: Garage, receptionist: Membership, kim: Technician) -> None:
    booking = make_booking(inside, "09:00")
    mot = Bay.objects.get(name="MOT bay")
    added = _add(booking, receptionist, kim, "10:00", bay=mot, note="  Gearbox out ")
    assert (added.ends_at, added.note, added.holds) == (at(inside, "11:00"), "Gearbox out", True)
    booking.refresh_from_db()
    assert (booking.version, booking.ready_at) == (2, at(inside, "11:00"))

    other = make_booking(inside, "13:00", phone="07700 900124")
    with pytest.raises(SlotTaken, match="MOT bay"):
        _move(other, receptionist, starts_at=at(inside, "10:30"), bay=mot)
    with pytest.raises(SlotTaken):
        _move(other, receptionist, starts_at=at(inside, "10:30"), technician=kim)
    with pytest.raises(SlotTaken, match="Kim Osei"):
        _add(other, receptionist, kim, "10:30")
    setup = load_setup(inside)
    mot_test = Job.of([service_named(setup, "MOT test")])
    [day] = days(setup, [next_open_day(inside)], mot_test)
    assert not [one.start for one in day.offers if at(inside, "09:30") <= one.start < at(inside, "11:00")]
    beside = _move(other, receptionist, starts_at=at(inside, "10:30"))
    assert {one.candidate.name: one.candidate.is_busy for one in ranking_for(beside, setup)}["Kim Osei"]


def test_open_jobs_find_one_technician_less(inside: Garage, receptionist: Membership, kim: Technician) -> None:
    Garage.objects.filter(pk=inside.pk).update(technicians_limit=True)
    inside.refresh_from_db()
    Bay.objects.create(name="Bay 2", position=5)
    booking = make_booking(inside, "10:00")
    _add(booking, receptionist, kim, "10:00", 30)
    with pytest.raises(SlotTaken, match="No technician"):
        make_booking(inside, "10:00", phone="07700 900124")
    make_booking(inside, "10:30", phone="07700 900124")


def test_it_stays_in_the_hours_of_garage_and_technician(
    inside: Garage, receptionist: Membership, kim: Technician
) -> None:
    booking = make_booking(inside, "09:00")
    with pytest.raises(NotOpen):
        _add(booking, receptionist, kim, "03:00")
    with pytest.raises(NotOpen):
        _add(booking, receptionist, kim, "15:00", 6 * 60)
    whole = (at(inside, "00:00"), at(inside, "23:00"))
    TechnicianAbsence.objects.create(technician=kim, starts_at=whole[0], ends_at=whole[1], reason="Ill")
    with pytest.raises(SlotTaken, match="Kim Osei is not there"):
        _add(booking, receptionist, kim, "10:00")
    passed = timezone.now() - timedelta(days=3)
    with pytest.raises(NotOpen, match="passed"):
        add_time(
            booking,
            version=1,
            setup=load_setup(inside),
            by=receptionist,
            technician=kim,
            starts_at=passed,
            work=timedelta(minutes=30),
        )


def test_only_what_was_seen_and_holds_capacity_takes_more(
    inside: Garage, receptionist: Membership, manager: Membership, kim: Technician
) -> None:
    booking = make_booking(inside, "09:00")
    added = _add(booking, receptionist, kim, "10:00")
    with pytest.raises(ChangedMeanwhile):
        remove_time(added, version=1, setup=load_setup(inside), by=receptionist)
    cancel(booking, reason="Ill", by=receptionist)
    with pytest.raises(BookingError, match="has its time"):
        _add(booking, receptionist, kim, "12:00")


def test_the_end_of_a_booking_frees_it_and_reopening_asks_again(
    inside: Garage, manager: Membership, kim: Technician
) -> None:
    booking = make_booking(inside, "09:00")
    added = _add(booking, manager, kim, "14:00")
    for end in (lambda: cancel(booking, reason="Ill", by=manager), lambda: _completed(booking, manager)):
        end()
        added.refresh_from_db()
        assert not added.holds
        taker = _add(make_booking(inside, "16:00", phone="07700 900124"), manager, kim, "14:30")
        with pytest.raises(SlotTaken, match="technician has another job"):
            reopen(booking, by=manager)
        remove_time(taker, version=taker.booking.version, setup=load_setup(inside), by=manager)
        cancel(taker.booking, reason="Ill", by=manager)
        reopen(booking, by=manager)
        added.refresh_from_db()
        assert added.holds


def _completed(booking: Booking, by: Membership) -> None:
    complete(start_service(confirm(booking, by=by), by=by), by=by)


def test_a_second_pair_of_hands_moves_along_and_the_rest_stays(
    inside: Garage, receptionist: Membership, kim: Technician
) -> None:
    booking = make_booking(inside, "09:00", services=["Full service"])
    first = _add(booking, receptionist, kim, "09:00", 30)
    second = _add(booking, receptionist, kim, "09:30", 30)
    later = _add(booking, receptionist, kim, "15:00", 30)
    moved = _move(booking, receptionist, starts_at=at(inside, "09:30"))
    starts = [at(inside, wall) for wall in ("09:30", "10:00", "15:00")]
    assert list(Allocation.objects.values_list("starts_at", flat=True)) == starts
    assert moved.ready_at == at(inside, "15:30")

    other = make_booking(inside, "13:00", phone="07700 900124")
    _add(other, receptionist, kim, "13:30", 30)
    with pytest.raises(SlotTaken, match="Kim Osei helps with it"):
        _move(booking, receptionist, starts_at=at(inside, "13:30"), bay=Bay.objects.get(name="MOT bay"))
    assert {one.pk for one in Allocation.objects.filter(booking=booking)} == {first.pk, second.pk, later.pk}


def test_a_change_gives_another_time_technician_length_or_purpose(
    inside: Garage, receptionist: Membership, kim: Technician
) -> None:
    booking = make_booking(inside, "09:00")
    added = _add(booking, receptionist, kim, "14:00")
    setup = load_setup(inside)
    lee = Technician.objects.exclude(pk=kim.pk).get()
    facts: dict[str, Any] = {"setup": setup, "by": receptionist, "technician": lee, "bay": None, "note": "Bleed"}
    changed = change_time(added, version=2, starts_at=at(inside, "11:00"), work=timedelta(minutes=30), **facts)
    booking.refresh_from_db()
    assert (changed.starts_at, changed.ends_at) == (at(inside, "11:00"), at(inside, "11:30"))
    assert (changed.technician, booking.ready_at, booking.version) == (lee, at(inside, "11:30"), 3)
    change_time(added, version=3, starts_at=at(inside, "11:00"), work=timedelta(minutes=30), **facts)
    booking.refresh_from_db()
    assert booking.version == 3
    remove_time(added, version=3, setup=setup, by=receptionist)
    booking.refresh_from_db()
    assert (booking.ready_at, booking.version) == (booking.ends_at, 4)


def test_the_database_refuses_what_no_service_looked_at(
    inside: Garage, receptionist: Membership, kim: Technician
) -> None:
    mot = Bay.objects.get(name="MOT bay")
    booking = make_booking(inside, "09:00")
    added = _add(booking, receptionist, kim, "10:00", bay=mot)
    other = make_booking(inside, "14:00", phone="07700 900124")
    span = {"starts_at": added.starts_at, "held_from": added.starts_at}
    span |= dict.fromkeys(("ends_at", "ready_at", "held_until"), added.ends_at)
    for taken in ({"technician": kim}, {"bay": mot}):
        with pytest.raises(IntegrityError, match="further time"), transaction.atomic():
            Booking.objects.filter(pk=other.pk).update(**span, **taken)
        with pytest.raises(IntegrityError), transaction.atomic():
            Allocation.objects.create(
                booking=other, starts_at=added.starts_at, ends_at=added.ends_at, **{"technician": kim} | taken
            )
    Booking.objects.filter(pk=other.pk).update(technician=kim)
    with pytest.raises(IntegrityError, match="taken by a booking"), transaction.atomic():
        Allocation.objects.filter(pk=added.pk).update(starts_at=other.starts_at, ends_at=other.ends_at)
    Booking.objects.filter(pk=other.pk).update(**span, technician=kim, overbook_reason="Promised")


@pytest.mark.django_db(transaction=True)
def test_every_act_on_it_is_undone_and_told(garage: Garage, receptionist: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        kim = Technician.objects.create(name="Kim Osei", position=2)
        booking = make_booking(garage, "09:00", services=["Full service"])
        setup, start = load_setup(garage), at(garage, "10:00")
    facts: dict[str, Any] = {"setup": setup, "by": receptionist}

    def add(one: Booking) -> None:
        add_time(one, version=one.version, technician=kim, starts_at=start, work=timedelta(minutes=30), **facts)

    def lengthen(one: Booking) -> None:
        added = one.allocations.get()
        work = timedelta(minutes=60)
        wanted = {"technician": kim, "bay": None, "note": "", "starts_at": added.starts_at}
        change_time(added, version=one.version, work=work, **wanted, **facts)

    def move(one: Booking) -> None:
        move_booking(one, version=one.version, starts_at=start, **facts)

    def remove(one: Booking) -> None:
        remove_time(one.allocations.get(), version=one.version, **facts)

    for verb, after in ((add, [("10:00", 30)]), (lengthen, [("10:00", 60)]), (move, [("11:00", 60)]), (remove, [])):
        before = _times(garage)
        act(booking, verb)
        assert _times(garage) == after
        act(booking, undo, version=fresh(booking).version, by=receptionist)
        assert _times(garage) == before
        act(booking, verb)
    with tenant(garage.pk), transaction.atomic():
        told = [one for entry in history_of(booking, garage) for one in entry.changes if one.name == "further_time"]
    assert {(bool(one.old), bool(one.new)) for one in told} == {(False, True), (True, True), (True, False)}
    assert told[-1].new.startswith("Kim Osei, ")


def _times(garage: Garage) -> list[tuple[str, int]]:
    with tenant(garage.pk), transaction.atomic():
        return [
            (f"{one.starts_at.astimezone(garage.zone):%H:%M}", one.duration // timedelta(minutes=1))
            for one in Allocation.objects.all()
        ]


@pytest.mark.django_db(transaction=True)
def test_every_page_of_the_day_shows_it(garage: Garage, receptionist: Membership, technician: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        kim = Technician.objects.create(name="Kim Osei", position=2, membership=technician)
        today = moment(garage.today(), time(0, 5), garage.zone), moment(garage.today(), time(23, 55), garage.zone)
        booking = make_booking(garage, "09:00")
        Allocation.objects.create(
            booking=booking, technician=kim, starts_at=today[0], ends_at=today[1], note="Gearbox out"
        )
    desk, own = logged_in(receptionist.user), logged_in(technician.user)
    pages = ("planner/?lanes=technicians", "planner/?lanes=technicians&range=week", "planner/tv/", "planner/sheet/")
    for page in (*pages, f"planner/affected/?technician={kim.public_id}", f"bookings/{booking.reference}/"):
        text = desk.get(f"/g/here/{page}").content.decode()
        assert "Byron" in text or booking.reference in text, page
        assert "Kim Osei" in text, page
    assert "Gearbox out" in own.get("/g/here/my-day/").content.decode()
    assert own.get(f"/g/here/bookings/{booking.reference}/").status_code == 200
    moving = desk.get(f"/g/here/bookings/{booking.reference}/move/").content.decode()
    assert "that time stays where it is" in moving
