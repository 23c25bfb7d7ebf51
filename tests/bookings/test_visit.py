"""The customer's own page: one signed link a booking, for whoever was sent it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from bookings import links
from bookings.enums import Status
from bookings.models import Booking
from bookings.services import decline
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.bookings.visits import address_of, book_visit, guest, now, read
from tests.conftest import logged_in
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(garage: Garage) -> Booking:
    return book_visit(garage)


# --- The link -----------------------------------------------------------------------------------------------------
def test_link_shows_the_booking_and_nothing_of_the_workshop(
    garage: Garage, booking: Booking, receptionist: Membership
) -> None:
    page = read(garage, booking)
    for told in ("Here Motors", "020 7946 0000", "1 Mill Road", booking.reference, "AB12 CDE", "Brake check", "£25.00"):
        assert told in page
    hidden = ("squeals", "pays late", "Sam Okoro", "Bay 1", "07700 900123", "ada@byron.example", receptionist.user.name)
    for kept in hidden:
        assert kept not in page


def test_link_is_short_and_tells_no_key(garage: Garage, booking: Booking) -> None:
    link = links.url_of(booking, garage)
    assert link.startswith(f"{settings.SITE_URL}/b/here.")
    assert len(link) - len(settings.SITE_URL) == len("/b/here./") + 22 + 1 + 22
    assert booking.reference not in link


def test_page_is_kept_by_nobody_and_told_to_nobody(garage: Garage, booking: Booking) -> None:
    for below in ("", "cancel/"):
        answer = guest().get(address_of(booking, garage, below))
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert {"no-store", "private"} <= set(answer.headers["Cache-Control"].split(", "))
        assert answer.cookies == {}
        assert "<script" not in answer.content.decode()


@pytest.mark.parametrize("token", ["forged", "here.forged", "there.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA", "é"])
def test_forged_link_leads_nowhere(garage: Garage, booking: Booking, token: str) -> None:
    for method in ("get", "post"):
        answer = getattr(guest(), method)(f"/b/{token}/cancel/")
        assert answer.status_code == 404
        assert "This link does not lead anywhere" in answer.content.decode()
        assert answer.cookies == {}


def test_link_of_one_garage_opens_no_other(garage: Garage, other_garage: Garage, booking: Booking) -> None:
    with tenant(other_garage.pk), transaction.atomic():
        theirs = make_booking(other_garage, first_name="Grace")
    assert guest().get(address_of(theirs, other_garage)).status_code == 200
    # Signed by us, and still: the garage named is the one whose rows are asked for.
    assert guest().get(address_of(theirs, garage)).status_code == 404
    swapped = address_of(booking, garage).replace("/b/here.", "/b/there.")
    assert guest().get(swapped).status_code == 404
    unsubscribe = signing.dumps(["here", booking.public_id.hex], salt="unsubscribe")
    assert guest().get(f"/b/{unsubscribe}/").status_code == 404


def test_link_ends_a_month_after_the_visit_and_with_the_garage(garage: Garage, booking: Booking) -> None:
    with time_machine.travel(booking.ready_at + timedelta(days=29), tick=False):
        assert guest().get(address_of(booking, garage)).status_code == 200
    with time_machine.travel(booking.ready_at + timedelta(days=31), tick=False):
        assert guest().get(address_of(booking, garage)).status_code == 404
    garage.is_active = False
    garage.save()
    assert guest().get(address_of(booking, garage)).status_code == 404


def test_one_address_asks_so_often(garage: Garage, booking: Booking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PUBLIC_PAGES_A_MINUTE", 2)
    asked = [guest().get(address_of(booking, garage)).status_code for _time in range(3)]
    elsewhere = guest().get(address_of(booking, garage), REMOTE_ADDR="192.0.2.7").status_code
    assert (asked, elsewhere) == ([200, 200, 429], 200)


def test_page_takes_the_same_queries_whatever_else_is_booked(garage: Garage, booking: Booking) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            read(garage, booking)
        return len(asked)

    before = queries()
    with tenant(garage.pk), transaction.atomic():
        for wall in ("12:00", "13:00", "14:00"):
            make_booking(garage, wall, customer=booking.customer)
    assert queries() == before


def test_visit_goes_into_the_customers_calendar_while_it_is_to_come(garage: Garage, booking: Booking) -> None:
    answer = guest().get(address_of(booking, garage, "visit.ics"))
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event.start, event["url"], event["status"]) == (
        booking.starts_at,
        links.url_of(booking, garage),
        "TENTATIVE",
    )
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    with tenant(garage.pk), transaction.atomic():
        Booking.objects.update(status=Status.CANCELLED)
    assert guest().get(address_of(booking, garage, "visit.ics")).status_code == 404


# --- Looking ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_scanner_that_follows_every_link_changes_nothing(garage: Garage, booking: Booking, method: str) -> None:
    """COMP-17: a mail scanner opens the link, and every link on the pages behind it."""
    seen, waiting = set[str](), [address_of(booking, garage), address_of(booking, garage, "undo/")]
    with CaptureQueriesContext(connection) as asked:
        while waiting:
            url = waiting.pop()
            seen.add(url)
            getattr(guest(), method)(url)
            found = re.findall(r'(?:href|action)="(/b/[^"]+)"', guest().get(url).content.decode())
            waiting += set(found) - seen - set(waiting)
    assert [one["sql"] for one in asked if re.match(r"\s*(insert|update|delete)", one["sql"], re.IGNORECASE)] == []
    assert (now(booking).status, now(booking).version) == (booking.status, booking.version)
    assert {url.split("/")[3] for url in seen} >= {"", "cancel", "move", "undo"}


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (Status.REQUESTED, "We have your request and will contact you"),
        (Status.PENDING, "We have your booking"),
        (Status.CONFIRMED, "Your booking is confirmed"),
        (Status.IN_SERVICE, "Your vehicle is being worked on"),
        (Status.COMPLETED, "Your vehicle is ready to collect"),
        (Status.CANCELLED, "Your booking is cancelled"),
        (Status.NO_SHOW, "You did not come"),
        (Status.DECLINED, "We are sorry: we cannot take your booking"),
    ],
)
def test_page_says_how_it_stands(garage: Garage, booking: Booking, status: Status, told: str) -> None:
    with tenant(garage.pk), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(status=status)
    assert f"<h1>{told}</h1>" in read(garage, booking)


def test_page_says_why_it_was_declined(garage: Garage, booking: Booking, owner: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        decline(booking, reason="The part does not arrive in time.", by=owner)
    page = read(garage, booking)
    assert "The part does not arrive in time." in page
    assert "Cancel booking" not in page


def test_page_speaks_the_customers_language_and_the_garages(garage: Garage, booking: Booking) -> None:
    garage.languages = ["en", "fr"]
    garage.save()
    with tenant(garage.pk), transaction.atomic():
        booking.customer.language = "es"
        booking.customer.save()
    assert '<html lang="es"' in read(garage, booking)
    page = read(garage, booking, query="?lang=fr")
    assert '<html lang="fr"' in page
    assert f'href="{address_of(booking, garage, "cancel/")}?lang=fr"' in page
    assert [lang for lang in ("en", "es", "fr") if f"?lang={lang}" in page] == ["en", "es", "fr"]
    assert '<html lang="es"' in read(garage, booking, query="?lang=xx")


def test_zone_is_named_where_it_may_be_doubted(garage: Garage, booking: Booking) -> None:
    assert "London time" not in read(garage, booking)
    with tenant(garage.pk), transaction.atomic():
        booking.customer.phone = "+33199001234"
        booking.customer.save()
    assert "London time" in read(garage, booking)
    garage.country, garage.time_zone = "US", "America/New_York"
    garage.save()
    with tenant(garage.pk), transaction.atomic():
        booking.customer.phone = "+12025550123"
        booking.customer.save()
    assert "New York time" in read(garage, booking)


def test_desk_has_the_link_to_read_out_and_technicians_do_not(
    garage: Garage, booking: Booking, receptionist: Membership, technician: Membership
) -> None:
    address, link = f"/g/here/bookings/{booking.reference}/", links.url_of(booking, garage)
    assert f'readonly value="{link}"' in logged_in(receptionist.user).get(address).content.decode()
    assert link not in logged_in(technician.user).get(address).content.decode()
    with time_machine.travel(booking.ready_at + timedelta(days=31), tick=False):
        assert link not in logged_in(receptionist.user).get(address).content.decode()
