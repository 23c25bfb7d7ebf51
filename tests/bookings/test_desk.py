"""The reception desk through its pages: list, look-up, form."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.enums import Status
from bookings.models import Booking
from bookings.services import confirm
from customers.models import Customer
from fleet.models import Vehicle
from fleet.services import create_vehicle
from garages.models import Bay, Closure, Garage, Membership, VehicleType
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking, next_open_day, service_named
from tests.factories.fleet import make_vehicle

HTMX = {"HX-Request": "true"}


def _typed(garage: Garage, **changes: Any) -> dict[str, Any]:
    """What a receptionist types for a new caller; tomorrow's first free slot by default."""
    with tenant(garage.pk):
        setup = load_setup(garage)
    return {
        "idempotency_key": str(uuid.uuid4()),
        "kind": "individual",
        "phone": "07700 900456",
        "first_name": "Priya",
        "last_name": "Nair",
        "registration": "lr19 kxp",
        "make": "Volkswagen",
        "model": "Golf",
        "vehicle_type": setup.vehicle_types[0].public_id,
        "service": service_named(setup, "Brake check").public_id,
        "date": next_open_day(garage).isoformat(),
    } | changes


def _create(client: Client, typed: dict[str, Any], **headers: str) -> Any:
    return client.post("/g/here/desk/create/", typed, headers=headers)


def _rows(html: str) -> list[str]:
    return re.findall(r'id="booking-([A-Z0-9]{6})"', html)


def test_booking_lands_in_the_list_at_once(garage: Garage, desk_client: Client) -> None:
    answer = _create(desk_client, _typed(garage, workshop_notes="Squeals"), **HTMX)
    assert answer.status_code == 200
    html = answer.content.decode()
    with tenant(garage.pk):
        booking = Booking.objects.select_related("customer", "vehicle", "created_by").get()
        assert (booking.status, booking.source, booking.workshop_notes) == ("pending", "reception", "Squeals")
        assert (booking.customer.name, str(booking.customer.phone)) == ("Priya Nair", "+447700900456")
        assert (booking.vehicle.registration, booking.vehicle.customer_id) == ("LR19KXP", booking.customer_id)
        assert booking.created_by == Membership.objects.get(garage=garage).user
    assert _rows(html) == [booking.reference]
    assert 'id="booking-list"' in html  # nothing waited before: there was no heading to put a row under
    assert f"Reference {booking.reference}." in html
    assert 'id="toasts"' in html  # the page's status region
    assert 'id="new"' not in html  # the browser has the form for the next caller
    ready = json.loads(answer.headers["HX-Trigger-After-Swap"])["booked"]
    assert f'data-fresh="{ready["mark"]}"' in desk_client.get("/g/here/desk/").content.decode()
    assert uuid.UUID(ready["key"])


