"""The requests, as the pages themselves send them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.client import Answer, Client, csrf_token
from bench.measure import Target

if TYPE_CHECKING:
    from bench.dataset import Caller, Dataset, Slot


_WAYS: tuple[Callable[[Caller], str], ...] = (
    lambda caller: caller.digits[-4:],
    lambda caller: caller.registration,
    lambda caller: f"{caller.first_name} {caller.last_name}",
)


@dataclass(frozen=True)
class Targets:
    """What is measured, in the order it is asked for."""

    floor_1: Target
    floor_2: Target
    floor_3: Target
    desk: Target
    lookups: Sequence[Target]
    times: Target
    month: Target
    create: Target
    refusal: Target

    def __iter__(self) -> Iterator[Target]:
        yield from (
            self.floor_1,
            self.floor_2,
            self.floor_3,
            self.desk,
            *self.lookups,
            self.times,
            self.month,
            self.create,
            self.refusal,
        )


class Acts:
    """What a receptionist does, request by request; `client` is logged in."""

    def __init__(self, client: Client, dataset: Dataset) -> None:
        self.client, self.dataset = client, dataset
        self.place = f"/g/{dataset.slug}"
        desk = client.get(f"{self.place}/desk/")
        self._token = csrf_token(desk)
        self._size = len(desk.body)
        self._callers, self._searches, self._ways = cycle(dataset.callers), cycle(dataset.searches), cycle(_WAYS)
        self._minutes = count(dataset.bookings)

    def targets(self) -> Targets:
        bench = f"/bench/{self.dataset.slug}"
        return Targets(
            floor_1=Target("F1 log-in, one query", lambda client: client.get(f"{bench}/f1/")),
            floor_2=Target("F2 25 rows, plain", lambda client: client.get(f"{bench}/f2/?bytes={self._size}")),
            floor_3=Target("F3 one booking, saved", self.save),
            desk=Target("desk page", lambda client: client.get(f"{self.place}/desk/")),
            lookups=[
                Target("desk search", self.search),
                Target("phone look-up", self.look_up),
                Target("one box", self.find),
                Target("name search", self.find_name),
            ],
            times=Target("one day's starts", self.times),
            month=Target("month of starts", self.month),
            create=Target("create booking", self.create),
            refusal=Target("refused booking", self.refused, status=422),
        )

    def save(self, client: Client) -> Answer:
        """A booking, at a time of its own."""
        form = {"csrfmiddlewaretoken": self._token, "minute": str(next(self._minutes))}
        form |= {name: str(pk) for name, pk in self.dataset.like.items()}
        return client.post(f"/bench/{self.dataset.slug}/f3/", form)

    def search(self, client: Client) -> Answer:
        """The desk's list, as far as it contains a surname, half a plate, or a first name with a service, in turn."""
        return client.get(f"{self.place}/desk/?{urlencode({'q': next(self._searches)})}", htmx=True)

    def look_up(self, client: Client) -> Answer:
        """The last four digits, as a caller says them."""
        return client.get(f"{self.place}/desk/lookup/?phone={next(self._callers).digits[-4:]}", htmx=True)

    def find(self, client: Client) -> Answer:
        """The field that takes anything: a number's end, a plate, a name, in turn."""
        return self._found(client, next(self._ways)(next(self._callers)))

    def find_name(self, client: Client) -> Answer:
        """The same for a surname, which many have."""
        return self._found(client, next(self._callers).last_name)

    def _found(self, client: Client, typed: str) -> Answer:
        return client.post(f"{self.place}/desk/find/", {"csrfmiddlewaretoken": self._token, "find": typed}, htmx=True)

    def times(self, client: Client) -> Answer:
        asked = self.dataset.question
        query = urlencode({"date": asked.day, "service": asked.service})
        return client.get(f"{self.place}/desk/times/?{query}", htmx=True)

    def month(self, client: Client) -> Answer:
        asked = self.dataset.question
        query = urlencode({"month": asked.month, "service": asked.service})
        return client.get(f"{self.place}/desk/calendar/?{query}", htmx=True)

    def create(self, client: Client) -> Answer:
        """A caller who was here before, at a free time that nobody else asks for."""
        return self._book(client, next(self.dataset.slots))

    def refused(self, client: Client) -> Answer:
        """The same at a time that was given away meanwhile."""
        return self._book(client, self.dataset.taken)

    def _book(self, client: Client, slot: Slot) -> Answer:
        caller = next(self._callers)
        form = {
            "csrfmiddlewaretoken": self._token,
            "idempotency_key": str(uuid.uuid4()),
            "kind": "individual",
            "phone": caller.phone,
            "first_name": caller.first_name,
            "last_name": caller.last_name,
            "registration": caller.registration,
            "vehicle_type": caller.vehicle_type,
            "service": self.dataset.service,
            "date": slot.day.isoformat(),
            "time": slot.time,
        }
        return client.post(f"{self.place}/desk/create/", form, htmx=True)

    def form_of_a_company(self) -> dict[str, str]:
        """The booking form of one that is new here, from a time on at which there is room."""
        slot = next(self.dataset.slots)
        return {
            "csrfmiddlewaretoken": self._token,
            "kind": "business",
            "company_name": "Bench Couriers",
            "phone": "020 7946 0199",
            "service": self.dataset.service,
            "date": slot.day.isoformat(),
            "time": slot.time,
        }

    def post(self, act: str, form: dict[str, str]) -> str:
        """What the desk answers to a form. Raises RuntimeError when it refuses it."""
        answer = self.client.post(f"{self.place}/desk/{act}", form, htmx=True)
        if answer.status != 200:
            raise RuntimeError(f"{act} answered {answer.status}.")
        return answer.body

    def queries_with(self, rows: int) -> int:
        """How many queries the desk takes with so many rows a page."""
        self.client.post(f"{self.place}/desk/rows/", {"csrfmiddlewaretoken": self._token, "rows": str(rows)})
        page = self.client.get(f"{self.place}/desk/")
        shown = len(re.findall(r'<tr [^>]*id="booking-', page.body))
        if shown != rows:
            raise RuntimeError(f"The desk shows {shown} rows instead of {rows}.")
        return page.queries
