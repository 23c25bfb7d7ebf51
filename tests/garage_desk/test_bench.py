"""The benchmark's own parts, and one short run of it against a server in this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, transaction
from django.test.testcases import LiveServerThread
from django.utils import timezone

from bench import dataset as datasets
from bench import ledger
from bench.acts import Acts, Targets
from bench.bars import Result, broken, broken_drop, broken_in_browser
from bench.browser import Seen
from bench.client import Answer, Client
from bench.dataset import Dataset
from bench.fleet import Drop
from bench.measure import BrokenRequestError, Target, at_once, in_turn
from bench.report import machine, table
from bookings.models import Booking
from garage_desk.demo.load import load_garages
from garages.tenancy.context import platform, tenant


def _answer(ms: float, queries: int = 3, status: int = 200) -> Answer:
    return Answer(status, "", ms, queries, 1000, {})


def _target(name: str, times: list[float]) -> Target:
    return Target(name, lambda _client: _answer(0), answers=[_answer(ms) for ms in times])


# --- Figures --------------------------------------------------------------------------------------------------------
def test_median_and_p95() -> None:
    target = _target("x", [float(ms) for ms in range(1, 201)])
    assert (target.median, target.p95) == (100.5, 191.0)
    target.answers.append(_answer(5000.0, queries=7))
    assert (target.p95, target.queries) == (191.0, "3-7")


def test_table_gives_ratios_to_both_floors() -> None:
    floor_1, floor_2, page = _target("F1", [2.0]), _target("F2", [8.0]), _target("desk", [12.0])
    header, rule, *rows = table([floor_1, floor_2, page], floor_1, floor_2).split("\n")
    assert header.split() == ["median", "ms", "p95", "ms", "queries", "kB", "x", "F1", "x", "F2"]
    assert set(rule) == {"-"}
    assert [row.split() for row in rows] == [
        ["F1", "2.0", "2.0", "3", "1.0", "1.00", "0.25"],
        ["F2", "8.0", "8.0", "3", "1.0", "4.00", "1.00"],
        ["desk", "12.0", "12.0", "3", "1.0", "6.00", "1.50"],
    ]


def test_machine_names_its_parts() -> None:
    assert "PostgreSQL 18.6" in machine("18.6")
    assert "cores" in machine("18.6")


def _result(
    bookings: int, *, desk: float = 12, lookup: float = 3, month: float = 6, refusal: float = 20, **changes: Any
) -> Result:
    targets = Targets(
        floor_1=_target("F1", [2.0]),
        floor_2=_target("F2", [8.0]),
        floor_3=_target("F3", [9.0]),
        desk=_target("desk page", [desk]),
        lookups=[_target("phone look-up", [lookup])],
        times=_target("one day's starts", [3.0]),
        month=_target("month of starts", [month]),
        create=_target("create booking", [20.0]),
        refusal=_target("refused booking", [refusal]),
    )
    facts = {"queries_by_rows": {10: 8, 100: 8}, "creates": 0.5} | changes
    return Result(bookings, targets, **facts)


def test_nothing_is_broken_at_the_bars() -> None:
    assert broken([_result(1_000), _result(1_000_000)]) == []
    assert broken_in_browser(Seen(150, 25, 0, 200)) == []
    assert broken_drop(Drop(looked_up=15, booked=5)) == []


def test_every_broken_bar_is_a_sentence() -> None:
    small = _result(1_000, queries_by_rows={100: 9}, creates=0.25)
    large = _result(1_000_000, desk=16, lookup=40, month=7, refusal=30)
    assert broken([small, large]) == [
        "the desk page takes 9 queries with 100 rows; at most 8 are allowed.",
        "create booking with 1,000 bookings: 0.25 of F1's requests a second; at least 0.5.",
        "desk page with 1,000,000 bookings: 2.00x F2; at most 1.5 are allowed.",
        "phone look-up with 1,000,000 bookings: 20.00x F1; at most 1.5 are allowed.",
        "phone look-up, p95 with 1,000,000 bookings: 40.00 ms; at most 30 are allowed.",
        "month of starts with 1,000,000 bookings: 3.50x F1; at most 3 are allowed.",
        "refused booking with 1,000,000 bookings: 1.50x create booking; at most 1 are allowed.",
        "desk page with 1,000,000 bookings: 1.33x 1,000; at most 1.25 are allowed.",
        "phone look-up with 1,000,000 bookings: 13.33x 1,000; at most 1.25 are allowed.",
    ]
    assert broken_in_browser(Seen(151, 26, 0.01, 201)) == [
        "first visit: 151.00 kB; at most 150 are allowed.",
        "later visit: 26.00 kB; at most 25 are allowed.",
        "layout shift: 0.01; at most 0 are allowed.",
        "interaction to next paint: 201.00 ms; at most 200 are allowed.",
    ]
    assert broken_drop(Drop(looked_up=16, booked=5)) == ["twenty pasted plates: 21.00 s; at most 20 are allowed."]


def test_targets_take_turns_and_warm_up_is_not_counted() -> None:
    asked: list[str] = []

    def act(name: str) -> Any:
        return lambda _client: asked.append(name) or _answer(1.0)

    targets = [Target("a", act("a")), Target("b", act("b"))]
    in_turn(Client("127.0.0.1", 1), targets, rounds=2, warm_up=1)
    assert "".join(asked) == "ababab"
    assert [len(target.answers) for target in targets] == [2, 2]


def test_wrong_answer_stops_everything() -> None:
    target = Target("create", lambda _client: _answer(1.0, status=422))
    with pytest.raises(BrokenRequestError, match="create: answered 422 instead of 200"):
        in_turn(Client("127.0.0.1", 1), [target], rounds=1, warm_up=0)
    with pytest.raises(BrokenRequestError):
        at_once([Client("127.0.0.1", 1)], target, each=1)


# --- A short run ----------------------------------------------------------------------------------------------------
@pytest.fixture
def served(transactional_db: None, settings: Any) -> Iterator[tuple[Dataset, int]]:
    """The demo's first garage with the bench's settings, behind a real socket."""
    settings.ROOT_URLCONF = "bench.urls"
    settings.MIDDLEWARE = ["bench.middleware.QueryCountMiddleware", *settings.MIDDLEWARE]
    settings.TEMPLATES = [
        settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], settings.BASE_DIR / "bench" / "templates"]}
    ]
    now = timezone.now()
    garage = load_garages(1, now)[0]
    with tenant(garage.pk), transaction.atomic():
        datasets.fill_the_desk(now)
        ledger.enlarge(garage)
        dataset = datasets.describe(garage)
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield dataset, server.port
    server.terminate()
    connection.close()


def test_short_run(served: tuple[Dataset, int]) -> None:
    dataset, port = served
    client = Client("127.0.0.1", port)
    client.log_in(dataset.email, "garage-desk-demo")
    acts = Acts(client, dataset)
    assert max(acts.queries_with(rows) for rows in (100, 25)) <= 8
    targets = acts.targets()
    in_turn(client, list(targets), rounds=2, warm_up=1)
    assert at_once(client.others(2), targets.create, each=2) > 0
    # session, person, garage; then rows and their lines
    assert (targets.floor_1.queries, targets.floor_2.queries) == ("3", "5")
    assert targets.floor_3.queries == "6"  # the lock, the booking, its line
    lengths = [len(target.answers[-1].body) for target in (targets.floor_2, targets.desk)]
    assert abs(lengths[0] - lengths[1]) < 0.02 * lengths[1]
    with platform(), transaction.atomic():
        assert Booking.objects.count() == dataset.bookings + 2 * 3 + 2 * 2
    client.close()