def test_another_booking_is_one_more_row(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        waiting = make_booking(garage, "10:00")
    html = _create(desk_client, _typed(garage, time="12:00"), **HTMX).content.decode()
    assert waiting.reference not in html
    assert len(_rows(html)) == 1
    assert 'hx-swap-oob="afterend:#group-0"' in html
    assert re.search(r'id="filter-pending-count".*?>2</b>', html, re.DOTALL)


def test_booking_beside_another_list_brings_todays(garage: Garage, desk_client: Client) -> None:
    shown = HTMX | {"HX-Current-URL": "http://testserver/g/here/desk/?q=byron"}
    html = _create(desk_client, _typed(garage), **shown).content.decode()
    assert 'id="booking-list"' in html
    assert len(_rows(html)) == 1


def test_without_htmx_the_same_form_redirects_to_the_desk(garage: Garage, desk_client: Client) -> None:
    answer = _create(desk_client, _typed(garage))
    assert answer.status_code == 302
    page = desk_client.get(answer.url)
    assert len(_rows(page.content.decode())) == 1
    assert "is-new" in page.content.decode()


def test_sent_twice_books_once(garage: Garage, desk_client: Client) -> None:
    typed = _typed(garage)
    for _time in range(2):
        assert _create(desk_client, typed, **HTMX).status_code == 200
    _create(desk_client, typed | {"idempotency_key": str(uuid.uuid4())}, **HTMX)
    with tenant(garage.pk):
        assert Booking.objects.count() == 2
        assert Customer.objects.count() == Vehicle.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_name": "", "last_name": ""}, "first_name"),
        ({"service": ""}, "service"),
        ({"service": str(uuid.uuid4())}, "service"),
        ({"date": "soon"}, "date"),
        ({"date": ""}, "date"),
        ({"date": "2019-01-07"}, "date"),
        ({"date": "2026-01-04", "time": "10:00"}, "time"),
        ({"time": "25:00"}, "time"),
        ({"email": "priya@"}, "email"),
        ({"registration": "--"}, "registration"),
        ({"kind": "business"}, "company_name"),
        ({"first_name": "x" * 200}, "first_name"),
    ],
)
def test_wrong_input_is_explained_and_nothing_is_lost(
    garage: Garage, desk_client: Client, changes: dict[str, str], field: str
) -> None:
    typed = _typed(garage, workshop_notes="Squeals & <b>rattles</b>") | changes
    part = _create(desk_client, typed, **HTMX)
    answer = _create(desk_client, typed)
    for drawn in (part, answer):
        assert drawn.status_code == 422
        assert f'id="id_{field}_error"' in drawn.content.decode()
        assert 'role="alert"' in drawn.content.decode()
    html = answer.content.decode()
    assert "Squeals &amp; &lt;b&gt;rattles&lt;/b&gt;" in html
    for name in {"phone", "last_name", "make"} - changes.keys():
        assert f'value="{typed[name]}"' in html or f">{typed[name]}<" in html
    with tenant(garage.pk):
        assert not Booking.objects.exists()
        assert not Customer.objects.exists()


@pytest.mark.parametrize("phone", ["12", "+44 7", "call his wife", "07700 900456 ext 9", "٠٧٧٠٠"])
def test_odd_phone_and_plate_never_block(garage: Garage, desk_client: Client, phone: str) -> None:
    answer = _create(desk_client, _typed(garage, phone=phone, registration="ODD PLATE 99"), **HTMX)
    assert answer.status_code == 200
    with tenant(garage.pk):
        booking = Booking.objects.select_related("customer", "vehicle").get()
        assert booking.typed_phone == phone
        assert booking.vehicle.registration == "ODDPLATE99"


def test_closed_day_is_greyed_with_its_reason_and_refused(garage: Garage, desk_client: Client) -> None:
    day = next_open_day(garage)
    with tenant(garage.pk):
        Closure.objects.create(starts_on=day, ends_on=day, reason="Stocktaking")
    html = desk_client.get("/g/here/desk/").content.decode()
    assert re.search(rf'value="{day.isoformat()}"\s+disabled\s+aria-label="[^"]*Stocktaking', html)
    answer = _create(desk_client, _typed(garage), **HTMX)
    assert answer.status_code == 422
    assert "Closed on that day: Stocktaking." in answer.content.decode()


def test_a_form_with_other_faults_on_it_is_drawn_again_whole(garage: Garage, desk_client: Client) -> None:
    both = _create(desk_client, _typed(garage, first_name="", last_name="", date="2019-01-07"), **HTMX)
    assert "HX-Retarget" not in both
    assert 'name="redraw"' in both.content.decode()
    mended = _create(desk_client, _typed(garage, date="2019-01-07", redraw="on"), **HTMX)
    assert "HX-Retarget" not in mended, "the old fault beside the name would stay"


