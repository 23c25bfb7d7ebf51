"""The one box: what a text may mean, and what the form becomes."""

from __future__ import annotations

import html as html_lib
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.enums import Status
from bookings.models import Booking
from bookings.onebox import Answer, look_for, looks_like_plate
from bookings.selectors.work import months_later, work_on
from customers.models import Customer
from fleet.models import Vehicle
from fleet.services import update_vehicle
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking, next_open_day
from tests.factories.customers import make_business, make_customer
from tests.factories.fleet import make_vehicle

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ada(garage: Garage) -> Customer:
    """Ada Byron with two cars; the Focus was here last, for an MOT test a year ago."""
    with tenant(garage.pk):
        ada = make_customer("Ada Byron", phone="07700 900123")
        make_vehicle(ada, "XX11 XXX", make="Fiat", model="Panda")
        focus = make_vehicle(ada, "AB12 CDE", make="Ford", model="Focus")
        booking = make_booking(garage, "09:00", customer=ada, vehicle=focus, services=["MOT test", "Brake check"])
        long_ago = timezone.now() - timedelta(days=380)
        Booking.objects.filter(pk=booking.pk).update(
            status=Status.COMPLETED,
            starts_at=long_ago,
            ends_at=long_ago + timedelta(hours=1),
            ready_at=long_ago + timedelta(hours=1),
            held_from=long_ago,
            held_until=long_ago + timedelta(hours=1),
        )
        Vehicle.objects.filter(pk=focus.pk).update(used_at=long_ago)
        return ada


def _meant(text: str, garage: Garage) -> tuple[list[tuple[str, str]], dict[str, str] | None]:
    """Who is meant, each with their plate, and what a new customer would begin with."""
    with tenant(garage.pk), CaptureQueriesContext(connection) as queries:
        answer = look_for(text, garage)
    assert len(queries) <= 4
    return [(hit.caller.name, hit.caller.registration) for hit in answer.hits], answer.fresh


@pytest.mark.parametrize("text", ["0123", "07700 900", "+44 7700 900123", "900123"])
def test_digits_are_a_number_from_either_end(garage: Garage, ada: Customer, text: str) -> None:
    assert _meant(text, garage)[0] == [("Ada Byron", "AB12CDE")]


@pytest.mark.parametrize("text", ["ab12cde", "AB12 CDE", "b12 c"])
def test_letters_with_digits_are_a_plate(garage: Garage, ada: Customer, text: str) -> None:
    assert _meant(text, garage)[0] == [("Ada Byron", "AB12CDE")]


def test_the_car_of_the_plate_is_meant_not_the_last_used(garage: Garage, ada: Customer) -> None:
    assert _meant("xx11 xxx", garage) == ([("Ada Byron", "XX11XXX")], None)


def test_the_very_plate_comes_first(garage: Garage, ada: Customer) -> None:
    with tenant(garage.pk):
        make_vehicle(make_customer("Near Miss"), "AB12 CDEF")
    assert [name for name, _plate in _meant("ab12 cde", garage)[0]] == ["Ada Byron", "Near Miss"]


@pytest.mark.parametrize("text", ["byron", "ada byr", "BYRON ADA"])
def test_words_are_a_name(garage: Garage, ada: Customer, text: str) -> None:
    assert _meant(text, garage)[0] == [("Ada Byron", "AB12CDE")]


def test_a_company_is_found_by_its_name(garage: Garage) -> None:
    with tenant(garage.pk):
        make_business("Northgate Couriers")
    assert _meant("couriers", garage)[0] == [("Northgate Couriers", "")]


def test_names_that_begin_as_typed_come_first(garage: Garage) -> None:
    with tenant(garage.pk):
        make_customer("Leah Cartwright", phone="07700 900301")
        make_business("Lea Valley Couriers", phone="07700 900302")
    assert [name for name, _plate in _meant("lea v", garage)[0]] == ["Lea Valley Couriers", "Leah Cartwright"]


