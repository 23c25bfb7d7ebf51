"""Who wants to be written to: consents, STOP, leaving by one click."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.consents import record_consent, standings
from customers.enums import Channel as Written
from customers.enums import ConsentSource, Purpose
from customers.models import Consent, Customer
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from integrations.sms.twilio import signature
from notifications.channels import Outgoing
from notifications.channels.email import build
from notifications.enums import Channel, Kind, State
from notifications.models import Message, MessageSettings
from notifications.opting import unsubscribe_url
from notifications.outbox import deliver
from notifications.planning import plan
from tests.factories.bookings import make_booking, next_open_day
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db
HOOK = "/hooks/twilio/"


@pytest.fixture
def customer(garage: Garage) -> Customer:
    with tenant(garage.pk), transaction.atomic():
        return make_customer(phone="07700 900123", email="priya@nair.example")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SMS_URL", "twilio://AC1:test-token@/?from=%2B447700900456")


def _call(**fields: str) -> Any:
    """A call of Twilio's, signed as it signs."""
    signed = signature("test-token", settings.SITE_URL + HOOK, {name: [value] for name, value in fields.items()})
    return Client(enforce_csrf_checks=True).post(HOOK, fields, headers={"X-Twilio-Signature": signed})


def _said(garage: Garage, customer: Customer) -> dict[tuple[str, str], bool]:
    with tenant(garage.pk), transaction.atomic():
        return {(one.purpose, one.channel): one.is_given for one in standings(customer)}


def test_without_a_word_service_is_sent_and_marketing_is_not(garage: Garage, customer: Customer) -> None:
    said = _said(garage, customer)
    assert {purpose for (purpose, _channel), is_given in said.items() if is_given} == {Purpose.SERVICE}


def test_staff_take_down_what_a_customer_says(desk_client: Client, garage: Garage, customer: Customer) -> None:
    address = f"/g/here/customers/{customer.public_id}/consents/"
    for _time in range(2):
        desk_client.post(address, {"purpose": "marketing", "channel": "email", "is_given": "yes"})
    with tenant(garage.pk), transaction.atomic():
        [word] = Consent.objects.all()
    assert (word.purpose, word.channel, word.is_given, word.source) == ("marketing", "email", True, "staff")
    page = desk_client.get(address).content.decode()
    assert f"said to staff ({word.by})" in page
    assert page.count("nobody has asked") == 3


# --- STOP ---------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("account")
def test_stop_is_taken_down_and_the_next_message_goes_by_mail(
    garage: Garage, customer: Customer, manager: Membership
) -> None:
    with tenant(garage.pk), transaction.atomic():
        day = next_open_day(garage, after=3)
        booking = make_booking(garage, customer=customer, day=day, confirmed=True, by=manager)
        waiting = Message.objects.get(kind=Kind.REMINDER)
        assert waiting.channel == Channel.SMS
    stop = {"MessageSid": "SM1", "From": "+447700900123", "To": "+447700900456", "Body": " stop "}
    assert _call(**stop).status_code == 200
    assert _call(**stop).status_code == 200
    assert {channel for (_purpose, channel), given in _said(garage, customer).items() if given} == {Written.EMAIL}
    with tenant(garage.pk), transaction.atomic():
        assert Consent.objects.count() == 2  # service and marketing, once each
        Message.objects.filter(pk=waiting.pk).update(state=State.SENDING, leased_until=timezone.now())
    assert deliver(garage.pk, waiting.pk) == State.DROPPED
    with tenant(garage.pk), transaction.atomic():
        Message.objects.all().delete()
        plan(booking, "edited")  # type: ignore[arg-type]
        assert {row.channel for row in Message.objects.all()} == {Channel.EMAIL}
    assert _call(**(stop | {"MessageSid": "SM2", "Body": "START"})).status_code == 200
    assert _said(garage, customer)[Purpose.SERVICE, Written.SMS] is True
    assert _said(garage, customer)[Purpose.MARKETING, Written.SMS] is False