def test_clash_offers_fresh_times_and_keeps_the_form(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        Bay.objects.filter(name="MOT bay").update(is_active=False)
        make_booking(garage, "10:00")
    part = _create(desk_client, _typed(garage, time="10:00"), **HTMX)
    answer = _create(desk_client, _typed(garage, time="10:00"))
    for drawn in (part.content.decode(), answer.content.decode()):
        assert "just been taken" in drawn
        assert 'value="08:00"' in drawn
        assert 'value="10:00"' not in drawn
    assert (part.status_code, answer.status_code) == (422, 422)
    assert part["HX-Retarget"] == "#form-job", "what was typed elsewhere is not touched"
    assert 'value="Priya"' in answer.content.decode()
    assert _create(desk_client, _typed(garage, time="10:30"), **HTMX).status_code == 200


def test_lookup_finds_from_three_digits_at_either_end(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_booking(garage, "10:00").customer
        create_vehicle(customer=ada, registration_typed="AB12 CDE", make="Ford", model="Focus")
    for digits, found in [("07", False), ("077", True), ("+4477", True), ("123", True), ("0123", True), ("999", False)]:
        html = desk_client.get("/g/here/desk/lookup/", {"phone": digits}).content.decode()
        assert ("Ada Byron" in html, "1 vehicle" in html) == (found, found), digits


def test_odd_input_is_remarked_and_a_known_plate_named(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_booking(garage, "10:00").customer
        create_vehicle(customer=ada, registration_typed="AB12 CDE", make="Ford", model="Focus")

    def remark(**typed: str) -> str:
        html = desk_client.post("/g/here/desk/check/", typed).content.decode()
        return " ".join(re.sub(r"<[^>]+>", " ", html).split())

    assert remark(phone="07700 900123") == remark(registration="LR19 KXP") == remark() == ""
    assert remark(phone="12") != ""
    assert remark(registration="ODD PLATE 9") != ""
    assert remark(registration="ab12cde") == "Ford Focus of Ada Byron Fill in Alt K"
    with tenant(garage.pk):
        bob = make_booking(garage, "12:00", first_name="Bob", last_name="Stone", phone="07700 900124").customer
    known_owner = remark(registration="ab12cde", customer=str(bob.public_id))
    assert known_owner == "Ford Focus of Ada Byron: a new owner? It is Ada Byron Alt K"
    assert remark(registration="ab12cde", customer=str(ada.public_id)) == ""


def test_known_people_are_named_while_another_is_typed(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_booking(garage, "10:00").customer

    def remark(**typed: str) -> str:
        html = desk_client.post("/g/here/desk/alike/", typed).content.decode()
        return " ".join(re.sub(r"<[^>]+>", " ", html).split())

    same = "Known as Ada Byron, 07700 900123? It is Ada Byron Alt K"
    assert remark(first_name="Ada", last_name="Byrom", phone="07700 900999") == same
    assert remark(first_name="byron ada") == same
    assert remark(first_name="Eve", phone="07700900123") == "Ada Byron has this number It is Ada Byron Alt K"
    assert remark(first_name="Eve", last_name="Byron") == remark() == ""
    assert remark(phone="07700900123", customer=str(ada.public_id)) == ""


def test_choosing_a_match_fills_the_person_and_the_last_car(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_booking(garage, "10:00").customer
        create_vehicle(customer=ada, registration_typed="XX11 XXX", make="Fiat", model="Panda")
        car = create_vehicle(
            customer=ada,
            registration_typed="AB12 CDE",
            make="Ford",
            model="Transit",
            vehicle_type=ada.bookings.get().vehicle_type,
        )
        make_booking(garage, "12:00", customer=ada, vehicle=car)
    html = desk_client.post(
        "/g/here/desk/form/", {"phone": "077", "customer": str(ada.public_id), "changed": "customer"}, headers=HTMX
    ).content.decode()
    for value in ["Ada", "Byron", "07700 900123", "AB12 CDE"]:
        assert f'value="{value}"' in html
    assert re.search(rf'value="{car.public_id}"\s+checked', html)
    assert "XX11" in html


def test_ignored_match_is_linked_all_the_same_and_no_name_is_overwritten(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        make_booking(garage, "08:00")
    assert _create(desk_client, _typed(garage, phone="+44 7700 900123"), **HTMX).status_code == 200
    with tenant(garage.pk):
        assert [customer.name for customer in Customer.objects.all()] == ["Ada Byron"]
        assert Booking.objects.latest("pk").typed_name == "Priya Nair"
    _create(desk_client, _typed(garage, phone="07700 900123", new_person="on"), **HTMX)
    with tenant(garage.pk):
        assert {customer.name for customer in Customer.objects.all()} == {"Ada Byron", "Priya Nair"}


def test_pick_typed_over_is_void(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        ada = make_booking(garage, "08:00").customer
    _create(desk_client, _typed(garage, customer=str(ada.public_id)), **HTMX)
    with tenant(garage.pk):
        assert Booking.objects.latest("pk").customer.name == "Priya Nair"


def test_business_needs_its_name_and_is_marked(garage: Garage, desk_client: Client) -> None:
    typed = _typed(garage, kind="business", company_name="Northgate Couriers", phone="020 7946 0112")
    assert _create(desk_client, typed, **HTMX).status_code == 200
    html = desk_client.get("/g/here/desk/", {"q": "couriers"}).content.decode()
    assert "Northgate Couriers" in html
    assert "Business account" in html
    found = desk_client.get("/g/here/desk/lookup/", {"company_name": "north"}).content.decode()
    assert "Northgate Couriers" in found


@pytest.mark.parametrize(
    "query",
    [
        "byron",
        "BYRON ada",
        "07700 900123",
        "900123",
        "brake",
        "saloon brake",
        "AB12",
        "ab12 cde",
        "ford",
        "focus byron",
    ],
)
def test_search_finds_by_everything_a_row_says(garage: Garage, desk_client: Client, query: str) -> None:
    with tenant(garage.pk):
        booking = make_booking(garage, "10:00")
        car = create_vehicle(
            customer=booking.customer, registration_typed="AB12 CDE", make="Ford", model="Focus", vehicle_type=None
        )
        mine = make_booking(garage, "11:00", customer=booking.customer, vehicle=car)
        make_booking(garage, "12:00", first_name="Zoë", last_name="Ünal", phone="07700 900999", services=["MOT test"])
    html = desk_client.get("/g/here/desk/", {"q": query}, headers=HTMX).content.decode()
    assert mine.reference in _rows(html)
    assert "Zoë" not in html
    assert _rows(desk_client.get("/g/here/desk/", {"q": mine.reference.lower()}).content.decode()) == [mine.reference]


@pytest.mark.parametrize("query", ["%", "_", "\\", "'; drop table", "zzz", "a" * 500, "b\x00c"])
def test_search_for_nonsense_finds_nothing_quietly(garage: Garage, desk_client: Client, query: str) -> None:
    with tenant(garage.pk):
        make_booking(garage, "10:00")
    answer = desk_client.get("/g/here/desk/", {"q": query})
    assert answer.status_code == 200
    assert _rows(answer.content.decode()) == []


def test_filters_show_one_status_and_count_all(garage: Garage, desk_client: Client, manager: Membership) -> None:
    with tenant(garage.pk):
        pending = make_booking(garage, "10:00")
        make_booking(garage, "11:00", phone="07700 900124")
        mine = confirm(make_booking(garage, "12:00", phone="07700 900125"), by=manager)
    day = next_open_day(garage).isoformat()
    html = desk_client.get("/g/here/desk/", {"day": day}).content.decode()
    assert set(_rows(html)) >= {pending.reference, mine.reference}
    assert re.findall(r"(All|Pending|Confirmed|No-show) <b [^>]*>(\d+)</b>", html) == [
        ("All", "3"),
        ("Pending", "2"),
        ("Confirmed", "1"),
        ("No-show", "0"),
    ]
    html = desk_client.get("/g/here/desk/", {"day": day, "status": "confirmed"}).content.decode()
    assert _rows(html) == [mine.reference]


def test_pages_and_rows_per_page(garage: Garage, desk_client: Client, receptionist: Membership) -> None:
    with tenant(garage.pk):
        for number in range(12):
            make_booking(garage, f"{8 + number // 2:02}:00", phone=f"07700 9001{number:02}")
    assert desk_client.post("/g/here/desk/rows/", {"rows": "10"}).status_code == 302
    receptionist.user.refresh_from_db()
    assert receptionist.user.rows_per_page == 10
    first = _rows(desk_client.get("/g/here/desk/").content.decode())
    second = _rows(desk_client.get("/g/here/desk/", {"page": 2}).content.decode())
    assert (len(first), len(second), len({*first, *second})) == (10, 2, 12)
    assert len(_rows(desk_client.get("/g/here/desk/", {"page": "99999"}).content.decode())) == 2
    assert desk_client.post("/g/here/desk/rows/", {"rows": "9999"}).status_code == 302
    receptionist.user.refresh_from_db()
    assert receptionist.user.rows_per_page == 10


@pytest.mark.parametrize("address", ["", "?day=2026-06-09", "?q=byron", "?status=pending"])
def test_desk_makes_eight_queries_at_most_whatever_the_rows(garage: Garage, desk_client: Client, address: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk_client.get(f"/g/here/desk/{address}").status_code == 200
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]])

    with tenant(garage.pk):
        make_booking(garage, "10:00")
    one = queries()
    with tenant(garage.pk):
        for number in range(4):
            make_booking(garage, f"{11 + number}:00", phone=f"07700 90012{number}")
    assert queries() == one
    assert one <= 8


def test_row_acts_where_it_is_shown(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        booking = make_booking(garage, "10:00")
    row = {"HX-Request": "true", "HX-Target": f"booking-{booking.reference}"}
    html = desk_client.post(f"/g/here/bookings/{booking.reference}/confirm/", headers=row).content.decode()
    assert _rows(html) == [booking.reference]
    assert "Ada Byron: Confirmed." in html
    assert "desk-filters" not in html
    on_the_desk = row | {"HX-Current-URL": "http://testserver/g/here/desk/?q=byron"}
    html = desk_client.post(f"/g/here/bookings/{booking.reference}/confirm/", headers=on_the_desk).content.decode()
    assert re.findall(r"(Pending|Confirmed) <b [^>]*>(\d+)</b>", html) == [("Pending", "0"), ("Confirmed", "1")]
    assert 'href="/g/here/desk/?q=byron&amp;status=confirmed"' in html
    html = desk_client.post(f"/g/here/bookings/{booking.reference}/check-in/", headers=row).content.decode()
    assert "Here" in html
    with tenant(garage.pk):
        booking.refresh_from_db()
        assert (booking.status, booking.arrived_at is not None) == (Status.CONFIRMED, True)


# --- The type a make and model usually have ------------------------------------------------------------------------
def _type_after(client: Client, **typed: str) -> tuple[str, bool]:
    """The name of the ticked vehicle type, and whether the form remembers that somebody ticked it."""
    page = client.post("/g/here/desk/form/", typed, headers=HTMX).content.decode()
    ticked = re.search(r'name="vehicle_type"[^>]* checked[^>]*>([^<]+)', page)
    assert ticked
    return ticked[1], 'name="type_chosen" value="on"' in page


def test_the_usual_type_of_a_model_is_proposed_and_never_overrules(garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        saloon, van = VehicleType.objects.order_by("position")
        for kind in (van, van, saloon):
            make_vehicle(None, make="Ford", model="Transit", vehicle_type=kind)
        make_vehicle(None, make="Ford", model="Fiesta", vehicle_type=saloon)
    transit = {"make": "Ford", "model": "Transit", "changed": "model"}
    assert _type_after(desk_client, **transit) == ("Van", False)
    assert _type_after(desk_client, **transit | {"model": "Fiesta"}) == ("Saloon", False)
    assert _type_after(desk_client, **transit | {"model": "Ka"}) == ("Saloon", False)  # nobody has one: as before
    chosen = {"vehicle_type": str(saloon.public_id), "type_chosen": "on"}
    assert _type_after(desk_client, **chosen, changed="job") == ("Saloon", True)
    assert _type_after(desk_client, **transit | chosen) == ("Saloon", True)


def test_a_search_shows_the_nearest_and_leads_to_all(garage: Garage, desk_client: Client, receptionist: Any) -> None:
    receptionist.user.rows_per_page = 10
    receptionist.user.save()
    with tenant(garage.pk):
        made = [make_booking(garage, f"{8 + number // 2:02}:{number % 2 * 30:02}") for number in range(12)]
        made.sort(key=lambda booking: booking.starts_at)
        name = made[0].customer.last_name
    html = desk_client.get("/g/here/desk/", {"q": name}, headers=HTMX).content.decode()
    assert _rows(html) == [booking.reference for booking in made[:10]]
    assert f'href="/g/here/bookings/?q={name}"' in html
    few = desk_client.get("/g/here/desk/", {"q": made[0].reference}, headers=HTMX).content.decode()
    assert _rows(few) == [made[0].reference]
    assert "/bookings/?q=" not in few
