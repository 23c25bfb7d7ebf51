"""The kept drawing of the empty form is the form as it would be drawn now, with a token and a key of its own."""

from __future__ import annotations

import re

from django.test import Client

from bookings.views import fresh
from fleet.models import OwnModel
from garages.models import Garage, Service
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking

_OWN = re.compile(r'name="(csrfmiddlewaretoken|idempotency_key)" value="([^"]+)"')
_MARK = re.compile(r'data-fresh="(\w+)"')


def _form(client: Client, address: str = "") -> str:
    page = client.get(f"/g/here/desk/{address}").content.decode()
    return page[page.index('<form class="sheet desk__form"') :].partition("</form>")[0]


def test_kept_form_is_the_form_drawn_anew(garage: Garage, desk_client: Client) -> None:
    kept = [_form(desk_client) for _visit in range(2)]
    drawn = _form(desk_client, "?customer=")  # an address about the form has it drawn
    words = [re.sub(r"\s+", " ", _MARK.sub("", _OWN.sub("", form))) for form in (*kept, drawn)]
    assert words[0] == words[1] == words[2]
    own = [dict(_OWN.findall(form)) for form in kept]
    assert own[0]["idempotency_key"] != own[1]["idempotency_key"]
    assert own[0]["csrfmiddlewaretoken"] != own[1]["csrfmiddlewaretoken"]


def test_kept_form_follows_every_change_at_once(garage: Garage, desk_client: Client, manager_client: Client) -> None:
    forms = [_form(desk_client)]

    def changed(client: Client = desk_client) -> None:
        forms.append(_form(client))
        assert _OWN.sub("", forms[-1]) not in {_OWN.sub("", form) for form in forms[:-1]}

    with tenant(garage.pk):
        OwnModel.objects.create(make="Trabant", model="601")
    changed()
    with tenant(garage.pk):
        Service.objects.filter(is_active=True).update(price=12_345)
    changed()
    with tenant(garage.pk):
        make_booking(garage, "10:00")  # the day's load
    changed()
    Garage.objects.filter(pk=garage.pk).update(slot_step=15, country="IE")
    changed()
    desk_client.post("/preferences/", {"language": "fr"})
    changed()


def test_kept_form_costs_no_drawing(garage: Garage, desk_client: Client) -> None:
    fresh._drawn.cache_clear()
    for _visit in range(3):
        _form(desk_client)
    assert fresh._drawn.cache_info().misses == 1


def test_the_mark_tells_when_a_copy_is_too_old(garage: Garage, desk_client: Client) -> None:
    def mark() -> str:
        found = _MARK.search(_form(desk_client))
        assert found
        return found[1]

    first = mark()
    with tenant(garage.pk):
        make_booking(garage, "10:00")  # its load and its offers are asked for with the first choice
    assert mark() == first
    with tenant(garage.pk):
        Service.objects.filter(is_active=True).update(price=12_345)
    assert mark() != first
