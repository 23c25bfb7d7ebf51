"""Making, moving and ending bookings."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from bookings.enums import MOVES, DropOff, Priority, Source, Status
from bookings.errors import BookingError, ChangedMeanwhile, IllegalMove, NotOpen, SlotTaken
from bookings.models import Booking
from bookings.services import (
    accept,
    cancel,
    check_in,
    complete,
    confirm,
    decline,
    edit_booking,
    mark_no_show,
    reopen,
    start_service,
)
from garages.enums import FirstStatus
from garages.models import Bay, Closure, Garage, Membership, Service, Technician
from garages.setup import load_setup
from tests.factories.bookings import at, make_booking, next_open_day, service_named
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle


def _edit(booking: Booking, by: Membership, **changes: object) -> Booking:
    setup = load_setup(by.garage)
    by_pk = {service.pk: service for service in setup.services}
    kinds = {kind.pk: kind for kind in setup.vehicle_types}
    values: dict[str, object] = {
        "version": booking.version,
        "vehicle": booking.vehicle,
        "vehicle_type": kinds.get(booking.vehicle_type_id or 0),
        "services": [by_pk[line.service_id] for line in booking.lines.all()],
        "starts_at": booking.starts_at,
        "technician": booking.technician,
        "workshop_notes": booking.workshop_notes,
        "internal_notes": booking.internal_notes,
        "drop_off": DropOff(booking.drop_off),
        "priority": Priority(booking.priority),
    }
    return edit_booking(booking, setup=setup, by=by, **(values | changes))  # type: ignore[arg-type]


def test_create_takes_a_bay_and_keeps_the_price(inside: Garage) -> None:
    booking = make_booking(inside, "10:00", services=["Full service", "Brake check"])
    Service.objects.filter(name="Full service").update(price=1)

    booking.refresh_from_db()
    assert (booking.status, booking.source) == (Status.PENDING, "reception")
    assert booking.ends_at - booking.starts_at == timedelta(minutes=150)
    assert booking.bay is not None
    assert booking.bay.name == "Bay 1"  # plain bays first: the MOT bay stays free for MOTs
    assert [(line.name, line.price) for line in booking.lines.all()] == [
        ("Full service", 19_900),
        ("Brake check", 2_500),
    ]


def test_create_starts_as_the_garage_says(inside: Garage) -> None:
    inside.staff_bookings_start = FirstStatus.CONFIRMED
    inside.save()
    assert make_booking(inside).status == Status.CONFIRMED


def test_online_bookings_wait_for_an_answer_unless_the_garage_says_so(inside: Garage) -> None:
    """One switch for each source: what the desk does says nothing about the web (WEB-2)."""
    inside.staff_bookings_start = FirstStatus.CONFIRMED
    inside.save()
    assert make_booking(inside, "09:00", source=Source.ONLINE).status == Status.PENDING
    inside.staff_bookings_start, inside.online_confirmed = FirstStatus.PENDING, True
    inside.save()
    assert make_booking(inside, "10:00", source=Source.ONLINE).status == Status.CONFIRMED
    assert make_booking(inside, "11:00").status == Status.PENDING


def test_what_customers_may_only_ask_for_is_never_confirmed_by_itself(inside: Garage) -> None:
    inside.online_confirmed = True
    inside.save()
    booking = make_booking(inside, "09:00", source=Source.ONLINE, services=["Brake check", "Classic restoration"])
    assert booking.status == Status.PENDING


def test_buffers_keep_the_bay_free_around_the_job(inside: Garage) -> None:
    Service.objects.filter(name="Brake check").update(buffer_before=15, buffer_after=15)
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    make_booking(inside, "10:00")
    with pytest.raises(SlotTaken):
        make_booking(inside, "10:30", first_name="Bob", phone="07700 900124")
    assert make_booking(inside, "11:00", first_name="Bob", phone="07700 900124").pk


def test_second_bay_then_refusal(inside: Garage) -> None:
    bays = [make_booking(inside, "10:00", phone=f"07700 90012{n}").bay for n in range(2)]
    assert [bay.name for bay in bays if bay] == ["Bay 1", "MOT bay"]
    with pytest.raises(SlotTaken):
        make_booking(inside, "10:00", phone="07700 900128")


def test_work_needs_a_bay_of_its_kind(inside: Garage) -> None:
    booking = make_booking(inside, "10:00", services=["MOT test"])
    assert booking.bay is not None
    assert booking.bay.name == "MOT bay"
    with pytest.raises(SlotTaken):
        make_booking(inside, "10:30", services=["MOT test"], phone="07700 900124")
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    with pytest.raises(BookingError, match="No bay"):
        make_booking(inside, "15:00", services=["MOT test"], phone="07700 900125")


def test_closed_day_is_refused_with_its_reason(inside: Garage) -> None:
    day = next_open_day(inside)
    Closure.objects.create(starts_on=day, ends_on=day, reason="Stocktaking")
    with pytest.raises(NotOpen, match="Stocktaking") as refused:
        make_booking(inside, "10:00")
    assert refused.value.field == "date"


@pytest.mark.parametrize("wall", ["07:30", "17:45", "18:00", "23:00"])
def test_outside_the_hours_is_refused(inside: Garage, wall: str) -> None:
    with pytest.raises(NotOpen):
        make_booking(inside, wall)


def test_past_and_too_far_are_refused(inside: Garage) -> None:
    with pytest.raises(NotOpen, match="passed"):
        make_booking(inside, "10:00", day=next_open_day(inside, after=-9))
    with pytest.raises(NotOpen, match="90 days"):
        make_booking(inside, "10:00", day=next_open_day(inside, after=95))


def test_cancelled_booking_frees_its_bay(inside: Garage, receptionist: Membership) -> None:
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    first = make_booking(inside, "10:00")
    cancel(first, reason="Changed her mind", by=receptionist)
    second = make_booking(inside, "10:00", phone="07700 900124")
    assert second.pk

    first.refresh_from_db()
    assert (first.status, first.reason) == (Status.CANCELLED, "Changed her mind")
    with pytest.raises(SlotTaken):
        reopen(first, by=receptionist)
    first.refresh_from_db()
    assert first.status == Status.CANCELLED
    cancel(second, reason="x", by=receptionist)
    assert reopen(first, by=receptionist).status == Status.PENDING


@pytest.mark.parametrize(("start", "end"), [(a, b) for a, b in product(Status, Status) if a != b])
def test_moves_follow_the_table(start: Status, end: Status) -> None:
    booking = Booking(status=start)
    if end in MOVES[start]:
        booking.move_to(end)
        assert booking.status == end
    else:
        with pytest.raises(IllegalMove):
            booking.move_to(end)
        assert booking.status == start


def test_a_day_in_the_life(inside: Garage, receptionist: Membership) -> None:
    booking = make_booking(inside)
    for verb, status in [
        (confirm, Status.CONFIRMED),
        (check_in, Status.CONFIRMED),
        (start_service, Status.IN_SERVICE),
        (complete, Status.COMPLETED),
        (reopen, Status.IN_SERVICE),
    ]:
        assert verb(booking, by=receptionist).status == status
        assert verb(booking, by=receptionist).status == status if verb is not reopen else True
    booking.refresh_from_db()
    assert booking.arrived_at is not None
    assert booking.started_at is not None
    assert booking.completed_at is None


def test_doing_it_twice_changes_nothing(inside: Garage, receptionist: Membership) -> None:
    booking = confirm(make_booking(inside), by=receptionist)
    assert confirm(booking, by=receptionist).version == booking.version


def test_receptionist_confirms_only_where_the_garage_lets_her(
    inside: Garage, receptionist: Membership, manager: Membership
) -> None:
    inside.receptionists_confirm = receptionist.garage.receptionists_confirm = False
    booking = make_booking(inside)
    with pytest.raises(BookingError, match="may not confirm"):
        confirm(booking, by=receptionist)
    assert confirm(booking, by=manager).status == Status.CONFIRMED


def test_no_show_and_decline(inside: Garage, receptionist: Membership) -> None:
    assert mark_no_show(make_booking(inside), by=receptionist).status == Status.NO_SHOW
    other = make_booking(inside, "12:00", phone="07700 900124")
    with pytest.raises(BookingError, match="why"):
        decline(other, reason=" ", by=receptionist)
    assert decline(other, reason="No courtesy car left", by=receptionist).reason == "No courtesy car left"


def test_expired_request_is_not_accepted(inside: Garage, receptionist: Membership) -> None:
    asked = make_booking(inside, "10:00")
    passed = timezone.now() - timedelta(hours=3)
    moments = dict.fromkeys(("starts_at", "held_from"), passed)
    Booking.objects.filter(pk=asked.pk).update(status=Status.REQUESTED, bay=None, **moments)
    asked.refresh_from_db()
    assert asked.is_expired
    with pytest.raises(BookingError, match="has passed"):
        accept(asked, by=receptionist)


def test_answer_is_dated_and_taken_back(inside: Garage, receptionist: Membership) -> None:
    booking = make_booking(inside, "10:00")
    assert booking.answered_at is None
    declined = decline(booking, reason="No room", by=receptionist)
    assert declined.answered_at is not None
    assert reopen(declined, by=receptionist).answered_at is None


def test_request_holds_nothing_until_accepted(inside: Garage, receptionist: Membership) -> None:
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    asked = make_booking(inside, "10:00")
    Booking.objects.filter(pk=asked.pk).update(status=Status.REQUESTED, bay=None)
    taken = make_booking(inside, "10:00", phone="07700 900124")
    asked.refresh_from_db()
    with pytest.raises(SlotTaken):
        accept(asked, by=receptionist)
    cancel(taken, reason="x", by=receptionist)
    accepted = accept(asked, by=receptionist)
    assert (accepted.status, accepted.bay_id) == (Status.CONFIRMED, taken.bay_id)


def test_edit_moves_and_reprices(inside: Garage, receptionist: Membership) -> None:
    setup = load_setup(inside)
    booking = make_booking(inside, "10:00", services=["Full service"])
    edited = _edit(
        booking,
        receptionist,
        services=[service_named(setup, "Full service"), service_named(setup, "MOT test")],
        vehicle_type=setup.vehicle_types[1],
        starts_at=at(inside, "14:00"),
        workshop_notes="Squeaks",
    )
    assert (edited.starts_at, edited.workshop_notes, edited.version) == (at(inside, "14:00"), "Squeaks", 2)
    assert [(line.name, line.price) for line in edited.lines.all()] == [("Full service", 24_900), ("MOT test", 5_485)]
    assert edited.bay is not None
    assert edited.bay.name == "MOT bay"


def test_edit_keeps_agreed_prices(inside: Garage, receptionist: Membership) -> None:
    booking = make_booking(inside, services=["Brake check"])
    Service.objects.filter(name="Brake check").update(price=9_900)
    assert [line.price for line in _edit(booking, receptionist, workshop_notes="x").lines.all()] == [2_500]


def test_price_change_needs_a_manager(inside: Garage, receptionist: Membership, manager: Membership) -> None:
    booking = make_booking(inside)
    service = booking.lines.get().service_id
    with pytest.raises(BookingError, match="manager"):
        _edit(booking, receptionist, prices={service: 1_000})
    assert [line.price for line in _edit(booking, manager, prices={service: 1_000}).lines.all()] == [1_000]


def test_edit_of_an_old_version_is_refused(inside: Garage, receptionist: Membership) -> None:
    booking = make_booking(inside)
    _edit(booking, receptionist, workshop_notes="first")
    with pytest.raises(ChangedMeanwhile):
        _edit(booking, receptionist, version=1, workshop_notes="second")
    booking.refresh_from_db()
    assert booking.workshop_notes == "first"


def test_edit_clash_keeps_everything(inside: Garage, receptionist: Membership) -> None:
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    make_booking(inside, "14:00")
    booking = make_booking(inside, "10:00", phone="07700 900124")
    with pytest.raises(SlotTaken):
        _edit(booking, receptionist, starts_at=at(inside, "14:00"), workshop_notes="x")
    booking.refresh_from_db()
    assert (booking.starts_at, booking.workshop_notes, booking.version) == (at(inside, "10:00"), "", 1)


def test_technician_is_never_in_two_places(inside: Garage, receptionist: Membership) -> None:
    sam = Technician.objects.get()
    _edit(make_booking(inside, "10:00"), receptionist, technician=sam)
    other = make_booking(inside, "10:00", phone="07700 900124")
    with pytest.raises(SlotTaken, match="technician"):
        _edit(other, receptionist, technician=sam)


def test_finished_booking_keeps_its_time_but_takes_notes(inside: Garage, receptionist: Membership) -> None:
    booking = cancel(make_booking(inside), reason="x", by=receptionist)
    with pytest.raises(BookingError, match="over"):
        _edit(booking, receptionist, starts_at=at(inside, "15:00"))
    promised = booking.ready_at + timedelta(hours=1)
    Booking.objects.filter(pk=booking.pk).update(ready_at=promised)
    edited = _edit(booking, receptionist, workshop_notes="Called twice")
    assert (edited.workshop_notes, edited.ready_at) == ("Called twice", promised)


def test_late_and_missed_are_answers_about_one_row() -> None:
    now = timezone.now()
    late = Booking(status=Status.IN_SERVICE, ready_at=now - timedelta(minutes=1))
    missed = Booking(status=Status.CONFIRMED, ends_at=now - timedelta(minutes=1))
    assert (late.is_late, missed.is_missed) == (True, True)


def test_vehicle_knows_when_it_was_last_booked_in(inside: Garage, manager: Membership) -> None:
    vehicle = make_vehicle(make_customer("Ada Byron"), "AB12 CDE")
    first = make_booking(inside, "09:00", vehicle=vehicle)
    second = make_booking(inside, "14:00", vehicle=vehicle)

    def last_use() -> Any:
        vehicle.refresh_from_db()
        return vehicle.used_at

    assert last_use() == second.starts_at
    cancel(second, reason="Ill", by=manager)
    assert last_use() == first.starts_at
    reopen(second, by=manager)
    assert last_use() == second.starts_at
