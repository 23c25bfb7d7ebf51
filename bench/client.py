"""A small browser: one kept-alive connection, cookies, and how long each answer took."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.middleware import HEADER


@dataclass(frozen=True)
class Answer:
    """`ms` is from the first byte sent to the last byte read, `size` what came over the wire."""

    status: int
    body: str
    ms: float
    queries: int
    size: int
    headers: Mapping[str, str]


class Client:
    """Speaks to one server. `cookies` may be shared by clients that are the same person."""

    def __init__(self, host: str, port: int, cookies: dict[str, str] | None = None) -> None:
        self._address = host, port
        self._connection = http.client.HTTPConnection(host, port, timeout=60)
        self.cookies = cookies if cookies is not None else {}

    def get(self, path: str, *, htmx: bool = False) -> Answer:
        return self._ask("GET", path, b"", {"HX-Request": "true"} if htmx else {})

    def post(self, path: str, form: Mapping[str, str], *, htmx: bool = False) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | ({"HX-Request": "true"} if htmx else {})
        return self._ask("POST", path, urlencode(form).encode(), headers)

    def log_in(self, email: str, password: str) -> None:
        """Through the log-in page, as a person would. Raises RuntimeError when it does not open."""
        form = {"csrfmiddlewaretoken": csrf_token(self.get("/login/")), "login": email, "password": password}
        answer = self.post("/login/", form)
        if answer.status != 302:
            raise RuntimeError(f"{email} could not log in: the page answered {answer.status}.")

    def others(self, count: int) -> list[Client]:
        """More browsers of the same person."""
        return [Client(*self._address, self.cookies) for _client in range(count)]

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        headers["Accept-Encoding"] = "gzip"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self._connection.sock is None:
            self._connection.connect()  # not part of what is measured: browsers keep theirs open
        started = time.perf_counter()
        self._connection.request(method, path, body or None, headers)
        response = self._connection.getresponse()
        content = response.read()
        ms = (time.perf_counter() - started) * 1000
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        queries = int(response.headers.get(HEADER, "0"))
        body = gzip.decompress(content) if response.headers.get("Content-Encoding") == "gzip" else content
        return Answer(response.status, body.decode(), ms, queries, len(content), dict(response.headers))


def csrf_token(page: Answer) -> str:
    """The token of the forms on a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
    if found is None:
        raise RuntimeError(f"No form on this page (status {page.status}).")
    return found[1]
