"""What the desk weighs on the wire: a first visit with everything it loads, and every visit after that."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from posixpath import dirname, join, normpath

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from garages.models import Bay, Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking, next_open_day

FIRST_VISIT, LATER_VISIT = 150_000, 25_000
HEADERS = 400  # bytes of an answer's head, about
# The whole of Inter, which a browser asks for where a page has words our languages are not written with.
_OTHER_SCRIPTS = "unfold/fonts/"
_LOADS = {
    ".css": re.compile(r"""url\(["']?([^"')]+)|@import ["']([^"']+)"""),
    ".js": re.compile(r"""(?:from|import) *["'](\.[^"']+)"""),
}


@pytest.fixture
def desk(garage: Garage, desk_client: Client) -> bytes:
    """The desk with a full page of rows."""
    with tenant(garage.pk):
        for number in range(4):
            Bay.objects.create(name=f"Extra {number}", kind="general")
        day = next_open_day(garage)
        for number in range(26):
            names = {"first_name": f"Ada{number}", "last_name": f"Byron{number * 7}"}
            person = names | {"phone": f"07700 9001{number:02}"}
            make_booking(garage, f"{9 + number % 7:02}:00", day=day + timedelta(weeks=number // 7), **person)
    answer = desk_client.get("/g/here/desk/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(re.findall(rb'<tr [^>]*id="booking-', gzip.decompress(answer.content))) == 25
    return answer.content


def test_later_visits_are_light(desk: bytes) -> None:
    assert HEADERS + len(desk) <= LATER_VISIT


def test_first_visit_is_light(desk: bytes) -> None:
    html = gzip.decompress(desk).decode()
    named = re.findall(rf'(?:href|src)="{settings.STATIC_URL}([^"#]+)', html)
    assets = {name: _sent(path) for name, path in _loaded(sorted(set(named)))}
    assert {"build/staff.css", "build/icons.svg", "js/desk.js"} <= assets.keys()
    total = len(desk) + sum(assets.values()) + HEADERS * (1 + len(assets))
    assert total <= FIRST_VISIT, sorted(assets.items(), key=lambda asset: -asset[1])


def _loaded(names: list[str]) -> Iterator[tuple[str, Path]]:
    """The static files of these names and all that they load themselves."""
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name in seen or name.startswith(("data:", _OTHER_SCRIPTS)):
            continue
        seen.add(name)
        found = finders.find(name)
        assert isinstance(found, str), name
        path = Path(found)
        yield name, path
        if path.suffix in _LOADS:
            loads = _LOADS[path.suffix].findall(path.read_text(encoding="utf-8"))
            flat = (next(part for part in one if part) if isinstance(one, tuple) else one for one in loads)
            names += [
                one.removeprefix(settings.STATIC_URL) if one.startswith("/") else normpath(join(dirname(name), one))
                for one in flat
                if not one.startswith(("data:", "#"))
            ]


def _sent(path: Path) -> int:
    """As WhiteNoise keeps it: fonts as they are, texts compressed when they are collected."""
    content = path.read_bytes()
    return len(content) if path.suffix == ".woff2" else min(len(content), len(brotli.compress(content)))
