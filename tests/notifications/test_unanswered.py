"""What nobody answers: the team is nudged, the customer told, the request expires (COMP-16)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from bookings.enums import Source, Status
from bookings.models import Booking
from bookings.services import accept, cancel, confirm, mark_contacted, move_booking
from bookings.services.answer import propose
from bookings.signals import Change
from garages.models import Garage, Membership
from garages.setup import load_setup
from garages.tenancy.context import tenant
from notifications.channels import Outgoing
from notifications.channels.email import build
from notifications.enums import TIMED, Channel, Kind, State
from notifications.models import KindRule, Message, MessageSettings
from notifications.planning import plan, replan_reminders
from notifications.services import set_rules
from notifications.tasks import sweep
from tests.factories.bookings import at, make_booking
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db
START = datetime(2026, 6, 1, 9, tzinfo=UTC)  # a Monday, 10:00 in London
VISIT = datetime(2026, 6, 4, 13, tzinfo=UTC)  # Thursday, 14:00 in London


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(START, tick=False) as travelling:
        yield travelling


def _remind() -> None:
    KindRule.objects.filter(kind=Kind.REMINDER).delete()


@pytest.fixture
def desk(garage: Garage, manager: Membership, clock: time_machine.Coordinates) -> Iterator[Membership]:
    garage.email = "desk@here.example"
    garage.save()
    with tenant(garage.pk):
        KindRule.objects.create(kind=Kind.REMINDER, is_on=False, channels=[Channel.SMS])
        yield manager


def _asked(garage: Garage, status: Status = Status.PENDING, *, starts_at: datetime = VISIT, **more: Any) -> Booking:
    """A customer asked for it online, and it was planned as if made so."""
    facts = {"source": Source.ONLINE, "starts_at": starts_at} | more
    booking = make_booking(garage, customer=make_customer(phone="07700 900123", email="priya@nair.example"), **facts)
    if status == Status.REQUESTED:
        Booking.objects.filter(pk=booking.pk).update(status=status)
        Message.objects.all().delete()
        booking.refresh_from_db()
        plan(booking, Change.CREATED)
    return booking


def _told() -> list[tuple[str, str, str]]:
    """What went out at a time of its own: kind, to whom, and when on London's clock."""
    rows = Message.objects.filter(kind__in=TIMED, state=State.SENT).order_by("sent_at", "pk")
    return [(row.kind, row.to, f"{row.due_at.astimezone(row.garage.zone):%a %H:%M}") for row in rows]


def _pass(clock: time_machine.Coordinates, hours: int = 96) -> None:
    for _hour in range(hours):
        clock.shift(timedelta(hours=1))
        sweep()


# --- What is told, and when -----------------------------------------------------------------------------------------
def test_pending_booking_nobody_confirms(desk: Membership, clock: time_machine.Coordinates) -> None:
    _asked(desk.garage)
    _pass(clock)
    assert _told() == [
        (Kind.UNANSWERED, "desk@here.example", "Wed 14:00"),
        (Kind.UNCONFIRMED, "+447700900123", "Thu 02:00"),
    ]


def test_request_nobody_answers_expires(desk: Membership, clock: time_machine.Coordinates) -> None:
    _asked(desk.garage, Status.REQUESTED)
    _pass(clock)
    assert _told() == [
        (Kind.UNANSWERED, "desk@here.example", "Wed 14:00"),
        (Kind.UNCONFIRMED, "+447700900123", "Thu 02:00"),
        (Kind.EXPIRED, "priya@nair.example", "Thu 14:00"),
    ]
    expired = Message.objects.get(kind=Kind.EXPIRED)
    assert "nothing is booked" in expired.text


def test_quiet_hours_bring_it_forward_and_the_end_put_off(desk: Membership, clock: time_machine.Coordinates) -> None:
    MessageSettings.objects.create(quiet_from=time(13), quiet_until=time(7))
    _asked(desk.garage, Status.REQUESTED)
    _pass(clock)
    assert [(kind, when) for kind, _to, when in _told()] == [
        (Kind.UNCONFIRMED, "Wed 13:00"),
        (Kind.UNANSWERED, "Wed 14:00"),
        (Kind.EXPIRED, "Fri 07:00"),
    ]


def test_at_short_notice_the_team_has_an_hour_and_the_customer_hears_after_two(
    desk: Membership, clock: time_machine.Coordinates
) -> None:
    _asked(desk.garage, starts_at=START + timedelta(hours=4))
    _pass(clock, 6)
    assert [(kind, when) for kind, _to, when in _told()] == [
        (Kind.UNANSWERED, "Mon 11:00"),
        (Kind.UNCONFIRMED, "Mon 12:00"),
    ]


def test_too_short_for_any_of_it(desk: Membership, clock: time_machine.Coordinates) -> None:
    garage = desk.garage
    garage.notice_online = 0
    _asked(garage, starts_at=START + timedelta(minutes=30))
    _pass(clock, 6)
    assert _told() == []


def test_whom_the_desk_booked_in_has_talked_to_it(desk: Membership, clock: time_machine.Coordinates) -> None:
    """The team is nudged all the same: until it is confirmed, no reminder goes."""
    _asked(desk.garage, source=Source.RECEPTION)
    _pass(clock)
    assert _told() == [(Kind.UNANSWERED, "desk@here.example", "Wed 14:00")]


