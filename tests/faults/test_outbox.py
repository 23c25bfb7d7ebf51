"""Real processes, really killed: every booking's messages are the ones it should have, each once; what is tried again
carries the same key."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException

import pytest
import redis

from bench.client import Client, csrf_token
from tests.conftest import PASSWORD
from tests.faults.product import Product, kill, kill_children, product, wait_for
from tests.standins.http import RETRY_AFTER, Call

pytestmark = pytest.mark.timeout(600)
EACH = 8


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    with product() as one:
        yield one


def _await_messages(one: Product, keys: list[int], *kinds: str) -> None:
    """Until each of these bookings has been told just this; and nothing left the house that no booking asked for."""
    wanted = [(kind, "sent") for kind in kinds]

    def are_told() -> bool:
        told = one.told()
        return all([(message.kind, message.state) for message in told[key]] == wanted for key in keys)

    wait_for(are_told)
    messages = [message for told in one.told().values() for message in told]
    texts = Counter(text["to"] for text in one.twilio.messages)
    assert texts == Counter(message.to for message in messages if message.channel == "sms")
    # A mail server cannot be asked what it took: a mail may come twice, with the same key.
    mails = {mail["Message-ID"].strip("<>").partition("@")[0] for mail in one.mails.mails}
    assert mails == {message.key for message in messages if message.channel == "email"}


def test_worker_killed_while_it_sends(running: Product) -> None:
    running.texts.faults.extend(["accept-then-die", "500", "hang", "garbage"])
    running.mails.faults.extend(["accept-then-die", "451", "hang", "reset"])
    booked = running.do("book", 0, EACH)
    wait_for(lambda: running.left() >= 1)
    kill(running.worker)
    assert any(message.state != "sent" for told in running.told().values() for message in told)
    running.worker.start()
    _await_messages(running, booked, "received")


def test_queue_stopped_and_flushed(running: Product) -> None:
    """Booked while it is away, edited five times, moved and cancelled; nothing has to be started by hand."""
    with _all_live_on(running):
        running.valkey.stop()
        booked = running.do("book", EACH, EACH)
        wait_for(lambda: running.health().get("queue") is False)
        running.valkey.start()
        _empty(running)
        _await_messages(running, booked, "received")
        _empty(running)
        running.do("edit_and_move", *booked)
        _await_messages(running, booked, "received", "moved")
        running.do("cancel_all", *booked)
        _empty(running)
        _await_messages(running, booked, "received", "moved", "cancelled")


def test_database_restarted_while_messages_are_sent(running: Product) -> None:
    with _all_live_on(running):
        before = running.left()
        booked = running.do("book", 2 * EACH, EACH)
        wait_for(lambda: running.left() > before)
        running.postgres.stop()
        running.postgres.start()
        _await_messages(running, booked, "received")


def test_database_killed_while_messages_are_sent(running: Product) -> None:
    """kill -9 of the postmaster: PostgreSQL starts with crash recovery, and nobody else is started again."""
    with _all_live_on(running):
        before = running.left()
        booked = running.do("book", 3 * EACH, EACH)
        wait_for(lambda: running.left() > before)
        kill(running.postgres)
        running.postgres.start()
        assert "was not properly shut down" in running.postgres.log.read_text()
        _await_messages(running, booked, "received")


def test_partner_that_asks_for_patience_gets_it(running: Product) -> None:
    """429: asked again with the same key, and not before the seconds it named are over."""
    asked = len(running.texts.calls)
    running.texts.faults.extend(["429"] * 2)
    running.mails.faults.append("429")
    booked = running.do("book", 4 * EACH, EACH)
    _await_messages(running, booked, "received")
    calls = running.texts.calls[asked:]
    for refused in calls[:2]:
        again = next(call for call in calls[2:] if _to(call) == _to(refused))
        assert again.at - refused.at >= RETRY_AFTER


def test_web_server_killed_while_it_books(running: Product) -> None:
    """Whoever got no answer asks again, with the same key: one booking, one message, whatever was committed before."""
    known, wanted = set(running.told()), running.do("wanted")
    client = Client("127.0.0.1", running.port)
    client.log_in("receptionist@here.example", PASSWORD)
    token = csrf_token(client.get("/g/here/desk/"))
    forms = [{"csrfmiddlewaretoken": token, **_caller(number), **wanted} for number in range(4)]
    browsers = client.others(len(forms))
    with ThreadPoolExecutor(len(forms)) as pool:
        asked = [pool.submit(_book, browser, form) for browser, form in zip(browsers, forms, strict=True)]
        wait_for(lambda: set(running.told()) > known)
        kill_children(running.web)
    assert {answer.result() for answer in asked} <= {0, 302}
    assert [_book(browser, form) for browser, form in zip(client.others(len(forms)), forms, strict=True)] == [302] * 4
    booked = sorted(set(running.told()) - known)
    assert len(booked) == len(forms)
    _await_messages(running, booked, "received")


@contextmanager
def _all_live_on(one: Product) -> Iterator[None]:
    """Nobody has to start anything again: the same processes are well in the end."""
    yield
    wait_for(lambda: (said := one.health()) and all(said.values()))
    assert [program.process and program.process.poll() for program in (one.web, one.worker, one.beat)] == [None] * 3


def _to(call: Call) -> str:
    return call.query["To"] if call.method == "GET" else call.fields["To"]


def _empty(one: Product) -> None:
    with redis.Redis.from_url(one.valkey.url) as queue:
        queue.flushall()


def _caller(number: int) -> dict[str, str]:
    key, start = str(uuid.uuid4()), f"{9 + number:02}:00"
    names = {"kind": "individual", "first_name": f"Web{number}", "last_name": "Byron"}
    return names | {"phone": f"07700 9009{number:02}", "idempotency_key": key, "time": start}


def _book(browser: Client, form: dict[str, str]) -> int:
    """The answer's status; 0 when there was none."""
    try:
        return browser.post("/g/here/desk/create/", form).status
    except (HTTPException, OSError):
        return 0
