"""Settings of messages: what is sent, when, in which words."""

from __future__ import annotations

import uuid
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from notifications.enums import DUE, TO_CUSTOMERS, TO_TEAM, WAYS, Audience, Channel, Kind, State, Way
from notifications.models import KindRule, Message, MessageSettings, MessageTemplate, ReminderRule
from notifications.rules import DEFAULTS, load_rules
from notifications.services import TESTS_AN_HOUR
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db
PAGE = "/g/here/settings/notifications/"


def _typed(**changes: str) -> dict[str, str]:
    """The form as a browser sends it when nothing was touched, but for `changes`; "" switches a kind off."""
    form = {f"on_{kind}": "on" for kind in Kind if DEFAULTS[kind].is_on}
    form |= {f"way_{kind}": DEFAULTS[kind].way.value for kind in (*TO_CUSTOMERS, *TO_TEAM, *DUE)}
    form |= {"due_days": "30, 14, 3", "nudge_hours": "24", "warn_hours": "12"}
    return {name: value for name, value in (form | changes).items() if value}


def _reminder(**changes: Any) -> dict[str, Any]:
    typed = {"number": "2", "unit": "hours", "weekdays": ["0", "4"], "idempotency_key": str(uuid.uuid4())}
    return typed | changes


def test_every_kind_has_its_default_among_its_ways() -> None:
    assert [kind for kind in WAYS if DEFAULTS[kind].way not in WAYS[kind]] == []


def test_kinds_and_ways_are_kept(manager_client: Client, garage: Garage) -> None:
    typed = _typed(on_moved="", way_ready=Way.BOTH.value, copy_to="orders@here.example", sms_sender="Here Motors")
    assert manager_client.post(PAGE, typed).status_code == 302
    with tenant(garage.pk):
        rules = load_rules(garage.pk)
        assert KindRule.objects.count() == len(TO_CUSTOMERS) + len(TO_TEAM) + len(DUE)
    assert (rules.of(Kind.MOVED).is_on, rules.of(Kind.CONFIRMED).is_on) == (False, True)
    ready = rules.of(Kind.READY)
    assert (ready.channels, ready.every_channel) == ((Channel.EMAIL, Channel.SMS), True)
    assert rules.copy_to == "orders@here.example"
    assert [reminder.at for reminder in rules.reminders] == [time(10)]  # the usual one has become their own


def test_days_before_what_is_due_are_kept(manager_client: Client, garage: Garage) -> None:
    assert manager_client.post(PAGE, _typed(on_mot_due="on", due_days="7 and 21, 7")).status_code == 302
    with tenant(garage.pk):
        rules = load_rules(garage.pk)
    assert (rules.due_days, rules.of(Kind.MOT_DUE).is_on, rules.of(Kind.SERVICE_DUE).is_on) == ((21, 7), True, False)


@pytest.mark.parametrize("days", ["", "0", "61", "1, 2, 3, 4, 5, 6", "soon"])
def test_days_that_make_no_sense_are_refused(manager_client: Client, garage: Garage, days: str) -> None:
    assert manager_client.post(PAGE, _typed(due_days=days)).status_code == 422
    with tenant(garage.pk):
        assert not MessageSettings.objects.exists()


def test_half_of_quiet_hours_is_refused(manager_client: Client, garage: Garage) -> None:
    answer = manager_client.post(PAGE, _typed(quiet_from="21:00"))
    assert answer.status_code == 422
    assert "Quiet hours need a beginning and an end." in answer.content.decode()
    with tenant(garage.pk):
        assert not MessageSettings.objects.exists()


def test_reminders_of_visits_to_come_follow_the_rules(
    manager_client: Client, garage: Garage, manager: Membership
) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage, "10:00", confirmed=True, by=manager)
        MessageSettings.objects.create()  # no reminder is its own: nobody is reminded
        Message.objects.filter(kind=Kind.REMINDER).delete()
    manager_client.post(f"{PAGE}reminders/add/", _reminder(number="1", weekdays=[str(day) for day in range(7)]))
    with tenant(garage.pk):
        [message] = Message.objects.filter(kind=Kind.REMINDER)
        assert (message.booking_id, message.due_at) == (booking.pk, booking.starts_at - timedelta(hours=1))
        rule = ReminderRule.objects.get()
    manager_client.post(f"{PAGE}reminders/{rule.public_id}/remove/")
    with tenant(garage.pk):
        message.refresh_from_db()
        assert (message.state, load_rules(garage.pk).reminders) == (State.DROPPED, ())
    manager_client.post(f"{PAGE}reminders/add/", _reminder(number="1", weekdays=[str(day) for day in range(7)]))
    with tenant(garage.pk):
        message.refresh_from_db()
        assert (message.state, ReminderRule.objects.count()) == (State.QUEUED, 1)  # the same rule, on again


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"unit": "days"}, "At what time of that day?"),
        ({"unit": "days", "at": "10:00", "number": "31"}, "Ensure this value is less than or equal to 30."),
        ({"weekdays": []}, "This field is required."),
    ],
)
def test_reminder_that_makes_no_sense_is_refused(
    manager_client: Client, garage: Garage, changes: dict[str, Any], sentence: str
) -> None:
    answer = manager_client.post(f"{PAGE}reminders/add/", _reminder(**changes))
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_receptionists_do_not_change_messages(desk_client: Client) -> None:
    assert desk_client.get(PAGE).status_code == 403


