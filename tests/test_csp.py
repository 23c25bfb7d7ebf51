"""The Content-Security-Policy: strict on every answer, and nothing on a page that it would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Final

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from bookings.links import token_of
from bookings.models import Booking, WaitingEntry
from bookings.views.visiting import ACTS
from garages.enums import Role
from garages.models import Bay, BayOutage, Closure, Garage, Service, Skill, Technician, TechnicianAbsence, User
from garages.tenancy.context import tenant
from tests.addresses import ADMIN_PAGES, GARAGE_PAGES, OTHER_PAGES, fill_each, fill_plain
from tests.conftest import PASSWORD, logged_in
from tests.factories.bookings import make_booking
from tests.factories.customers import make_business, make_customer
from tests.factories.fleet import make_vehicle
from tests.factories.garages import make_member

SITE: Final = django_settings.SITE_URL
SELF, NONE = "'self'", "'none'"
STRICT: Final = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "style-src-attr": ["'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "manifest-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
}

OTHERS: Final = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _others(url: str) -> dict[str, str]:
    """The address of a customer's page is a secret: it is told to no other page, not even of ours."""
    return OTHERS | {"Referrer-Policy": "no-referrer"} if url.startswith(("/b/", "/u/")) else OTHERS


def _policy(answer: HttpResponse) -> dict[str, list[str]]:
    directives = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


@pytest.fixture
def furnished(garage: Garage) -> Garage:
    """A garage with something on every page, and names that would run if a page let them."""
    with tenant(garage.pk):
        customer = make_customer('Mallory "><img src=x onerror=alert(1)>', phone="07700 900456", email="m@mail.example")
        vehicle = make_vehicle(
            customer, registration="AB12 CDE", make="<script>alert(1)</script>", model="' onclick='x"
        )
        make_booking(garage, customer=customer, vehicle=vehicle, workshop_notes="javascript:alert(1)")
        make_booking(garage, "12:00", customer=make_business("{{ 7|add:7 }}</title>"), internal_notes="<b>x</b>")
        Closure.objects.create(starts_on=garage.today(), ends_on=garage.today(), reason="</script><script>alert(1)")
        WaitingEntry.objects.create(customer=customer, services=[Service.objects.all()[0].pk])
        week = {
            "starts_at": garage.now(),
            "ends_at": garage.now() + timedelta(days=7),
            "reason": "<script>alert(1)</script>",
        }
        BayOutage.objects.create(bay=Bay.objects.get(name="MOT bay"), **week)
        TechnicianAbsence.objects.create(technician=Technician.objects.get(), **week)
        Skill.objects.create(name='Brakes" style="display:none')
    return garage


def _answers(garage: Garage, settings: Settings) -> Iterator[tuple[str, HttpResponse]]:
    """Every page of a garage, of an account and of nobody, and what stands there instead when it is refused."""
    settings.ALLOWED_HOSTS = ["testserver"]
    owner = logged_in(make_member(garage, Role.OWNER, password=PASSWORD).user)
    technician = logged_in(make_member(garage, Role.TECHNICIAN, password=PASSWORD).user)
    with tenant(garage.pk):
        tokens = [token_of(booking, garage) for booking in Booking.objects.all()]
    own_pages = [reverse(f"visit:{name}", args=[token]) for token in tokens for name in ("page", *ACTS)]
    for client in (owner, technician, Client()):
        client.raise_request_exception = False
        for address in GARAGE_PAGES:
            for url in fill_each(address, garage, under=garage):
                yield url, client.get(url)
        for address in OTHER_PAGES:
            if address.name != "account_logout":  # last, below: the walk would go on as somebody else
                yield fill_plain(address), client.get(fill_plain(address))
        for url in own_pages:
            yield url, client.get(url)
            yield f"{url} (forged)", client.post(url, {"form": "</script>"})
        yield "/nothing-here/", client.get("/nothing-here/")
        yield "/", client.get("/", headers={"host": "elsewhere.example"})
        yield "/g/here/desk/create/", client.post("/g/here/desk/create/", {"first_name": "</script>"})
        yield "/g/here/desk/quick/", client.post("/g/here/desk/quick/", {"quick": "on", "last_name": "</script>"})
        yield "/login/", client.post("/login/", {"login": '"><script>', "password": "x"})
    strict = Client(enforce_csrf_checks=True)
    yield "/login/ (forged)", strict.post("/login/", {})
    yield "/logout/", owner.get("/logout/")
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    yield from (("/login/ (again)", Client().post("/login/", {})) for _time in range(2))