def test_a_plate_of_digits_alone_is_found_where_no_number_fits(garage: Garage) -> None:
    with tenant(garage.pk):
        make_vehicle(make_customer("Lucky Owner"), "777888")
    assert _meant("777 888", garage) == ([("Lucky Owner", "777888")], None)


@pytest.mark.parametrize(
    ("text", "fresh"),
    [
        ("lr19 kxp", {"registration": "LR19 KXP"}),
        ("07700 900456", {"phone": "07700 900456"}),
        ("0456", {"phone": ""}),
        ("Ana de la Cruz", {"first_name": "Ana", "last_name": "de la Cruz"}),
        ("Zoë", {"first_name": "Zoë", "last_name": ""}),
        ("!!", None),
    ],
)
def test_what_nobody_has_begins_a_new_customer(garage: Garage, text: str, fresh: dict[str, str] | None) -> None:
    assert _meant(text, garage) == ([], fresh)


@pytest.mark.parametrize("text", ["", " ", "a", "%", "\x00"])
def test_too_little_means_nothing(garage: Garage, ada: Customer, text: str) -> None:
    with tenant(garage.pk):
        assert look_for(text.strip(), garage) == Answer()


def test_a_reference_is_its_booking(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        booking = make_booking(garage, "10:00")
        assert look_for(f" {booking.reference.lower()}".strip(), garage).booking == booking
    page = f"/g/here/bookings/{booking.reference}/"
    found = desk_client.post("/g/here/desk/find/", {"find": booking.reference}, headers=HTMX).content.decode()
    assert f'data-href="{page}"' in found
    assert desk_client.post("/g/here/desk/find/", {"find": booking.reference}).url == page


@pytest.mark.parametrize(
    ("text", "is_plate"),
    [("AB12 CDE", True), ("A1", True), ("123-AB-4", True), ("ABC", False), ("1234", False), ("Flat 4 Smith St", False)],
)
def test_looks_like_plate(text: str, is_plate: bool) -> None:
    assert looks_like_plate(text) is is_plate


def test_last_work_and_what_is_due(garage: Garage, ada: Customer) -> None:
    with tenant(garage.pk):
        focus = Vehicle.objects.get(registration="AB12CDE")
        work = work_on([focus.pk], garage)[focus.pk]
        assert work.services == ["MOT test", "Brake check"]
        assert [(due.name, due.is_over) for due in work.due] == [("MOT test", True)]
        make_booking(garage, "12:00", customer=ada, vehicle=focus, services=["MOT test"])
        assert work_on([focus.pk], garage)[focus.pk].due == []


def test_the_mot_is_due_when_it_runs_out_wherever_it_was_done(garage: Garage, ada: Customer) -> None:
    today = garage.today()
    with tenant(garage.pk):
        focus = update_vehicle(Vehicle.objects.get(registration="AB12CDE"), mot_expires_on=today + timedelta(days=90))
        assert work_on([focus.pk], garage)[focus.pk].due == []  # done here more than a year ago, and elsewhere since
        for expires, is_over in [(today + timedelta(days=30), False), (today - timedelta(days=1), True)]:
            update_vehicle(focus, mot_expires_on=expires)
            due = [(due.name, due.on, due.is_over) for due in work_on([focus.pk], garage)[focus.pk].due]
            assert due == [("MOT test", expires, is_over)]
        new_here = make_vehicle(None, "CD34 EFG", mot_expires_on=today)
        assert [due.name for due in work_on([new_here.pk], garage)[new_here.pk].due] == ["MOT test"]
        make_booking(garage, "12:00", customer=ada, vehicle=focus, services=["MOT test"])
        assert work_on([focus.pk], garage)[focus.pk].due == []


def test_months_later_ends_with_the_month() -> None:
    day = date(2024, 2, 29)
    assert months_later(day, 12).isoformat() == "2025-02-28"
    assert months_later(day, 10).isoformat() == "2024-12-29"


# --- Through the page -------------------------------------------------------------------------------------------------
def _option(found: str, number: int) -> dict[str, str]:
    """What a choice of the list sends."""
    values = re.findall(r"role=\"option\".*?hx-vals=(?:'([^']*)'|\"([^\"]*)\")", found, re.DOTALL)[number]
    return json.loads(html_lib.unescape("".join(values)))


def _value(html: str, name: str) -> str:
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
    assert field, name
    value = re.search(r'value="([^"]*)"', field[0])
    return html_lib.unescape(value[1]) if value else ""


def _post(client: Client, page: str, data: dict[str, Any], **headers: str) -> str:
    return client.post(f"/g/here/desk/{page}/", data, headers=headers).content.decode()


def test_a_choice_fills_person_car_and_what_is_due(garage: Garage, ada: Customer, desk_client: Client) -> None:
    found = _post(desk_client, "find", {"find": "0123"}, **HTMX)
    assert "07700 90<mark>0123</mark>" in found
    form = _post(desk_client, "form", {"find": "0123"} | _option(found, 0), **HTMX)
    assert [_value(form, name) for name in ("first_name", "last_name", "phone", "registration", "find")] == [
        *("Ada", "Byron", "07700 900123", "AB12 CDE", ""),
    ]
    assert re.search(r'<select[^>]*name="service"[^>]*autofocus', form)
    assert "MOT test, Brake check" in form
    assert "MOT test, due since" in form


def test_an_unknown_plate_is_carried_and_the_name_asked(garage: Garage, ada: Customer, desk_client: Client) -> None:
    typed = {"find": "lr19kxp", "first_name": "Somebody", "customer": str(ada.public_id), "phone": "07700 900123"}
    form = _post(desk_client, "form", typed | _option(_post(desk_client, "find", typed, **HTMX), 0), **HTMX)
    assert [_value(form, name) for name in ("registration", "first_name", "phone")] == ["LR19KXP", "", ""]
    assert re.search(r'name="first_name"[^>]*autofocus', form)
    assert form.index('name="first_name"') < form.index('name="phone"')


def test_without_scripts_the_only_answer_is_taken(garage: Garage, ada: Customer, desk_client: Client) -> None:
    page = _post(desk_client, "find", {"find": "0123"})
    assert (_value(page, "first_name"), _value(page, "registration")) == ("Ada", "AB12 CDE")
    assert _value(_post(desk_client, "find", {"find": "lr19kxp"}), "registration") == "LR19KXP"


def test_without_scripts_several_answers_are_buttons(garage: Garage, ada: Customer, desk_client: Client) -> None:
    with tenant(garage.pk):
        make_customer("Bob Byron", phone="07700 900124")
    page = _post(desk_client, "find", {"find": "byron"})
    pick = re.findall(r'name="pick" value="([^"]*)"', page)
    assert len(pick) == 2
    assert _value(_post(desk_client, "form", {"find": "byron", "pick": pick[0]}), "first_name") == "Ada"


def test_a_whole_name_in_one_field_is_divided(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        service = make_booking(garage, "08:00").lines.get().service
    day = next_open_day(garage, after=2).isoformat()
    typed = {"first_name": "Ana de la Cruz", "phone": "07700 900456", "service": str(service.public_id), "date": day}
    _post(desk_client, "create", typed, **HTMX)
    with tenant(garage.pk):
        made = Customer.objects.get(first_name="Ana")
        assert made.last_name == "de la Cruz"


def test_find_and_go_answers_with_pages_and_nobody_new(garage: Garage, ada: Customer, desk_client: Client) -> None:
    def found(text: str) -> tuple[list[str], str]:
        answer = desk_client.post("/g/here/desk/find/", {"find": text, "go": "1"}, headers=HTMX).content.decode()
        assert "/desk/form/" not in answer
        return re.findall(r'data-href="([^"]+)"', answer), answer

    with tenant(garage.pk):
        panda = Vehicle.objects.get(make="Fiat")
    assert found("900123")[0] == [f"/g/here/customers/{ada.public_id}/"]
    assert found("XX11")[0] == [f"/g/here/vehicles/{panda.public_id}/"]
    pages, answer = found("Nobody Known")
    assert pages == []
    assert "Nothing found" in answer