@pytest.mark.parametrize("source", Source)
def test_what_nobody_confirmed_is_not_reminded_of(
    source: Source, desk: Membership, clock: time_machine.Coordinates
) -> None:
    """A reminder would read as if it were on. Confirmed, it is reminded of; taken for confirmed, it is found out."""
    _remind()
    first = _asked(desk.garage, source=source)
    second = _asked(desk.garage, source=source, starts_at=VISIT + timedelta(days=1))
    assert not Message.objects.filter(kind=Kind.REMINDER).exists()
    for booking in (first, second):
        confirm(booking, by=desk)
    Booking.objects.filter(pk=first.pk).update(status=Status.PENDING)
    _pass(clock, 120)
    reminders = Message.objects.filter(kind=Kind.REMINDER)
    assert {row.booking_id: (row.state, row.error) for row in reminders} == {
        first.pk: (State.DROPPED, "booking-changed"),
        second.pk: (State.SENT, ""),
    }


def test_the_teams_answer_reaches_the_customer(desk: Membership) -> None:
    _asked(desk.garage)
    message = Message.objects.select_related("booking__customer").get(kind=Kind.UNANSWERED)
    assert build(Outgoing.of(message, desk.garage)).reply_to == ["priya@nair.example"]


# --- Never when somebody answered -----------------------------------------------------------------------------------
def test_answered_meanwhile_nothing_is_told(desk: Membership, clock: time_machine.Coordinates) -> None:
    for wall, answer in (("09:00", confirm), ("11:00", cancel)):
        booking = _asked(desk.garage, starts_at=at(desk.garage, wall, day=VISIT.date()))
        answer(booking, by=desk, **({"reason": "Ill"} if answer is cancel else {}))
    accept(_asked(desk.garage, Status.REQUESTED), by=desk)
    _pass(clock)
    assert _told() == []


def test_confirmed_behind_the_planners_back_it_is_found_out_when_it_is_sent(
    desk: Membership, clock: time_machine.Coordinates
) -> None:
    booking = _asked(desk.garage)
    Booking.objects.filter(pk=booking.pk).update(status=Status.CONFIRMED)
    _pass(clock)
    timed = Message.objects.filter(kind__in=TIMED)
    assert {(row.state, row.error) for row in timed} == {(State.DROPPED, "booking-changed")}


def test_moved_it_follows(desk: Membership, clock: time_machine.Coordinates) -> None:
    booking = _asked(desk.garage)
    later = VISIT + timedelta(days=1)
    move_booking(booking, version=booking.version, setup=load_setup(desk.garage), by=desk, starts_at=later)
    _pass(clock, 120)
    assert [(kind, when) for kind, _to, when in _told()] == [
        (Kind.UNANSWERED, "Thu 14:00"),
        (Kind.UNCONFIRMED, "Fri 02:00"),
    ]


def test_another_time_proposed_only_the_new_request_is_told_of(
    desk: Membership, clock: time_machine.Coordinates
) -> None:
    booking = _asked(desk.garage, Status.REQUESTED)
    propose(
        booking,
        version=booking.version,
        setup=load_setup(desk.garage),
        by=desk,
        starts_at=VISIT + timedelta(days=1),
    )
    _pass(clock, 120)
    assert [when for _kind, _to, when in _told()] == ["Thu 14:00", "Fri 02:00", "Fri 14:00"]


def test_who_was_talked_to_is_not_warned_and_still_told_of_the_end(
    desk: Membership, clock: time_machine.Coordinates
) -> None:
    mark_contacted(_asked(desk.garage, Status.REQUESTED), contacted=True, by=desk)
    _pass(clock)
    assert [kind for kind, _to, _when in _told()] == [Kind.UNANSWERED, Kind.EXPIRED]


# --- As the garage says ---------------------------------------------------------------------------------------------
def test_other_hours_hold_for_what_waits_already(desk: Membership, clock: time_machine.Coordinates) -> None:
    _asked(desk.garage)
    set_rules(desk.garage, kinds={}, nudge_hours=48, warn_hours=20)
    _pass(clock)
    assert [(kind, when) for kind, _to, when in _told()] == [
        (Kind.UNANSWERED, "Tue 14:00"),
        (Kind.UNCONFIRMED, "Wed 18:00"),
    ]


def test_switched_off_nothing_is_told(desk: Membership, clock: time_machine.Coordinates) -> None:
    _asked(desk.garage, Status.REQUESTED)
    for kind in (Kind.UNANSWERED, Kind.UNCONFIRMED, Kind.EXPIRED):
        KindRule.objects.create(kind=kind, is_on=False, channels=[Channel.EMAIL])
    replan_reminders(desk.garage_id)
    _pass(clock)
    assert _told() == []


def test_without_an_address_of_the_team_nobody_is_nudged(desk: Membership) -> None:
    garage = desk.garage
    garage.email = ""
    garage.save()
    _asked(garage)
    assert not Message.objects.filter(kind=Kind.UNANSWERED).exists()
