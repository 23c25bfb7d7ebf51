"""Messages: how many a second one worker sends to partners on this machine, and what a booking costs without Redis."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.acts import Acts
from bench.client import Client
from bench.measure import Target, in_turn
from bench.server import HOST, serving

if TYPE_CHECKING:
    from garages.models import Garage
    from notifications.enums import Channel

PROCESSES: Final = 2  # of the worker, as in production
ROUNDS: Final = 100
_MOST_SECONDS: Final = 120.0
_ROOT: Final = Path(__file__).parent.parent
_NOBODY: Final = "unix:///nonexistent/valkey.sock?db=0"


@dataclass(frozen=True)
class Cost:
    """Messages a second by channel, and the booking request with Redis and with none, in ms."""

    count: int
    rates: Mapping[str, float]
    with_redis: Target
    without: Target

    def __str__(self) -> str:
        rates = ", ".join(f"{rate:.0f} by {channel}" for channel, rate in self.rates.items())
        return (
            f"Outbox, one worker of {PROCESSES} processes, partners on this machine, {self.count} of each:"
            f" {rates} a second\n"
            f"Create booking, median (p95): {self.with_redis.median:.1f} ms ({self.with_redis.p95:.1f}) with Redis,"
            f" {self.without.median:.1f} ms ({self.without.p95:.1f}) while it is away"
        )


def measure(garage: Garage, acts: Acts, environment: Mapping[str, str], *, count: int) -> Cost:
    """`acts` books on a server that has Redis. The outbox is emptied first."""
    with_redis, without = _bookings(acts, environment)
    return Cost(count, _rates(garage, environment, count), with_redis, without)


def _bookings(acts: Acts, environment: Mapping[str, str]) -> tuple[Target, Target]:
    """The same request in turn to two servers."""
    with serving(dict(environment) | {"REDIS_URL": _NOBODY}) as port:
        lonely = Client(HOST, port, acts.client.cookies)
        targets = Target("with Redis", acts.create), Target("without", lambda _client: acts.create(lonely))
        in_turn(acts.client, targets, rounds=ROUNDS, warm_up=20)
        lonely.close()
    return targets


def _rates(garage: Garage, environment: Mapping[str, str], count: int) -> dict[str, float]:
    from notifications.enums import Channel

    with partners() as settings, worker({**environment, **settings}):
        _send(garage, Channel.EMAIL, PROCESSES * 10)  # until every process has met everything once
        return {str(channel.label): count / _send(garage, channel, count) for channel in (Channel.EMAIL, Channel.SMS)}


def _send(garage: Garage, channel: Channel, count: int) -> float:
    """Seconds until so many confirmations have left, from the moment they stand in the outbox."""
    from django.db import transaction

    from garages.queue import hand_over
    from garages.tenancy.context import tenant
    from notifications.enums import State
    from notifications.models import Message
    from notifications.tasks import sweep

    with tenant(garage.pk):
        with transaction.atomic():
            Message.objects.filter(state=State.QUEUED).update(state=State.DROPPED)
            keys = _fill(channel, count)
        started = time.perf_counter()
        for _process in range(PROCESSES):
            hand_over(sweep)
        while (seconds := time.perf_counter() - started) < _MOST_SECONDS:
            with transaction.atomic():
                states = Counter(Message.objects.filter(pk__in=keys).values_list("state", flat=True))
            if states[State.SENT] == count:
                return seconds
            time.sleep(0.05)
    raise RuntimeError(
        f"Of {count} messages by {channel.label} these became, in {_MOST_SECONDS:.0f} s: {dict(states)}."
    )


def _fill(channel: Channel, count: int) -> list[int]:
    """Confirmations of visits to come, due now, in the garage in scope."""
    from django.utils import timezone

    from bookings.enums import Status
    from bookings.models import Booking
    from notifications.enums import Kind
    from notifications.models import Message
    from notifications.reach import address_of

    now = timezone.now()
    coming = Booking.objects.filter(status=Status.CONFIRMED, starts_at__gt=now)
    told = Message.objects.filter(kind=Kind.CONFIRMED, channel=channel, booking__isnull=False).values("booking_id")
    untold = coming.exclude(pk__in=told).select_related("customer").order_by("pk")[: 3 * count]
    bookings = [booking for booking in untold if address_of(booking.customer, channel)][:count]
    rows = Message.objects.bulk_create(
        Message(
            booking=booking,
            customer_id=booking.customer_id,
            kind=Kind.CONFIRMED,
            channel=channel,
            version=booking.version,
            about_status=booking.status,
            about_start=booking.starts_at,
            due_at=now,
        )
        for booking in bookings
    )
    if len(rows) < count:
        raise RuntimeError(f"Only {len(rows)} visits to come can be written of: the garage is too small.")
    return [row.pk for row in rows]


@contextmanager
def partners() -> Iterator[dict[str, str]]:
    """A mail server, a Twilio and a DVSA in a process of their own; the settings that lead there."""
    command = [sys.executable, "-m", "tests.standins", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            words = shlex.split(process.stdout.readline())
            threading.Thread(target=process.stdout.read, daemon=True).start()  # what it says of each message
            yield dict(word.split("=", 1) for word in words)
        finally:
            process.terminate()


@contextmanager
def worker(environment: Mapping[str, str]) -> Iterator[None]:
    """As production runs it; what waited in the queue is gone."""
    from garage_desk.celery import app

    app.control.purge()
    command = [sys.executable, "-m", "celery", "--app", "garage_desk", "--quiet", "worker", "--loglevel", "ERROR"]
    silent = subprocess.DEVNULL
    options = ["--concurrency", str(PROCESSES), "--prefetch-multiplier", "1"]
    with subprocess.Popen(  # noqa: S603 - our own
        [*command, *options], cwd=_ROOT, env=os.environ | dict(environment), stdout=silent, stderr=silent
    ) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