# --- The header ---------------------------------------------------------------------------------------------------
def test_every_answer_carries_the_strict_policy(furnished: Garage, settings: Settings) -> None:
    answers = list(_answers(furnished, settings))
    wrong = [
        (url, answer.status_code)
        for url, answer in answers
        if _policy(answer) != STRICT or {name: answer.headers.get(name) for name in OTHERS} != _others(url)
    ]
    assert wrong == []
    assert {200, 302, 400, 403, 404, 405, 422, 429} <= {answer.status_code for _url, answer in answers}


def test_a_crash_carries_the_strict_policy_too(desk_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookings.views.desk.setup_of", lambda _garage: 1 / 0)
    desk_client.raise_request_exception = False
    answer = desk_client.get("/g/here/desk/")
    assert answer.status_code == 500
    assert (_policy(answer), answer.headers["X-Frame-Options"]) == (STRICT, "DENY")
    assert _faults(answer.content.decode()) == []


def test_the_admin_s_own_policy_opens_no_more_than_its_theme_needs(db: None) -> None:
    admin = logged_in(User.objects.create_superuser("admin@garage-desk.example", PASSWORD))
    admin.raise_request_exception = False
    allowed = STRICT | {"script-src": [SELF, "'unsafe-eval'"], "style-src": [SELF, "'unsafe-inline'"]}
    plain = [address for address in ADMIN_PAGES if "<" not in address.route]
    assert len(plain) > 20
    for address in plain:
        answer = admin.get(reverse(address.name))
        assert (_policy(answer), answer.headers["X-Frame-Options"]) == (allowed, "DENY"), address.route
    for path in ("/administrator/", "/g/here/admin/", "/?next=/admin/"):
        assert _policy(admin.get(path)) == STRICT


# --- The pages ----------------------------------------------------------------------------------------------------
class Faults(HTMLParser):
    """What the policy would refuse in a page, or what would be a hole without it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "script" and not given.get("src"):
            self.found.append("<script> without src")
        if tag == "style":
            self.found.append("<style>")
        for name, value in given.items():
            if name.startswith(("on", "hx-on")) or name == "srcdoc":
                self.found.append(f"<{tag} {name}>")
            if name == "style" and not re.fullmatch(r"(--[a-z]+:[\w.%-]+;?)+", value.replace(" ", "")):
                self.found.append(f"<{tag} style={value}>")
            if name in ("href", "src", "action", "formaction", "hx-get", "hx-post") and not _is_own(value):
                self.found.append(f"<{tag} {name}={value}>")
            if value.strip().lower().startswith(("javascript:", "js:")) and name != "value":
                self.found.append(f"<{tag} {name}={value}>")

    handle_startendtag = handle_starttag


def _is_own(address: str) -> bool:
    """Of this site, or a telephone's or mail program's."""
    address = address.removeprefix(SITE)  # as messages name it, which are shown too
    return re.match(r"(?:/(?!/)|#|\?|tel:|mailto:|data:image/|$)", address) is not None


def _faults(html: str) -> list[str]:
    reader = Faults()
    reader.feed(html)
    return reader.found


def test_no_page_holds_what_the_policy_refuses(furnished: Garage, settings: Settings) -> None:
    faults = {}
    pages = 0
    for url, answer in _answers(furnished, settings):
        if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            pages += 1
            if found := _faults(answer.content.decode()):
                faults[url] = found
    assert faults == {}
    assert pages > len(GARAGE_PAGES)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<script>x</script>", "<script> without src"),
        ("<b onclick=x>", "<b onclick>"),
        ("<b hx-on:click=x>", "<b hx-on:click>"),
        ("<b style='width:3px'>", "<b style=width:3px>"),
        ("<b style='--v:1;width:3px'>", "<b style=--v:1;width:3px>"),
        ("<a href='javascript:x'>", "<a href=javascript:x>"),
        ("<img src='https://elsewhere.example/x.png'>", "<img src=https://elsewhere.example/x.png>"),
        ("<img src='//elsewhere.example/x.png'/>", "<img src=//elsewhere.example/x.png>"),
        ("<style>b{}</style>", "<style>"),
    ],
)
def test_the_reader_sees_faults(html: str, fault: str) -> None:
    assert fault in _faults(html)
    assert _faults('<a href="/x/" style="--v: 72%"><script src="/static/x.js"></script></a>') == []
