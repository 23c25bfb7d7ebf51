"""Measuring: one request at a time in turn, and many at once."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.client import Answer, Client

Act = Callable[[Client], Answer]


class BrokenRequestError(RuntimeError):
    """A request was not answered as it should be: what was measured would mean nothing."""


@dataclass
class Target:
    """Something people wait for. `status` is how it answers when all is well."""

    name: str
    act: Act
    status: int = 200
    answers: list[Answer] = field(default_factory=list)

    def once(self, client: Client) -> Answer:
        answer = self.act(client)
        if answer.status != self.status:
            raise BrokenRequestError(f"{self.name}: answered {answer.status} instead of {self.status}.")
        return answer

    @property
    def median(self) -> float:
        return statistics.median(answer.ms for answer in self.answers)

    @property
    def p95(self) -> float:
        """The time that 95 of 100 requests stayed under."""
        times = sorted(answer.ms for answer in self.answers)
        return times[min(len(times) - 1, len(times) * 95 // 100)]

    @property
    def queries(self) -> str:
        """How many statements a request took: one number, or from-to."""
        counts = {answer.queries for answer in self.answers}
        return str(max(counts)) if len(counts) == 1 else f"{min(counts)}-{max(counts)}"

    @property
    def size(self) -> float:
        return statistics.median(answer.size for answer in self.answers)


def in_turn(client: Client, targets: Sequence[Target], *, rounds: int, warm_up: int) -> None:
    """Every target once a round, so that whatever drifts on the machine drifts for all of them."""
    for number in range(warm_up + rounds):
        for target in targets:
            answer = target.once(client)
            if number >= warm_up:
                target.answers.append(answer)


def at_once(clients: Sequence[Client], target: Target, *, each: int) -> float:
    """Requests a second that the server answered to all clients together, each sending `each`, one after the other."""
    troubles: list[Exception] = []
    start = threading.Barrier(len(clients) + 1)

    def send(client: Client) -> None:
        start.wait()
        try:
            for _request in range(each):
                target.once(client)
        except Exception as trouble:  # raised again by the caller's thread
            troubles.append(trouble)

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    start.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return len(clients) * each / (time.perf_counter() - started)