@pytest.mark.usefixtures("account")
def test_stop_to_the_number_of_one_garage_is_no_stop_to_another(
    garage: Garage, customer: Customer, other_garage: Garage
) -> None:
    with tenant(other_garage.pk), transaction.atomic():
        theirs = make_customer(phone="07700 900123")
        MessageSettings.objects.create(sms_sender="+447700900999")
    _call(MessageSid="SM1", From="+447700900123", To="+447700900999", Body="STOP")
    assert _said(other_garage, theirs)[Purpose.SERVICE, Written.SMS] is False
    assert _said(garage, customer)[Purpose.SERVICE, Written.SMS] is True


@pytest.mark.usefixtures("account")
def test_forged_call_changes_nothing(garage: Garage, customer: Customer) -> None:
    fields = {"MessageSid": "SM1", "From": "+447700900123", "To": "+447700900456", "Body": "STOP"}
    assert Client().post(HOOK, fields, headers={"X-Twilio-Signature": "forged"}).status_code == 403
    assert Client().post(HOOK, fields).status_code == 403
    assert _said(garage, customer)[Purpose.SERVICE, Written.SMS] is True


# --- Delivery -----------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("told", "state", "error"),
    [
        (["sent", "delivered"], State.DELIVERED, ""),
        (["delivered", "undelivered", "sent"], State.DELIVERED, ""),  # out of order: it only moves forward
        (["undelivered", "delivered"], State.FAILED, "30003"),
    ],
)
def test_delivery_moves_forward_only(
    garage: Garage, customer: Customer, told: list[str], state: State, error: str
) -> None:
    with tenant(garage.pk), transaction.atomic():
        facts = {"customer": customer, "kind": Kind.READY, "channel": Channel.SMS, "due_at": timezone.now()}
        message = Message.objects.create(**facts, state=State.SENT, provider_id="SM7")
    for status in told:
        more = {"ErrorCode": "30003"} if status == "undelivered" else {}
        assert _call(MessageSid="SM7", MessageStatus=status, **more).status_code == 200
    assert _call(MessageSid="SM-unknown", MessageStatus="delivered").status_code == 200
    with tenant(garage.pk), transaction.atomic():
        message.refresh_from_db()
    assert (message.state, message.error) == (state, error)
    assert (message.delivered_at is not None) == (state == State.DELIVERED)


# --- One click ----------------------------------------------------------------------------------------------------
def test_looking_at_the_link_changes_nothing_and_posting_unsubscribes(garage: Garage, customer: Customer) -> None:
    with tenant(garage.pk), transaction.atomic():
        facts: dict[str, Any] = {"purpose": Purpose.MARKETING, "source": ConsentSource.STAFF, "by": None}
        record_consent(customer, channel=Written.EMAIL, is_given=True, **facts)
        address = unsubscribe_url(garage, customer).removeprefix(settings.SITE_URL)
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(address)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert "Unsubscribe" in page.content.decode()
    assert _said(garage, customer)[Purpose.MARKETING, Written.EMAIL] is True
    for _time in range(2):
        assert browser.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert _said(garage, customer)[Purpose.MARKETING, Written.EMAIL] is False
    assert _said(garage, customer)[Purpose.SERVICE, Written.EMAIL] is True
    with tenant(garage.pk), transaction.atomic():
        assert Consent.objects.filter(source=ConsentSource.LINK).count() == 1


def test_link_that_is_not_ours_is_nothing(garage: Garage) -> None:
    assert Client().post(reverse("unsubscribe", args=["forged"])).status_code == 404


def test_marketing_mail_carries_its_way_out_and_service_mail_none(garage: Garage, customer: Customer) -> None:
    with tenant(garage.pk), transaction.atomic():
        facts = {"customer": customer, "channel": Channel.EMAIL, "to": customer.email, "due_at": timezone.now()}
        offer = Message.objects.create(kind=Kind.MOT_DUE, text="Due", **facts)
        service = Message.objects.create(kind=Kind.READY, text="Ready", **facts)
        mails: list[EmailMultiAlternatives] = [build(Outgoing.of(row, garage)) for row in (offer, service)]
    assert mails[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mails[0].extra_headers["List-Unsubscribe"] == f"<{unsubscribe_url(garage, customer)}>"
    assert "List-Unsubscribe" not in mails[1].extra_headers
