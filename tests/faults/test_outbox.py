"""Real processes, really killed: every booking is told of once, and what is tried again carries the same key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.faults.product import Product, product, wait_for

pytestmark = pytest.mark.timeout(400)
EACH = 8


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    with product() as one:
        one.start_worker()
        yield one


def _all_are_told(one: Product) -> bool:
    return all([message.state for message in messages] == ["sent"] for messages in one.told().values())


def _everybody_was_told_once(one: Product) -> None:
    """Each booking has one message, it arrived, and nothing arrived that is no booking's."""
    wait_for(lambda: _all_are_told(one))
    messages = [message for told in one.told().values() for message in told]
    texts = Counter(text["to"] for text in one.twilio.messages)
    assert texts == Counter(message.to for message in messages if message.channel == "sms")
    # A mail server cannot be asked what it took: a mail may come twice, with the same key.
    mails = {mail["Message-ID"].strip("<>").partition("@")[0] for mail in one.mails.mails}
    assert mails == {message.key for message in messages if message.channel == "email"}


def test_worker_killed_while_it_sends(running: Product) -> None:
    running.texts.faults.extend(["accept-then-die", "500", "hang"])
    running.mails.faults.extend(["accept-then-die", "451", "garbage"])
    running.do("book", 0, EACH)
    wait_for(lambda: running.left() >= 1)
    running.kill_worker()
    assert not _all_are_told(running)
    running.start_worker()
    _everybody_was_told_once(running)
