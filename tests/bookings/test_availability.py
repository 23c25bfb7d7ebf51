"""What is offered, why something is not, and what a booking then takes: the ledger on real rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.availability import days, month
from bookings.enums import DropOff, Priority, Source
from bookings.errors import BookingError, NotOpen, SlotTaken
from bookings.jobs import Job
from bookings.models import Booking, SlotHold
from bookings.refusals import Reason
from bookings.services import confirm, edit_booking, keep, move_booking
from garages.models import (
    Bay,
    BayOutage,
    Closure,
    Garage,
    Membership,
    OpeningSpan,
    Service,
    Skill,
    Technician,
    TechnicianAbsence,
    TechnicianShift,
    TechnicianSkill,
)
from garages.setup import load_setup
from tests.factories.bookings import at, make_booking, next_open_day, service_named


def _job(garage: Garage, name: str = "Brake check") -> Job:
    return Job.of([service_named(load_setup(garage), name)])


def _day(garage: Garage, name: str = "Brake check", *, day: date | None = None, **options: Any) -> Any:
    return days(load_setup(garage), [day or next_open_day(garage)], _job(garage, name), **options)[0]


def _away(garage: Garage) -> dict[str, Any]:
    """All of the next open day."""
    return {"starts_at": at(garage, "00:00"), "ends_at": at(garage, "23:59"), "reason": "Broken"}


@pytest.fixture
def crew(inside: Garage) -> Garage:
    """Two technicians, one of whom tests; technicians count."""
    tester = Skill.objects.create(name="Tester")
    Technician.objects.create(name="Lee Marsh", position=2)
    TechnicianSkill.objects.create(technician=Technician.objects.get(name="Sam Okoro"), skill=tester)
    Service.objects.filter(name="MOT test").update(skill=tester)
    Bay.objects.create(name="Bay 3", position=3)
    inside.technicians_limit = True
    inside.save()
    return inside


def test_an_outage_is_named_and_the_next_best_offered(inside: Garage) -> None:
    BayOutage.objects.create(bay=Bay.objects.get(name="MOT bay"), **_away(inside))
    day = _day(inside, "MOT test")
    assert (day.refusal.reason, str(day.refusal.text)) == (Reason.BAY_OUT, "MOT bay is out of service: Broken.")
    assert day.next_best.start == at(inside, "08:00", day=next_open_day(inside) + timedelta(days=1))
    with pytest.raises(SlotTaken):
        make_booking(inside, services=["MOT test"])


def test_every_blocked_day_of_a_month_says_why(inside: Garage) -> None:
    start = next_open_day(inside)
    Closure.objects.create(starts_on=start, ends_on=start, reason="Stocktaking")
    setup = load_setup(inside)
    for first in (inside.today().replace(day=1), (inside.today() + timedelta(days=120)).replace(day=1)):
        for day in month(setup, first, _job(inside)):
            assert (day.refusal is None) == bool(day.offers)
            assert day.refusal is None or str(day.refusal.text)
    assert days(setup, [start], None)[0].refusal.reason == Reason.CLOSED  # type: ignore[union-attr]


def test_a_month_takes_the_same_few_queries_whatever_is_in_it(inside: Garage) -> None:
    setup = load_setup(inside)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            month(setup, at(inside, "08:00").date().replace(day=1), _job(inside))
        return len(captured)

    few = queries()
    for wall in ("09:00", "11:00", "13:00"):
        make_booking(inside, wall, phone=f"07700 90{wall[:2]}00")
    assert (queries(), few <= 3) == (few, True)


def test_work_goes_on_after_lunch_and_both_times_are_kept(inside: Garage) -> None:
    OpeningSpan.objects.all().delete()
    for weekday in range(5):
        OpeningSpan.objects.create(weekday=weekday, opens=time(8), closes=time(12))
        OpeningSpan.objects.create(weekday=weekday, opens=time(14), closes=time(18))
    booking = make_booking(inside, "11:00", services=["Full service"])
    assert (booking.starts_at, booking.ends_at) == (at(inside, "11:00"), at(inside, "15:00"))
    assert (booking.ready_at, booking.work) == (at(inside, "15:00"), timedelta(hours=2))
    with pytest.raises(NotOpen):
        make_booking(inside, "17:00", services=["Full service"], phone="07700 900124")


def test_long_work_goes_on_over_night_and_holds_its_bay(inside: Garage) -> None:
    monday = next_open_day(inside, after=7 - inside.today().weekday())
    Service.objects.filter(name="Classic restoration").update(minutes=900)
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    booking = make_booking(inside, "10:00", day=monday, services=["Classic restoration"])
    tuesday = monday + timedelta(days=1)
    assert booking.ends_at == at(inside, "15:00", day=tuesday)
    offers = _day(inside, day=tuesday).offers
    assert offers[0].start == at(inside, "15:00", day=tuesday)


def test_technicians_are_counted_by_skill(crew: Garage) -> None:
    make_booking(crew, services=["MOT test"])
    make_booking(crew, phone="07700 900124")
    with pytest.raises(SlotTaken, match="technician"):
        make_booking(crew, phone="07700 900125")
    starts = [offer.start for offer in _day(crew).offers]
    assert (at(crew, "10:00") in starts, at(crew, "11:00") in starts) == (False, True)


def test_the_tester_is_left_for_tests(crew: Garage) -> None:
    """Lee could do both brake checks only one after the other; Sam alone may test."""
    make_booking(crew, services=["MOT test"])
    day = _day(crew, "Brake check")
    lee = Technician.objects.get(name="Lee Marsh")
    offer = next(offer for offer in day.offers if offer.start == at(crew, "11:00"))
    assert offer.technicians[0] == lee.pk


def test_absence_and_shifts_take_times_away(crew: Garage) -> None:
    sam, lee = Technician.objects.get(name="Sam Okoro"), Technician.objects.get(name="Lee Marsh")
    TechnicianAbsence.objects.create(technician=sam, **_away(crew))
    day = _day(crew, "MOT test")
    assert (day.refusal.reason, str(day.refusal.text)) == (Reason.NOBODY_THERE, "Not there that day: Sam Okoro.")
    weekday = next_open_day(crew).weekday()
    TechnicianShift.objects.create(technician=lee, weekday=weekday, starts=time(13), ends=time(17))
    starts = [offer.start for offer in _day(crew).offers]
    assert (starts[0], starts[-1]) == (at(crew, "13:00"), at(crew, "16:30"))


def test_confirming_looks_once_more(crew: Garage, manager: Membership) -> None:
    booking = make_booking(crew, services=["MOT test"])
    TechnicianAbsence.objects.create(technician=Technician.objects.get(name="Sam Okoro"), **_away(crew))
    manager.garage = crew
    with pytest.raises(SlotTaken, match="technician"):
        confirm(booking, by=manager)
    TechnicianAbsence.objects.all().delete()
    assert confirm(booking, by=manager).status == "confirmed"


def test_a_technician_who_is_away_is_not_given_the_job(crew: Garage, manager: Membership) -> None:
    booking, sam = make_booking(crew), Technician.objects.get(name="Sam Okoro")
    TechnicianAbsence.objects.create(technician=sam, **_away(crew))
    with pytest.raises(SlotTaken, match="Sam Okoro is not there"):
        move_booking(booking, version=1, setup=load_setup(crew), by=manager, technician=sam)


def test_cars_a_day(inside: Garage) -> None:
    inside.cars_a_day = 1
    inside.save()
    booking = make_booking(inside)
    assert _day(inside).refusal.reason == Reason.CARS
    with pytest.raises(NotOpen, match="Enough cars"):
        make_booking(inside, "15:00", phone="07700 900124")
    assert _day(inside, ignoring=booking).refusal is None


def test_waiting_customers_and_courtesy_cars_have_limits_of_their_own(inside: Garage) -> None:
    inside.waiters_a_day, inside.courtesy_cars = 1, 1
    inside.save()
    make_booking(inside, drop_off=DropOff.WAIT)
    make_booking(inside, drop_off=DropOff.COURTESY, phone="07700 900124")
    assert _day(inside, drop_off=DropOff.WAIT).refusal.reason == Reason.WAITERS
    assert _day(inside, drop_off=DropOff.COURTESY).refusal.reason == Reason.COURTESY_CARS
    assert _day(inside).refusal is None
    with pytest.raises(NotOpen, match="courtesy"):
        make_booking(inside, "15:00", drop_off=DropOff.COURTESY, phone="07700 900125")


def test_a_job_goes_where_the_bay_stands_idle_least(inside: Garage) -> None:
    """Right behind another, rather than into the emptier bay; the MOT bay is left for what needs it."""
    Bay.objects.create(name="Bay 2", position=3)
    make_booking(inside, "08:00")
    long = make_booking(inside, "08:00", services=["Full service"], phone="07700 900124")
    behind = make_booking(inside, "10:00", phone="07700 900125")
    first = make_booking(inside, "08:30", phone="07700 900126")
    assert [str(one.bay) for one in (long, behind, first)] == ["Bay 2", "Bay 2", "Bay 1"]
    assert str(make_booking(inside, "09:00", services=["MOT test"], phone="07700 900127").bay) == "MOT bay"


def test_the_shuttle_has_places_for_a_day(inside: Garage) -> None:
    inside.shuttles_a_day = inside.drops_a_day = 1
    inside.save()
    make_booking(inside, drop_off=DropOff.SHUTTLE)
    assert _day(inside, drop_off=DropOff.SHUTTLE).refusal.reason == Reason.SHUTTLES
    assert _day(inside).refusal is None
    with pytest.raises(NotOpen, match="shuttle is full"):
        make_booking(inside, "15:00", drop_off=DropOff.SHUTTLE, phone="07700 900125")
    make_booking(inside, "15:00", phone="07700 900125")
    assert _day(inside).refusal.reason == Reason.DROPS


def test_each_way_of_leaving_the_car_has_a_limit_at_one_time(inside: Garage) -> None:
    """Half past ten is another time; what is off the grid counts where it lies."""
    inside.waiters_a_slot = 1
    inside.save()
    waits = make_booking(inside, "10:10", drop_off=DropOff.WAIT)
    ten, half_past = at(inside, "10:00"), at(inside, "10:30")
    free = [offer.start for offer in _day(inside, drop_off=DropOff.WAIT).offers]
    assert (ten in free, half_past in free) == (False, True)
    assert ten in [offer.start for offer in _day(inside).offers]
    assert ten in [offer.start for offer in _day(inside, ignoring=waits).offers]
    with pytest.raises(NotOpen, match="At that time there is enough for “Waits here”") as refused:
        make_booking(inside, drop_off=DropOff.WAIT, phone="07700 900125")
    assert refused.value.field == "drop_off"


def test_a_day_whose_every_time_is_busy_says_so(inside: Garage) -> None:
    inside.waiters_a_slot, inside.slot_step = 1, 240
    inside.save()
    for number, wall in enumerate(("08:00", "12:00", "16:00")):
        make_booking(inside, wall, drop_off=DropOff.WAIT, phone=f"07700 90012{number}")
    assert _day(inside, drop_off=DropOff.WAIT).refusal.reason == Reason.HANDOVERS
    inside.waiters_a_slot = 0
    assert _day(inside, drop_off=DropOff.WAIT).refusal.reason == Reason.WAITERS


def test_an_edit_that_stays_needs_room_for_its_new_way(inside: Garage, manager: Membership) -> None:
    inside.waiters_a_day = 0
    inside.save()
    booking = make_booking(inside)
    setup = load_setup(inside)
    services = [service_named(setup, name) for name in ("Brake check", "Full service")]
    with pytest.raises(NotOpen, match="Enough customers wait"):
        edit_booking(
            booking,
            version=1,
            setup=setup,
            by=manager,
            vehicle=None,
            vehicle_type=None,
            services=services,
            starts_at=booking.starts_at,
            technician=None,
            workshop_notes="",
            internal_notes="",
            priority=Priority.NORMAL,
            drop_off=DropOff.WAIT,
        )


def test_online_needs_more_notice_than_the_desk(inside: Garage) -> None:
    with time_machine.travel(datetime.combine(next_open_day(inside), time(9), inside.zone), tick=False):
        today = inside.today()
        inside.notice_online = 120
        assert _day(inside, day=today).offers[0].start == at(inside, "09:00", day=today)
        assert _day(inside, day=today, source=Source.ONLINE).offers[0].start == at(inside, "11:00", day=today)
        inside.online_same_day = False
        assert _day(inside, day=today, source=Source.ONLINE).refusal.reason == Reason.TOO_SOON


def test_a_hold_takes_the_time_until_it_expires(inside: Garage) -> None:
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    setup, slot = load_setup(inside), at(inside, "10:00")
    held = keep(setup=setup, job=_job(inside), starts_at=slot, expires_at=timezone.now() + timedelta(minutes=10))
    with pytest.raises(SlotTaken):
        make_booking(inside)
    assert slot not in [offer.start for offer in _day(inside).offers]
    assert slot in [offer.start for offer in _day(inside, but_hold=held.public_id).offers]
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert slot in [offer.start for offer in _day(inside).offers]
    booking = make_booking(inside, hold=held.public_id)
    assert (booking.starts_at, SlotHold.objects.exists()) == (slot, False)


def test_a_new_hold_gives_the_old_one_back(inside: Garage) -> None:
    setup, until = load_setup(inside), timezone.now() + timedelta(minutes=10)
    first = keep(setup=setup, job=_job(inside), starts_at=at(inside, "10:00"), expires_at=until)
    keep(setup=setup, job=_job(inside), starts_at=at(inside, "11:00"), expires_at=until, instead_of=first.public_id)
    assert [hold.starts_at for hold in SlotHold.objects.all()] == [at(inside, "11:00")]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", date(2027, 3, 28), 23),
        ("Europe/London", date(2027, 10, 31), 25),
        ("Australia/Lord_Howe", date(2027, 4, 4), 24.5),
        ("America/Havana", date(2027, 3, 14), 23),
        ("Asia/Beirut", date(2027, 3, 28), 23),
    ],
)
def test_days_on_which_the_clocks_change(inside: Garage, zone: str, day: date, hours: float) -> None:
    """Open from midnight to a minute before the next: as many whole hours can be begun as the day really has."""
    inside.time_zone, inside.slot_step, inside.horizon_days = zone, 30, 400
    inside.save()
    OpeningSpan.objects.all().delete()
    OpeningSpan.objects.create(weekday=day.weekday(), opens=time(0), closes=time(23, 59))
    with time_machine.travel(datetime(2027, 1, 4, tzinfo=UTC), tick=False):
        offers = _day(inside, day=day).offers
    assert len(offers) == hours * 2 - 1
    assert all(one.end - one.start == timedelta(minutes=30) for one in offers)
    assert {one.start.astimezone(inside.zone).date() for one in offers} == {day}


def test_refusals_are_bookings_errors(inside: Garage) -> None:
    with pytest.raises(BookingError):
        make_booking(inside, "03:00")
    assert Booking.objects.count() == 0
