"""What colleagues ask to be told of, by a number of their own (NOTI-3)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from bookings.enums import Source, Status
from bookings.models import Booking
from bookings.signals import Change
from garages.enums import Role
from garages.models import Garage, Membership, Technician
from garages.tenancy.context import tenant
from notifications.enums import Audience, Channel, Kind, State
from notifications.models import Alerts, KindRule, Message, TelegramLink
from notifications.opting import heard
from notifications.outbox import deliver
from notifications.planning import plan
from notifications.services import set_alerts
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db
PAGE = "/g/here/alerts/"
MOBILE = "+447700900789"


@pytest.fixture
def told(inside: Garage, receptionist: Membership) -> Alerts:
    """A receptionist who asked to be told of both, by text."""
    return set_alerts(receptionist, phone=MOBILE, kinds=[Kind.REQUEST_TO_STAFF, Kind.UNANSWERED])


def _request(garage: Garage) -> Booking:
    booking = make_booking(garage, source=Source.ONLINE)
    Booking.objects.filter(pk=booking.pk).update(status=Status.REQUESTED)
    Message.objects.all().delete()
    booking.refresh_from_db()
    plan(booking, Change.CREATED)
    return booking


def _to_team() -> list[tuple[str, str, str]]:
    rows = Message.objects.filter(audience=Audience.STAFF).order_by("kind", "pk")
    return [(row.kind, row.channel, row.to) for row in rows]


def _send(message: Message) -> State:
    Message.objects.filter(pk=message.pk).update(state=State.SENDING, leased_until=timezone.now())
    return deliver(message.garage_id, message.pk)


# --- One's own page -------------------------------------------------------------------------------------------------
def test_a_colleague_says_where_and_of_what(desk_client: Client, garage: Garage) -> None:
    saved = desk_client.post(PAGE, {"phone": "07700 900789", "kinds": [Kind.UNANSWERED]})
    assert saved.status_code == 302
    with tenant(garage.pk):
        own = Alerts.objects.get()
    assert (str(own.phone), own.kinds, own.membership.role) == (MOBILE, [Kind.UNANSWERED], Role.RECEPTIONIST)
    assert 'value="07700 900789"' in desk_client.get(PAGE).content.decode()


@pytest.mark.parametrize("number", ["020 7946 0123", "no number"])
def test_a_number_that_takes_no_texts_is_refused(desk_client: Client, garage: Garage, number: str) -> None:
    assert desk_client.post(PAGE, {"phone": number}).status_code == 422
    with tenant(garage.pk):
        assert not Alerts.objects.exists()


# --- What is told ---------------------------------------------------------------------------------------------------
def test_who_asked_is_told_beside_the_garages_address(inside: Garage, told: Alerts) -> None:
    Garage.objects.update(email="desk@here.example")
    booking = _request(inside)
    assert _to_team() == [
        (Kind.REQUEST_TO_STAFF, Channel.EMAIL, "desk@here.example"),
        (Kind.REQUEST_TO_STAFF, Channel.SMS, MOBILE),
        (Kind.UNANSWERED, Channel.EMAIL, "desk@here.example"),
        (Kind.UNANSWERED, Channel.SMS, MOBILE),
    ]
    plan(booking, Change.EDITED)
    assert len(_to_team()) == 4


def test_all_who_asked_are_told_and_telegram_comes_first(inside: Garage, told: Alerts, manager: Membership) -> None:
    set_alerts(manager, phone="+447700900790", kinds=[Kind.REQUEST_TO_STAFF])
    TelegramLink.objects.create(membership=manager, chat_id=77)
    _request(inside)
    new = [row for row in _to_team() if row[0] == Kind.REQUEST_TO_STAFF]
    assert new == [(Kind.REQUEST_TO_STAFF, Channel.SMS, MOBILE), (Kind.REQUEST_TO_STAFF, Channel.TELEGRAM, "77")]


def test_who_no_longer_asks_is_not_told_of_what_waits(inside: Garage, told: Alerts) -> None:
    _request(inside)
    [new] = Message.objects.filter(kind=Kind.REQUEST_TO_STAFF)
    set_alerts(told.membership, phone=MOBILE, kinds=[])
    assert _send(new) == State.DROPPED
    assert Message.objects.get(kind=Kind.UNANSWERED).state == State.DROPPED


def test_a_technician_is_told_of_a_job_by_text(inside: Garage, technician: Membership) -> None:
    KindRule.objects.create(kind=Kind.ASSIGNED, channels=[Channel.TELEGRAM, Channel.SMS, Channel.EMAIL])
    set_alerts(technician, phone=MOBILE)
    Technician.objects.update(membership=technician)
    booking = make_booking(inside)
    booking.technician = Technician.objects.get()
    booking.save()
    plan(booking, Change.EDITED)
    [message] = Message.objects.filter(kind=Kind.ASSIGNED)
    assert (message.channel, message.to) == (Channel.SMS, MOBILE)
    assert _send(message) == State.SENT


def test_stop_holds_until_start(inside: Garage, told: Alerts) -> None:
    _request(inside)
    [new] = Message.objects.filter(kind=Kind.REQUEST_TO_STAFF)
    assert heard("STOP", sender=MOBILE, recipient="+447700900456") == 1
    assert _send(new) == State.DROPPED
    set_alerts(told.membership, phone=MOBILE, kinds=told.kinds)  # saved again, it still holds
    told.refresh_from_db()
    assert told.texts_to == ""
    assert heard("start", sender=MOBILE, recipient="+447700900456") == 1
    told.refresh_from_db()
    assert told.texts_to == MOBILE


def test_the_bookings_history_names_who_was_told(desk_client: Client, inside: Garage, told: Alerts) -> None:
    booking = _request(inside)
    page = desk_client.get(f"/g/here/messages/of-booking/{booking.reference}/").content.decode()
    assert f"{told.membership.user}, SMS" in page
