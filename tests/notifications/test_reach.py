"""By which channel a customer is written to."""

from __future__ import annotations

import pytest

from customers.enums import Channel as Liked
from customers.models import Customer
from notifications.enums import Channel
from notifications.reach import channels_to
from notifications.rules import Rule

E_MAIL, SMS = Channel.EMAIL, Channel.SMS


@pytest.mark.parametrize(
    ("liked", "rule", "used"),
    [
        ("", Rule(True, (E_MAIL, SMS)), [E_MAIL]),
        (Liked.SMS, Rule(True, (E_MAIL, SMS)), [SMS]),
        (Liked.SMS, Rule(True, (E_MAIL,)), [SMS]),
        (Liked.EMAIL, Rule(True, (SMS,)), [E_MAIL]),
        (Liked.PHONE, Rule(True, (SMS, E_MAIL)), [SMS]),
        (Liked.SMS, Rule(True, (E_MAIL, SMS), every_channel=True), [SMS, E_MAIL]),
        (Liked.SMS, Rule(False, (E_MAIL,)), []),
    ],
)
def test_what_a_customer_prefers_goes_first(liked: str, rule: Rule, used: list[Channel]) -> None:
    customer = Customer(email="ada@byron.example", phone="+447700900123", preferred_channel=liked)
    assert [channel for channel, _to in channels_to(customer, rule, stopped=())] == used


def test_what_they_stopped_is_not_used_however_they_liked_it() -> None:
    customer = Customer(email="ada@byron.example", phone="+447700900123", preferred_channel=Liked.SMS)
    rule = Rule(True, (SMS, E_MAIL))
    assert [channel for channel, _to in channels_to(customer, rule, stopped={SMS})] == [E_MAIL]