# --- Words --------------------------------------------------------------------------------------------------------
TEXT = f"{PAGE}texts/confirmed/?channel=sms&language=en"


def test_own_words_are_kept_and_given_back(manager_client: Client, garage: Garage) -> None:
    assert manager_client.post(TEXT, {"text": "See you {when}!"}).status_code == 302
    page = manager_client.get(TEXT).content.decode()
    assert "See you {when}!" in page
    assert "Your own words" in page
    manager_client.post(f"{PAGE}texts/confirmed/restore/?channel=sms&language=en")
    with tenant(garage.pk):
        assert not MessageTemplate.objects.exists()


def test_unknown_placeholder_is_refused(manager_client: Client) -> None:
    answer = manager_client.post(TEXT, {"text": "Dear {customer.password}, see you {wehn}"})
    assert answer.status_code == 422
    assert "Nothing stands for {wehn}." in answer.content.decode()


def test_preview_fills_in_counts_and_keeps_nothing(manager_client: Client, garage: Garage) -> None:
    address = f"{PAGE}texts/confirmed/preview/?channel=sms&language=en"
    plain = manager_client.post(address, {"text": "{garage}: hello {first_name}"}).content.decode()
    assert "Here Motors: hello Alex" in plain
    assert "23 signs: 1 SMS." in plain
    assert "Plain letters" in plain
    odd = manager_client.post(address, {"text": "ł" * 71}).content.decode()
    assert "71 signs: 2 SMS." in odd
    assert "because of “ł”" in odd
    with tenant(garage.pk):
        assert not MessageTemplate.objects.exists()


def test_preview_is_escaped(manager_client: Client) -> None:
    address = f"{PAGE}texts/confirmed/preview/?channel=email&language=en"
    page = manager_client.post(address, {"subject": "x", "text": "<script>alert(1)</script>"}).content.decode()
    assert "<script>" not in page


def test_test_is_sent_as_it_was_typed_and_is_nobodys(manager_client: Client, garage: Garage) -> None:
    typed = {"subject": "Hi {first_name}", "text": "At {garage}", "to": "me@here.example"}
    manager_client.post(f"{PAGE}texts/confirmed/test/?channel=email&language=en", typed)
    with tenant(garage.pk):
        message = Message.objects.get()
        assert not MessageTemplate.objects.exists()
    assert (message.to, message.subject, message.text) == ("me@here.example", "Hi Alex", "At Here Motors")
    assert (message.audience, message.customer, message.booking) == (Audience.TEST, None, None)


def test_tests_have_an_end(manager_client: Client, garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        facts = {"kind": Kind.READY, "channel": Channel.SMS, "audience": Audience.TEST, "due_at": timezone.now()}
        Message.objects.bulk_create([Message(**facts) for _number in range(TESTS_AN_HOUR)])
    typed = {"text": "Hi", "to": "07700 900123"}
    answer = manager_client.post(f"{PAGE}texts/confirmed/test/?channel=sms&language=en", typed)
    assert (answer.status_code, "That were many tests." in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("kind", [kind.value for kind in (*TO_CUSTOMERS, *TO_TEAM)])
def test_every_text_opens_in_every_language(manager_client: Client, garage: Garage, kind: str) -> None:
    Garage.objects.filter(pk=garage.pk).update(languages=["en", "fr", "es"])
    for language in ("en", "fr", "es"):
        for channel in ("email", "sms", "telegram"):
            answer = manager_client.get(f"{PAGE}texts/{kind}/?channel={channel}&language={language}")
            assert answer.status_code == 200
            assert "{" not in answer.context["written"].text
            assert answer.context["written"].text


def test_there_are_no_other_texts(manager_client: Client) -> None:
    assert manager_client.get(f"{PAGE}texts/nonsense/").status_code == 404
