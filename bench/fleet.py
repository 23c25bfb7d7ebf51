"""A fleet's drop: twenty plates pasted, looked up in a register on this machine at the pace we may ask, and booked."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.acts import Acts
from bench.messages import partners, worker

PLATES: Final = [f"EX70 L{first}{last}" for first in "VW" for last in "ABCDEFGHJK"]
PAUSE: Final = 0.5  # between two looks, as the page waits
_MOST_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Drop:
    """Seconds from pasting until every plate was answered, and from submitting until all were booked."""

    looked_up: float
    booked: float

    @property
    def seconds(self) -> float:
        return self.looked_up + self.booked

    def __str__(self) -> str:
        return (
            f"{len(PLATES)} pasted plates: looked up in {self.looked_up:.1f} s (15 a second are allowed),"
            f" booked in {self.booked:.1f} s, together {self.seconds:.1f} s"
        )


def measure(acts: Acts, environment: Mapping[str, str]) -> Drop:
    """Of a company nobody knows yet. Raises RuntimeError when a plate is not answered or a car not booked."""
    with partners() as settings, worker({**environment, **settings}):
        form = acts.form_of_a_company()
        _look_up(acts, form, ["BD18 SMR"])  # until the worker has met everything once
        acts.post("queue/clear/", form)
        started = time.perf_counter()
        _look_up(acts, form, PLATES)
        looked_up = time.perf_counter() - started
        started = time.perf_counter()
        answer = acts.post("queue/submit/", form | {"idempotency_key": str(uuid.uuid4())})
        booked = time.perf_counter() - started
        if f"{len(PLATES)} bookings for" not in answer:
            raise RuntimeError("Not all of the plates were booked.")
    return Drop(looked_up, booked)


def _look_up(acts: Acts, form: dict[str, str], plates: Sequence[str]) -> None:
    """Paste them, and look until each is answered."""
    started = time.perf_counter()
    answer = acts.post("queue/add/", form | {"registration": "\n".join(plates)})
    form["customer"] = _found(r'name="customer" value="([^"]+)"', answer)
    while awaited := re.search(r'"awaited": "([^"]+)"', answer):
        if time.perf_counter() - started > _MOST_SECONDS:
            raise RuntimeError(f"Of {len(plates)} plates {len(awaited[1].split())} were not answered.")
        time.sleep(PAUSE)
        answer = acts.post("queue/look/", form | {"awaited": awaited[1]})


def _found(pattern: str, answer: str) -> str:
    found = re.search(pattern, answer)
    if found is None:
        raise RuntimeError(f"{pattern} is not on the page.")
    return found[1]
