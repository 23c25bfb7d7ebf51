"""The booking form in the drawer of any page: the desk's own, with a word for where it stands."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking
from garages.models import Garage, Membership, User
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking, next_open_day, service_named

QUICK, HTMX = "/g/here/desk/quick/", {"HX-Request": "true"}
_OWN = re.compile(r'name="(csrfmiddlewaretoken|idempotency_key)" value="[^"]+"')
_PLACE = re.compile(r'<input type="hidden" name="quick" value="on">|<h2 id="new-heading">.*?</h2>|data-fresh="\w+"')
_CLOSE = re.compile(r'<(a|button) [^>]*aria-label="Close">.*?</\1>', re.DOTALL)


@pytest.fixture
def typed(garage: Garage) -> dict[str, Any]:
    """What a receptionist typed for a new caller."""
    with tenant(garage.pk):
        service = service_named(load_setup(garage), "Brake check").public_id
    words = {"first_name": "Priya", "last_name": "Nair", "phone": "07700 900456", "workshop_notes": "Squeals"}
    choices = {"kind": "individual", "service": service, "date": next_open_day(garage).isoformat()}
    return {"quick": "on", "idempotency_key": str(uuid.uuid4())} | words | choices


def _form(html: str) -> str:
    form = html[html.index('<form class="sheet desk__form"') :].partition("</form>")[0]
    return re.sub(r"\s+", " ", _CLOSE.sub("", _PLACE.sub("", _OWN.sub("", form))))


def test_it_is_the_very_form_of_the_desk(garage: Garage, desk_client: Client) -> None:
    drawer = desk_client.post(QUICK, headers=HTMX).content.decode()
    desk = desk_client.get("/g/here/desk/").content.decode()
    assert _form(drawer) == _form(desk)
    assert 'name="quick"' in drawer
    assert 'name="quick"' not in desk


def test_pages_load_its_scripts_only_with_it(garage: Garage, desk_client: Client) -> None:
    page = desk_client.get("/g/here/customers/").content.decode()
    loaded, more = (
        set(re.findall(r"js/([\w-]+)\.js", html)) for html in (page, desk_client.post(QUICK).content.decode())
    )
    assert "drawer" in loaded
    assert {"combobox", "keep-keys", "service-codes", "plate"} <= more
    assert loaded & more == {"combobox"}  # of "find and go", which is on every page


def test_a_draft_comes_back_as_it_was_left(typed: dict[str, Any], desk_client: Client) -> None:
    html = desk_client.post(QUICK, typed, headers=HTMX).content.decode()
    for name in ("first_name", "last_name", "phone", "idempotency_key"):
        assert re.search(rf'name="{name}"[^>]* value="{typed[name]}"', html), name
    assert re.search(rf'<option value="{typed["service"]}"[^>]* selected', html)
    assert "Squeals</textarea>" in html
    assert 'name="quick"' in html


def test_every_answer_of_the_form_stays_in_the_drawer(typed: dict[str, Any], desk_client: Client) -> None:
    for address in ("form", "hold", "create"):
        html = desk_client.post(f"/g/here/desk/{address}/", typed | {"first_name": "", "last_name": ""}, headers=HTMX)
        assert 'name="quick"' in html.content.decode(), address


def test_booked_it_closes_and_leads_to_the_list(typed: dict[str, Any], garage: Garage, desk_client: Client) -> None:
    for _sent in range(2):
        answer = desk_client.post("/g/here/desk/create/", typed, headers=HTMX)
        with tenant(garage.pk):
            made = Booking.objects.get().reference
        assert answer.headers["HX-Redirect"] == f"/g/here/bookings/?new={made}#booking-{made}"
        assert "booked" in answer.headers["HX-Trigger"]
    page = desk_client.get(f"/g/here/bookings/?new={made}").content.decode()
    assert re.findall(r'<tr [^>]*id="booking-(\w+)"[^>]*class="is-new', page) == [made]
    assert f"Reference {made}." in page


def test_the_list_shows_the_page_of_a_new_booking(
    garage: Garage, receptionist: Membership, desk_client: Client
) -> None:
    User.objects.filter(pk=receptionist.user_id).update(rows_per_page=10)
    with tenant(garage.pk):
        day = next_open_day(garage)
        weeks = range(11)
        made = [make_booking(garage, "10:00", day=day + timedelta(weeks=week)).reference for week in weeks]

    def rows(query: str) -> list[str]:
        page = desk_client.get(f"/g/here/bookings/{query}").content.decode()
        return re.findall(r'<tr [^>]*id="booking-(\w+)"', page)

    assert rows(f"?new={made[0]}") == [made[0]]  # the earliest stands alone on the second page
    assert rows(f"?new={made[1]}") == rows("?new=NOBODY") == rows("") == made[:0:-1]
    assert rows(f"?new={made[0]}&page=1") == rows("")
