"""What is due on several vehicles of one owner: one message that lists them (P-14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from customers.consents import record_consent
from customers.enums import Channel as Written
from customers.enums import ConsentSource, Purpose
from customers.models import Customer
from fleet.models import Vehicle
from garages.models import Garage
from garages.tenancy.context import tenant
from integrations.errors import Refused, Unavailable
from notifications import due
from notifications.channels import Outgoing, Receipt, email
from notifications.due import plan_due
from notifications.enums import Channel, Kind, State
from notifications.models import KindRule, Message
from notifications.outbox import claim, deliver, send_again
from notifications.selectors import failed_count
from notifications.tasks import sweep
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 11, tzinfo=UTC)  # a Monday
PLATES = ("AB12 CDE", "AB12 CDF", "AB12 CDG")


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


@pytest.fixture
def fleet(garage: Garage, clock: time_machine.Coordinates, monkeypatch: pytest.MonkeyPatch) -> Iterator[Garage]:
    """Three vans of one owner who agreed, with MOTs until one day."""
    monkeypatch.setattr(due, "refresh", lambda _car, _garage: True)
    with tenant(garage.pk):
        KindRule.objects.create(kind=Kind.MOT_DUE, channels=[Channel.EMAIL])
        owner = make_customer("Lea Valley", phone="07700 900123", email="fleet@lea.example")
        _agrees(owner)
        for plate in PLATES:
            make_vehicle(owner, plate, mot_expires_on=garage.today() + timedelta(days=30))
        yield garage


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[Outgoing]:
    sent: list[Outgoing] = []

    def send(outgoing: Outgoing) -> Receipt:
        sent.append(outgoing)
        return Receipt(provider_id="1")

    monkeypatch.setattr(email, "send", send)
    return sent


def _agrees(owner: Customer, *, is_given: bool = True) -> None:
    facts = {"channel": Written.EMAIL, "is_given": is_given, "source": ConsentSource.STAFF, "by": None}
    record_consent(owner, purpose=Purpose.MARKETING, **facts)  # type: ignore[arg-type]


def _states() -> list[str]:
    return list(Message.objects.order_by("vehicle__registration").values_list("state", flat=True))


def test_one_message_lists_them_and_each_has_its_row(fleet: Garage, mails: list[Outgoing]) -> None:
    assert plan_due(fleet) == 3
    sweep()
    [mail] = mails
    assert (mail.to, mail.subject) == ("fleet@lea.example", "What is due on your vehicles")
    assert [f"{plate} Ford Fiesta: MOT test, Wed 1 July 2026" in mail.text for plate in PLATES] == [True] * 3
    rows = Message.objects.all()
    assert (_states(), len({row.led_by_id for row in rows} - {None})) == ([State.SENT] * 3, 1)
    assert {row.text for row in rows} == {mail.text}
    assert (plan_due(fleet), sweep()) == (0, 0)


def test_another_owners_and_another_channels_are_apart(fleet: Garage, mails: list[Outgoing]) -> None:
    other = make_customer("Ann Ox", phone="07700 900456", email="ann@ox.example")
    _agrees(other)
    make_vehicle(other, "EF34 GHJ", mot_expires_on=fleet.today() + timedelta(days=30))
    plan_due(fleet)
    sweep()
    assert sorted((mail.to, "EF34 GHJ" in mail.text) for mail in mails) == [
        ("ann@ox.example", True),
        ("fleet@lea.example", False),
    ]


def test_each_is_looked_at_again(fleet: Garage, mails: list[Outgoing]) -> None:
    plan_due(fleet)
    Vehicle.objects.filter(registration="AB12CDF").update(customer=make_customer("Ann Ox", phone="07700 900456"))
    Vehicle.objects.filter(registration="AB12CDG").update(mot_expires_on=fleet.today() + timedelta(days=400))
    sweep()
    [mail] = mails
    assert "your vehicle is due" in mail.text
    assert sorted(_states()) == [State.DROPPED, State.DROPPED, State.SENT]


def test_consent_taken_back_stops_all(fleet: Garage, mails: list[Outgoing]) -> None:
    plan_due(fleet)
    _agrees(Customer.objects.get(), is_given=False)
    sweep()
    assert (mails, _states()) == ([], [State.DROPPED] * 3)


def test_two_workers_send_one_message(fleet: Garage, mails: list[Outgoing]) -> None:
    """Both have taken a row before either prepares it."""
    plan_due(fleet)
    first, second = claim(), claim()
    assert first
    assert second
    assert [deliver(*first), deliver(*second), sweep()] == [State.SENT, State.SENT, 0]
    assert (len(mails), _states()) == (1, [State.SENT] * 3)


def test_they_wait_fail_and_are_sent_again_as_one(
    fleet: Garage, mails: list[Outgoing], clock: time_machine.Coordinates, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trouble(error: Exception) -> None:
        def send(_outgoing: Outgoing) -> Receipt:
            raise error

        monkeypatch.setattr(email, "send", send)

    works = email.send
    trouble(Unavailable("smtp-451"))
    plan_due(fleet)
    sweep()
    assert (_states(), {row.error for row in Message.objects.all()}) == ([State.QUEUED] * 3, {"smtp-451"})
    trouble(Refused("smtp-550"))
    clock.shift(timedelta(minutes=10))
    assert sweep() == 1
    assert (_states(), failed_count()) == ([State.FAILED] * 3, 1)
    monkeypatch.setattr(email, "send", works)
    send_again(Message.objects.filter(led_by__isnull=False).first() or Message())
    assert sweep() == 1
    assert (len(mails), _states()) == (1, [State.SENT] * 3)


def test_a_lead_that_is_no_longer_true_lets_the_others_go(
    fleet: Garage, mails: list[Outgoing], clock: time_machine.Coordinates, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(_outgoing: Outgoing) -> Receipt:
        raise Unavailable("smtp-451")

    works = email.send
    monkeypatch.setattr(email, "send", send)
    plan_due(fleet)
    sweep()
    lead = Message.objects.get(led_by=None)
    Vehicle.objects.filter(messages=lead).update(mot_expires_on=fleet.today() + timedelta(days=400))
    monkeypatch.setattr(email, "send", works)
    clock.shift(timedelta(minutes=10))
    sweep()
    assert (len(mails), sorted(_states())) == (1, [State.DROPPED, State.SENT, State.SENT])


def test_what_a_lead_was_about_can_be_deleted(fleet: Garage, mails: list[Outgoing]) -> None:
    plan_due(fleet)
    sweep()
    Vehicle.objects.get(messages__in=Message.objects.filter(led_by=None)).delete()
    assert list(Message.objects.values_list("led_by", flat=True)) == [None, None]
