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
from bench.__main__ import broken_bars
from bench.acts import Acts
from bench.client import Answer, Client
from bench.dataset import Dataset
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


def test_bar_is_eight_queries_whatever_the_rows() -> None:
    assert broken_bars({10: 8, 25: 8, 100: 8}) == []
    assert broken_bars({10: 8, 100: 9}) == ["the desk page takes 9 queries with 100 rows; at most 8 are allowed."]


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
    assert broken_bars({rows: acts.queries_with(rows) for rows in (100, 25)}) == []
    targets = acts.targets()
    floor_1, floor_2, desk, *_others, create = targets
    in_turn(client, targets, rounds=2, warm_up=1)
    assert at_once(client.others(2), create, each=2) > 0
    assert (floor_1.queries, floor_2.queries) == ("3", "5")  # session, person, garage; then rows and their lines
    assert abs(floor_2.size - desk.size) < 0.02 * desk.size
    with platform(), transaction.atomic():
        assert Booking.objects.count() == dataset.bookings + 3 + 2 * 2
    client.close()
