"""Exactly the right messages: the customer is told what differs from what they were last told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from bookings.enums import Source, Status
from bookings.models import Booking, WaitingEntry
from bookings.services import (
    accept,
    cancel,
    complete,
    confirm,
    decline,
    edit_booking,
    mark_no_show,
    reopen,
    start_service,
)
from bookings.services.waiting import leave, offer_what_is_free
from bookings.signals import Change
from garages.models import Garage, Membership
from garages.setup import load_setup
from garages.tenancy.context import tenant
from notifications.enums import Channel, Kind, State
from notifications.models import KindRule, Message, MessageSettings, ReminderRule
from notifications.planning import UNDO, plan
from notifications.tasks import sweep
from tests.factories.bookings import at, make_booking, next_open_day
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 6, 1, 9, tzinfo=UTC)  # a Monday, 10:00 in London


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(START, tick=False) as travelling:
        yield travelling


@pytest.fixture
def desk(garage: Garage, manager: Membership) -> Iterator[Membership]:
    with tenant(garage.pk), transaction.atomic():
        pass
    with tenant(garage.pk):
        yield manager


def _sent() -> list[tuple[str, str]]:
    """What went out, in order: kind and channel."""
    with transaction.atomic():
        rows = Message.objects.filter(state=State.SENT).order_by("sent_at", "pk")
        return [(row.kind, row.channel) for row in rows]


def _later(clock: time_machine.Coordinates, by: timedelta = UNDO) -> int:
    clock.shift(by)
    return sweep()


def _book(garage: Garage, wall: str = "10:00", **fields: Any) -> Booking:
    with transaction.atomic():
        return make_booking(garage, wall, **fields)


def _edit(booking: Booking, by: Membership, **changes: Any) -> Booking:
    with transaction.atomic():
        booking = Booking.objects.get(pk=booking.pk)
        setup = load_setup(by.garage)
        services = [service for service in setup.services if service.name == "Brake check"]
        facts: dict[str, Any] = {
            "vehicle": None,
            "vehicle_type": setup.vehicle_types[0],
            "services": services,
            "starts_at": booking.starts_at,
            "technician": None,
            "workshop_notes": "",
            "internal_notes": "",
            "priority": booking.priority,
            "drop_off": booking.drop_off,
        }
        return edit_booking(booking, version=booking.version, setup=setup, by=by, **(facts | changes))


def _do(verb: Any, booking: Booking, by: Membership, **more: Any) -> Booking:
    with transaction.atomic():
        return verb(Booking.objects.get(pk=booking.pk), by=by, **more)


def test_online_booking_that_confirms_itself_is_told_once(
    garage: Garage, desk: Membership, clock: time_machine.Coordinates
) -> None:
    garage.online_confirmed = True
    garage.save()
    _book(garage, source=Source.ONLINE)
    _later(clock)
    assert _sent() == [(Kind.CONFIRMED, Channel.SMS)]


def test_booking_edited_five_times_moved_and_cancelled(
    garage: Garage, desk: Membership, clock: time_machine.Coordinates
) -> None:
    booking = _book(garage)
    _later(clock)
    _do(confirm, booking, desk)
    _later(clock)
    for number in range(5):
        _edit(booking, desk, workshop_notes=f"note {number}")
        _later(clock)
    _edit(booking, desk, starts_at=at(garage, "14:00"))
    _later(clock)
    _do(cancel, booking, desk, reason="Sold the car")
    _later(clock)
    assert _sent() == [
        (Kind.RECEIVED, Channel.SMS),
        (Kind.CONFIRMED, Channel.SMS),
        (Kind.MOVED, Channel.SMS),
        (Kind.CANCELLED, Channel.SMS),
    ]
    assert _later(clock, timedelta(days=3)) == 0  # no reminder comes after


def test_changes_within_the_undo_window_are_one_message(
    garage: Garage, desk: Membership, clock: time_machine.Coordinates
) -> None:
    booking = _book(garage)
    _do(confirm, booking, desk)
    _edit(booking, desk, starts_at=at(garage, "14:00"))
    _edit(booking, desk, workshop_notes="squeaks", starts_at=at(garage, "14:00"))
    _later(clock)
    assert _sent() == [(Kind.CONFIRMED, Channel.SMS)]
    with transaction.atomic():
        assert "15:00" not in Message.objects.get(state=State.SENT).text
        assert "14:00" in Message.objects.get(state=State.SENT).text


def test_booking_made_and_cancelled_at_once_is_not_told(
    garage: Garage, desk: Membership, clock: time_machine.Coordinates
) -> None:
    booking = _book(garage)
    _do(cancel, booking, desk, reason="Undone")
    _later(clock)
    assert _sent() == []


def test_cancelled_by_mistake_and_reopened_is_not_told(
    garage: Garage, desk: Membership, clock: time_machine.Coordinates
) -> None:
    booking = _book(garage)
    _later(clock)
    _do(cancel, booking, desk, reason="Wrong row")
    _do(reopen, booking, desk)
    _later(clock)
    assert _sent() == [(Kind.RECEIVED, Channel.SMS)]


def test_made_cancelled_and_reopened_at_once_is_told_once(
    garage: Garage, desk: Membership, clock: time_machine.Coordinates
) -> None:
    booking = _book(garage)
    _do(cancel, booking, desk, reason="Wrong row")
    _do(reopen, booking, desk)
    _later(clock)
    assert _sent() == [(Kind.RECEIVED, Channel.SMS)]


def test_booking_at_the_counter_is_told_only_when_ready(
    garage: Garage, desk: Membership, clock: time_machine.Coordinates
) -> None:
    booking = _book(garage, day=garage.today())
    _do(confirm, booking, desk)
    _later(clock)
    _do(start_service, booking, desk)
    _do(complete, booking, desk)
    _do(reopen, booking, desk)
    _do(complete, booking, desk)
    _later(clock)
    assert _sent() == [(Kind.READY, Channel.SMS)]


def test_no_show_is_not_told(garage: Garage, desk: Membership, clock: time_machine.Coordinates) -> None:
    booking = _book(garage)
    _later(clock)
    _do(mark_no_show, booking, desk)
    _later(clock)
    assert _sent() == [(Kind.RECEIVED, Channel.SMS)]


def test_request_is_told_to_customer_and_staff_and_answered_with_its_reason(
    garage: Garage, desk: Membership, clock: time_machine.Coordinates
) -> None:
    with transaction.atomic():
        MessageSettings.objects.create(staff_to="desk@here.example")
    booking = _book(garage, source=Source.ONLINE)
    with transaction.atomic():
        Message.objects.all().delete()
        booking.status = Status.REQUESTED
        booking.save()
        plan(booking, Change.CREATED)
    _later(clock)
    assert sorted(_sent()) == [(Kind.REQUEST_RECEIVED, Channel.SMS), (Kind.REQUEST_TO_STAFF, Channel.EMAIL)]
    _do(decline, booking, desk, reason="The lift is broken.")
    _later(clock)
    with transaction.atomic():
        declined = Message.objects.get(kind=Kind.DECLINED)
    assert (declined.state, "Reason: The lift is broken." in declined.text) == (State.SENT, True)


def test_accepted_request_is_confirmed(garage: Garage, desk: Membership, clock: time_machine.Coordinates) -> None:
    booking = _book(garage, source=Source.ONLINE)
    with transaction.atomic():
        booking.status = Status.REQUESTED
        booking.save()
    _do(accept, booking, desk)
    _later(clock)
    assert _sent() == [(Kind.CONFIRMED, Channel.SMS)]


def test_reminder_follows_a_moved_booking_and_stops_with_a_cancelled_one(
    garage: Garage, desk: Membership, clock: time_machine.Coordinates
) -> None:
    first, second = next_open_day(garage, after=7), next_open_day(garage, after=8)
    booking = _book(garage, day=first, confirmed=True, by=desk)
    with transaction.atomic():
        reminder = Message.objects.get(kind=Kind.REMINDER)
    assert reminder.due_at == at(garage, "10:00", day=first - timedelta(days=1))
    _edit(booking, desk, starts_at=at(garage, "10:00", day=second))
    _edit(booking, desk, starts_at=at(garage, "10:00", day=first))
    with transaction.atomic():
        states = dict(Message.objects.filter(kind=Kind.REMINDER).values_list("about_start", "state"))
    assert states == {
        at(garage, "10:00", day=first): State.QUEUED,
        at(garage, "10:00", day=second): State.DROPPED,
    }
    _do(cancel, booking, desk, reason="Away")
    with transaction.atomic():
        assert not Message.objects.filter(kind=Kind.REMINDER, state=State.QUEUED).exists()


def test_reminder_rules_of_the_garage_and_its_quiet_hours(garage: Garage, desk: Membership, clock: Any) -> None:
    day = next_open_day(garage, after=7)
    with transaction.atomic():
        MessageSettings.objects.create(quiet_from=time(20), quiet_until=time(8))
        ReminderRule.objects.create(hours_before=14)  # 20:00 the evening before: quiet
        ReminderRule.objects.create(days_before=2, at=time(17))
        ReminderRule.objects.create(days_before=3, at=time(17), weekdays=[(day.weekday() + 1) % 7])
        ReminderRule.objects.create(days_before=4, at=time(17), is_on=False)
    _book(garage, day=day, confirmed=True, by=desk)
    with transaction.atomic():
        due = list(Message.objects.filter(kind=Kind.REMINDER).order_by("due_at").values_list("due_at", flat=True))
    assert due == [at(garage, "17:00", day=day - timedelta(days=2)), at(garage, "08:00", day=day)]


def test_rules_decide_whether_and_by_which_channels(garage: Garage, desk: Membership, clock: Any) -> None:
    with transaction.atomic():
        KindRule.objects.create(kind=Kind.RECEIVED, channels=[Channel.EMAIL, Channel.SMS], every_channel=True)
        KindRule.objects.create(kind=Kind.CONFIRMED, is_on=False)
        booking = make_booking(garage)
        booking.customer.email = "ada@byron.example"
        booking.customer.save()
        Message.objects.all().delete()
        plan(booking, Change.CREATED)
    _later(clock)
    _do(confirm, booking, desk)
    _later(clock)
    assert _sent() == [(Kind.RECEIVED, Channel.EMAIL), (Kind.RECEIVED, Channel.SMS)]


def test_customer_nobody_can_write_to_has_no_message(garage: Garage, desk: Membership, clock: Any) -> None:
    booking = _book(garage, phone="020 7946 0123")
    with transaction.atomic():
        assert Message.objects.filter(booking=booking).count() == 0


def test_new_booking_costs_two_queries(
    garage: Garage, desk: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with transaction.atomic():
        booking = make_booking(garage)
        Message.objects.all().delete()
        with django_assert_num_queries(2):
            plan(booking, Change.CREATED)


def test_copy_for_the_garage_is_sent_once_too(garage: Garage, desk: Membership, clock: Any) -> None:
    with transaction.atomic():
        MessageSettings.objects.create(copy_to="boss@here.example")
    booking = _book(garage, confirmed=True, by=desk)
    _do(cancel, booking, desk, reason="Wrong row")
    _do(reopen, booking, desk)
    _do(confirm, booking, desk)
    _later(clock)
    assert sorted(_sent()) == [(Kind.CONFIRMED, Channel.EMAIL), (Kind.CONFIRMED, Channel.SMS)]


def test_freed_time_is_offered_in_words_until_the_offer_is_over(
    garage: Garage, desk: Membership, clock: time_machine.Coordinates
) -> None:
    with transaction.atomic():
        entry = WaitingEntry.objects.create(
            customer=make_customer(phone="07700 900456"),
            services=[service.pk for service in load_setup(garage).services if service.name == "Brake check"],
            day=next_open_day(garage),
        )
        assert offer_what_is_free(garage) == [entry]
    _later(clock)
    with transaction.atomic():
        [offer] = Message.objects.filter(kind=Kind.WAITING_OFFER)
        entry.refresh_from_db()
    assert (offer.state, offer.about_start) == (State.SENT, entry.offered_start)
    assert "is free for Brake check, kept for you until " in offer.text
    with transaction.atomic():
        Message.objects.filter(pk=offer.pk).update(state=State.QUEUED)
        leave(entry)
    _later(clock)
    with transaction.atomic():
        offer.refresh_from_db()
    assert (offer.state, offer.error) == (State.DROPPED, "offer-over")
