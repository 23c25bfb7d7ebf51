"""MOT and service reminders: to whom agreed, once for each date and mark, and never about what is no longer so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from bookings.enums import Source, Status
from bookings.models import Booking
from bookings.services import cancel
from customers.consents import record_consent
from customers.enums import Channel as Written
from customers.enums import ConsentSource, Purpose
from customers.models import Customer
from fleet.models import Vehicle
from fleet.services import change_owner, update_vehicle
from garages.models import Garage, Membership, Service
from garages.tenancy.context import tenant
from integrations.vehicles import LookupState, VehicleFacts
from integrations.vehicles.answers import ask
from notifications.due import plan_due
from notifications.enums import Channel, Kind, State
from notifications.models import KindRule, Message, MessageSettings
from notifications.tasks import plan_due_everywhere, plan_due_in, sweep
from tests.factories.bookings import make_booking
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle

pytestmark = pytest.mark.django_db
START = datetime(2026, 6, 1, 7, tzinfo=UTC)  # a Monday, 08:00 in London
TODAY = date(2026, 6, 1)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(START, tick=False) as travelling:
        yield travelling


@pytest.fixture
def desk(garage: Garage, clock: time_machine.Coordinates, monkeypatch: pytest.MonkeyPatch) -> Iterator[Garage]:
    """A garage that tells of MOTs, whose vehicles no register knows."""
    monkeypatch.setattr("fleet.register.COUNTRIES", frozenset())
    with tenant(garage.pk):
        KindRule.objects.create(kind=Kind.MOT_DUE, channels=[Channel.EMAIL, Channel.SMS])
        yield garage


def _agrees(customer: Customer, channel: Written = Written.EMAIL, *, is_given: bool = True) -> None:
    said = {"channel": channel, "is_given": is_given, "source": ConsentSource.STAFF, "by": None}
    record_consent(customer, purpose=Purpose.MARKETING, **said)  # type: ignore[arg-type]


def _car(days: int, *, agrees: bool = True, plate: str = "AB12 CDE", **fields: str) -> Vehicle:
    """A car whose MOT runs out in so many days."""
    customer = make_customer(**({"email": "priya@nair.example", "phone": "07700 900123"} | fields))
    if agrees:
        _agrees(customer)
    return make_vehicle(customer, plate, mot_expires_on=TODAY + timedelta(days=days))


def _messages() -> list[tuple[str, int | None, str]]:
    return [(row.kind, row.days_before, row.state) for row in Message.objects.order_by("pk")]


def _pass_days(clock: time_machine.Coordinates, garage: Garage, days: int) -> None:
    """Day by day: planned every few hours, sent at ten."""
    for _day in range(days):
        for _hours in range(4):
            clock.shift(timedelta(hours=6))
            plan_due_in(garage.pk)
            sweep()


# --- When and how often ---------------------------------------------------------------------------------------------
def test_three_reminders_and_no_more(desk: Garage, clock: time_machine.Coordinates) -> None:
    _car(35)
    _pass_days(clock, desk, 40)
    assert _messages() == [(Kind.MOT_DUE, days, State.SENT) for days in (30, 14, 3)]
    message = Message.objects.earliest("pk")
    assert message.sent_at is not None
    assert message.sent_at.astimezone(desk.zone).time() == time(14)  # the first sweep after ten
    assert (message.subject, message.channel, message.to) == (
        "MOT test is due: AB12 CDE Ford Fiesta",
        Channel.EMAIL,
        "priya@nair.example",
    )
    assert "is due on Monday 6 July 2026" in message.text


def test_it_waits_for_ten_and_never_for_the_evening(desk: Garage, clock: time_machine.Coordinates) -> None:
    _car(14)
    plan_due(desk)
    assert Message.objects.get().due_at == datetime(2026, 6, 1, 9, tzinfo=UTC)
    Message.objects.all().delete()
    clock.move_to(datetime(2026, 6, 1, 19, tzinfo=UTC))
    plan_due(desk)
    assert Message.objects.get().due_at == datetime(2026, 6, 2, 9, tzinfo=UTC)


def test_quiet_hours_hold(desk: Garage) -> None:
    MessageSettings.objects.create(quiet_from=time(20), quiet_until=time(11))
    _car(14)
    plan_due(desk)
    assert Message.objects.get().due_at == datetime(2026, 6, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(("days", "mark"), [(30, 30), (28, 30), (27, None), (15, None), (12, 14), (1, 3), (0, None)])
def test_a_worker_that_was_away_makes_up_for_it_for_three_days(desk: Garage, days: int, mark: int | None) -> None:
    _car(days)
    plan_due(desk)
    assert [row.days_before for row in Message.objects.all()] == ([mark] if mark else [])


def test_two_passes_write_one_row(desk: Garage) -> None:
    _car(14)
    assert [plan_due(desk), plan_due(desk)] == [1, 0]


def test_the_garages_own_days_hold(desk: Garage) -> None:
    MessageSettings.objects.create(due_days=[21])
    _car(14)
    _car(21, plate="EF34 GHJ")
    plan_due(desk)
    assert [row.days_before for row in Message.objects.all()] == [21]


# --- To whom --------------------------------------------------------------------------------------------------------
def test_nothing_is_sent_where_the_garage_did_not_ask_for_it(desk: Garage) -> None:
    KindRule.objects.all().delete()
    _car(14)
    assert plan_due(desk) == 0


def test_nothing_without_consent(desk: Garage) -> None:
    _car(14, agrees=False)
    assert plan_due(desk) == 0


def test_consent_is_for_a_channel(desk: Garage) -> None:
    car = _car(14, agrees=False)
    assert car.customer
    _agrees(car.customer, Written.SMS)
    plan_due(desk)
    assert [(row.channel, row.to) for row in Message.objects.all()] == [(Channel.SMS, "+447700900123")]


def test_consent_taken_back_before_ten_stops_it(desk: Garage, clock: time_machine.Coordinates) -> None:
    car = _car(14)
    plan_due(desk)
    assert car.customer
    _agrees(car.customer, is_given=False)
    clock.shift(timedelta(hours=3))
    sweep()
    assert Message.objects.get().error == "opted-out"


def test_who_stopped_everything_is_not_written_to(desk: Garage) -> None:
    car = _car(14)
    assert car.customer
    said = {"channel": Written.EMAIL, "is_given": False, "source": ConsentSource.STAFF, "by": None}
    record_consent(car.customer, purpose=Purpose.SERVICE, **said)  # type: ignore[arg-type]
    assert plan_due(desk) == 0


# --- Stale ----------------------------------------------------------------------------------------------------------
def test_dropped_when_it_is_no_longer_so(desk: Garage, clock: time_machine.Coordinates) -> None:
    tested, sold, booked, asked = (_car(14, plate=plate) for plate in ("AB12 CDE", "EF34 GHJ", "KL56 MNP", "QR78 STU"))
    assert plan_due(desk) == 4
    with transaction.atomic():
        update_vehicle(tested, mot_expires_on=TODAY + timedelta(days=379))
        change_owner(sold, make_customer(phone="07700 900999"))
        make_booking(desk, customer=booked.customer, vehicle=booked, services=["MOT test"])
        booking = make_booking(desk, "12:00", customer=asked.customer, vehicle=asked, services=["MOT test"])
        Booking.objects.filter(pk=booking.pk).update(status=Status.REQUESTED)
    clock.shift(timedelta(hours=3))
    sweep()
    about = Message.objects.filter(kind=Kind.MOT_DUE).order_by("pk")
    assert [row.error for row in about] == ["not-due", "not-theirs", "not-due", "not-due"]


def test_other_work_that_is_booked_does_not_settle_it(desk: Garage) -> None:
    car = _car(14)
    make_booking(desk, customer=car.customer, vehicle=car, services=["Brake check"])
    assert plan_due(desk) == 1


def test_a_booking_taken_back_lets_it_be_told(desk: Garage, manager: Membership) -> None:
    car = _car(14)
    with transaction.atomic():
        booking = make_booking(desk, customer=car.customer, vehicle=car, services=["MOT test"], source=Source.ONLINE)
    assert plan_due(desk) == 0
    with transaction.atomic():
        cancel(Booking.objects.get(pk=booking.pk), by=manager, reason="Ill")
    assert plan_due(desk) == 1


def test_not_sent_long_after_its_time(desk: Garage, clock: time_machine.Coordinates) -> None:
    _car(14)
    plan_due(desk)
    clock.shift(timedelta(days=4))
    sweep()
    assert Message.objects.get().error == "out-of-time"


# --- The register is asked first ------------------------------------------------------------------------------------
@pytest.fixture
def registers(desk: Garage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fleet.register.COUNTRIES", frozenset({"GB"}))
    monkeypatch.setattr("integrations.vehicles.answers.hand_over", lambda *_args, **_kwargs: None)


def _answered(plate: str, state: str, mot: str = "") -> None:
    row = ask(plate)
    row.state, row.answered_at, row.source = state, datetime.now(UTC), "dvsa"
    row.facts = VehicleFacts(plate, mot_due_on=date.fromisoformat(mot)).as_json() if mot else None
    row.save()


@pytest.mark.usefixtures("registers")
def test_the_register_is_waited_for_and_believed(desk: Garage) -> None:
    _car(14)
    _car(14, plate="EF34 GHJ")
    with transaction.atomic():
        assert plan_due(desk) == 0  # both questions are on their way
    _answered("AB12CDE", LookupState.FOUND, mot="2027-06-10")
    _answered("EF34GHJ", LookupState.FOUND, mot="2026-06-15")
    assert plan_due(desk) == 1
    assert str(Message.objects.get().vehicle).startswith("EF34GHJ")
    assert Vehicle.objects.get(registration="AB12CDE").mot_expires_on == date(2027, 6, 10)


@pytest.mark.usefixtures("registers")
def test_a_register_that_is_away_holds_it_up_for_a_day(desk: Garage, clock: time_machine.Coordinates) -> None:
    _car(14)
    for _hour in range(2):
        with transaction.atomic():
            assert plan_due(desk) == 0
        _answered("AB12CDE", LookupState.DOWN)
        clock.shift(timedelta(hours=1))
    clock.shift(timedelta(days=1))
    assert plan_due(desk) == 1


@pytest.mark.usefixtures("registers")
def test_a_plate_that_no_register_knows_holds_up_nothing(desk: Garage) -> None:
    _car(14)
    with transaction.atomic():
        plan_due(desk)
    _answered("AB12CDE", LookupState.NOT_FOUND)
    assert plan_due(desk) == 1


# --- Services that come round again ---------------------------------------------------------------------------------
def test_a_service_comes_round_again(desk: Garage, clock: time_machine.Coordinates) -> None:
    KindRule.objects.create(kind=Kind.SERVICE_DUE, channels=[Channel.EMAIL])
    Service.objects.filter(name__in=["Full service", "Brake check"]).update(due_again_months=6)
    car = _car(300)
    with transaction.atomic():
        booking = make_booking(desk, customer=car.customer, vehicle=car, services=["Full service", "Brake check"])
    Booking.objects.filter(pk=booking.pk).update(status=Status.COMPLETED)
    Message.objects.all().delete()
    clock.move_to(datetime(2026, 11, 18, 9, 30, tzinfo=UTC))  # two weeks before the second of December
    assert plan_due(desk) == 1
    assert [(row.kind, row.facts["item"]) for row in Message.objects.all()] == [
        (Kind.SERVICE_DUE, "Full service + Brake check")
    ]


def test_as_many_cars_cost_as_many_queries(desk: Garage, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(6):
        _car(14, plate=f"AB1{number} CDE")
    with django_assert_max_num_queries(10):
        assert plan_due(desk) == 6


# --- Garages --------------------------------------------------------------------------------------------------------
def test_every_garage_that_wants_it_is_looked_at(
    desk: Garage, other_garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(plan_due_in, "delay", asked.append)
    with tenant(other_garage.pk):
        KindRule.objects.create(kind=Kind.MOT_DUE, is_on=False)
    plan_due_everywhere()
    assert asked == [desk.pk]
