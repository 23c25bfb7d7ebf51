"""What has to hold, and the sentences for what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bench.acts import Targets
from bench.browser import Seen
from bench.fleet import Drop

DESK_QUERIES: Final = 8  # whatever the number of rows
DESK_TO_FLOOR: Final = 1.5
LOOKUP_TO_FLOOR: Final = 1.5
LOOKUP_P95_MS: Final = 30.0
LARGE_TO_SMALL: Final = 1.25
TIMES_TO_FLOOR: Final = 1.5
MONTH_TO_FLOOR: Final = 3.0
MONTH_KB: Final = 20.0
MONTH_QUERIES: Final = 4  # beside F1's, which say who asks
CREATES_TO_FLOOR: Final = 0.5
FIRST_VISIT_KB: Final = 150.0
LATER_VISIT_KB: Final = 25.0
REACTION_MS: Final = 200.0
DROP_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Result:
    """One size measured. `creates` are bookings a second as a share of F1's requests a second."""

    bookings: int
    targets: Targets
    queries_by_rows: dict[int, int]
    creates: float


def broken(results: Sequence[Result]) -> list[str]:
    """What is not as it has to be, in sentences; nothing when all is well."""
    return [*(sentence for result in results for sentence in _at(result)), *_growing(results[0], results[-1])]


def _at(result: Result) -> Iterator[str]:
    targets, size = result.targets, f"with {result.bookings:,} bookings"
    for rows, queries in result.queries_by_rows.items():
        if queries > DESK_QUERIES:
            yield f"the desk page takes {queries} queries with {rows} rows; at most {DESK_QUERIES} are allowed."
    yield from _above("desk page", targets.desk.median / targets.floor_2.median, DESK_TO_FLOOR, "x F2", size)
    for target in targets.lookups:
        yield from _above(target.name, target.median / targets.floor_1.median, LOOKUP_TO_FLOOR, "x F1", size)
        yield from _above(f"{target.name}, p95", target.p95, LOOKUP_P95_MS, " ms", size)
    yield from _of_the_ledger(targets, size)
    if result.creates < CREATES_TO_FLOOR:
        yield f"create booking {size}: {result.creates:.2f} of F1's requests a second; at least {CREATES_TO_FLOOR}."
    refusal = targets.refusal.median / targets.create.median
    yield from _above("refused booking", refusal, 1.0, "x create booking", size)


def _of_the_ledger(targets: Targets, size: str) -> Iterator[str]:
    floor, month = targets.floor_1, targets.month
    yield from _above(targets.times.name, targets.times.median / floor.median, TIMES_TO_FLOOR, "x F1", size)
    yield from _above(month.name, month.median / floor.median, MONTH_TO_FLOOR, "x F1", size)
    yield from _above(month.name, month.size / 1000, MONTH_KB, " kB", size)
    queries = max(answer.queries for answer in month.answers) - max(answer.queries for answer in floor.answers)
    yield from _above(month.name, queries, MONTH_QUERIES, " queries", size)


def _growing(small: Result, large: Result) -> Iterator[str]:
    pairs = [
        (small.targets.desk, large.targets.desk),
        *zip(small.targets.lookups, large.targets.lookups, strict=True),
        (small.targets.times, large.targets.times),
        (small.targets.month, large.targets.month),
    ]
    size = f"with {large.bookings:,} bookings"
    for before, after in pairs:
        yield from _above(after.name, after.median / before.median, LARGE_TO_SMALL, f"x {small.bookings:,}", size)


def broken_drop(drop: Drop) -> list[str]:
    return list(_above("twenty pasted plates", drop.seconds, DROP_SECONDS, " s"))


def broken_in_browser(seen: Seen) -> list[str]:
    return [
        *_above("first visit", seen.first_kb, FIRST_VISIT_KB, " kB"),
        *_above("later visit", seen.later_kb, LATER_VISIT_KB, " kB"),
        *_above("layout shift", seen.shift, 0.0, ""),
        *_above("interaction to next paint", seen.reaction_ms, REACTION_MS, " ms"),
    ]


def _above(name: str, value: float, most: float, unit: str, when: str = "") -> Iterator[str]:
    if value > most:
        yield f"{name}{when and ' '}{when}: {value:.2f}{unit}; at most {most:g} are allowed."
