"""The requests, as the pages themselves send them."""

from __future__ import annotations

import re
import uuid
from itertools import cycle
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.client import Answer, Client, csrf_token
from bench.measure import Target

if TYPE_CHECKING:
    from bench.dataset import Dataset


class Acts:
    """What a receptionist does, request by request; `client` is logged in."""

    def __init__(self, client: Client, dataset: Dataset) -> None:
        self.client, self.dataset = client, dataset
        self.place = f"/g/{dataset.slug}"
        desk = client.get(f"{self.place}/desk/")
        self._token = csrf_token(desk)
        self._size = desk.size
        self._callers, self._searches = cycle(dataset.callers), cycle(dataset.searches)

    def targets(self) -> list[Target]:
        """The floors first, the one that writes last."""
        bench = f"/bench/{self.dataset.slug}"
        return [
            Target("F1 log-in, one query", lambda client: client.get(f"{bench}/f1/")),
            Target("F2 25 rows, plain", lambda client: client.get(f"{bench}/f2/?bytes={self._size}")),
            Target("desk page", lambda client: client.get(f"{self.place}/desk/")),
            Target("desk search", self.search),
            Target("phone look-up", self.look_up),
            Target("create booking", self.create),
        ]

    def search(self, client: Client) -> Answer:
        return client.get(f"{self.place}/desk/?{urlencode({'q': next(self._searches)})}", htmx=True)

    def look_up(self, client: Client) -> Answer:
        """The last four digits, as a caller says them."""
        return client.get(f"{self.place}/desk/lookup/?phone={next(self._callers).digits[-4:]}", htmx=True)

    def create(self, client: Client) -> Answer:
        """A caller who was here before, at a free time that nobody else asks for."""
        caller, slot = next(self._callers), next(self.dataset.slots)
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

    def queries_with(self, rows: int) -> int:
        """How many queries the desk takes with so many rows a page."""
        self.client.post(f"{self.place}/desk/rows/", {"csrfmiddlewaretoken": self._token, "rows": str(rows)})
        page = self.client.get(f"{self.place}/desk/")
        shown = len(re.findall(r'<tr [^>]*id="booking-', page.body))
        if shown != rows:
            raise RuntimeError(f"The desk shows {shown} rows instead of {rows}.")
        return page.queries
