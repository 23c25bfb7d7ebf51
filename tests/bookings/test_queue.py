"""A company's queue through its pages: filled, kept, submitted, with a result for each row."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.enums import Status
from bookings.models import Batch
from bookings.views.drawing import with_queue
from customers.models import Customer
from garages.enums import Role
from garages.models import Garage, Membership
from garages.setup import load_setup
from garages.tenancy.context import tenant
from integrations.vehicles import answers
from tests.bookings.queueing import HTMX, add, bookings_of, post, queue_of, rows_in, typed_form
from tests.conftest import logged_in
from tests.factories.bookings import make_booking, next_open_day, service_named
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle
from tests.factories.garages import make_member

pytestmark = pytest.mark.django_db
LETTERS = "ABCDEFGHJKLMNOPRSTUV"
TWENTY = [f"EX70 LV{letter}" for letter in LETTERS]


def test_pasted_plates_become_rows_once(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    with tenant(garage.pk), transaction.atomic():
        known = make_vehicle(couriers, "EX70 LVA")
    html = add(desk_client, garage, couriers, "ex70 lva", "EX70LVB", "", " ex70-lvb ")
    assert len(rows_in(html)) == 2
    assert len(rows_in(add(desk_client, garage, couriers, "EX70 LVA", "EX70 LVC"))) == 3
    entries = queue_of(garage)
    assert [entry.registration for entry in entries] == ["EX70LVA", "EX70LVB", "EX70LVC"]
    assert [entry.vehicle_id for entry in entries] == [known.pk, None, None]


def test_queue_is_there_after_a_reload(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    """With the company, the work and the start that were chosen."""
    add(desk_client, garage, couriers, "EX70 LVA", "EX70 LVB", time="09:30")
    for page in (
        desk_client.get("/g/here/desk/"),
        desk_client.post("/g/here/desk/quick/"),
        desk_client.post("/g/here/desk/form/", {"kind": "business"}, headers=HTMX),
    ):
        html = page.content.decode()
        assert len(rows_in(html)) == 2
        assert re.search(r'name="company_name" value="Northgate Couriers"', html)
        assert re.search(r"<option [^>]*Brake check[^>]*selected", html)
        assert re.search(r'name="time" value="09:30" checked', html)
    assert rows_in(desk_client.post("/g/here/desk/form/", {"kind": "individual"}, headers=HTMX).content.decode()) == []


def test_what_was_chosen_stands_while_the_form_says_nothing(
    garage: Garage, desk_client: Client, couriers: Customer, receptionist: Membership
) -> None:
    add(desk_client, garage, couriers, "EX70 LVA")
    add(desk_client, garage, couriers, "EX70 LVB", service="", time="")
    brake_check = queue_of(garage)[0].services
    assert [entry.services for entry in queue_of(garage)] == [brake_check, brake_check]
    with tenant(garage.pk), transaction.atomic():
        untouched = QueryDict("kind=business&company_name=Able")
        assert with_queue(untouched, load_setup(garage), receptionist) is untouched


def test_two_desks_do_not_disturb_each_other(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    colleague = logged_in(make_member(garage, Role.RECEPTIONIST, email="second@here.example").user)
    add(desk_client, garage, couriers, "EX70 LVA")
    assert len(rows_in(add(colleague, garage, couriers, "EX70 LVA"))) == 1
    mine, theirs = queue_of(garage)
    typed = typed_form(garage, couriers)
    for act in ("remove", "duplicate"):
        assert len(rows_in(post(colleague, f"{mine.public_id}/{act}/", typed).content.decode())) == 1
    assert rows_in(post(colleague, "clear/", typed).content.decode()) == []
    assert queue_of(garage) == [mine]
    assert theirs.membership_id != mine.membership_id
    assert len(rows_in(desk_client.get("/g/here/desk/").content.decode())) == 1


def test_two_garages_never_see_each_others_queue(
    garage: Garage, other_garage: Garage, desk_client: Client, couriers: Customer, stranger: Membership
) -> None:
    """Somebody who works in both, and somebody who does not."""
    add(desk_client, garage, couriers, "EX70 LVA")
    [entry] = queue_of(garage)
    Membership.objects.create(garage=other_garage, user=entry.membership.user, role=Role.RECEPTIONIST)
    assert rows_in(desk_client.get("/g/there/desk/").content.decode()) == []
    asked = desk_client.post(f"/g/there/desk/queue/{entry.public_id}/remove/", typed_form(garage, couriers))
    assert asked.status_code == 404
    assert logged_in(stranger.user).post("/g/here/desk/queue/clear/", typed_form(garage, couriers)).status_code == 404
    assert queue_of(garage) == [entry]


def test_a_bad_row_never_loses_the_others(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    bad = "NO PLATE AT ALL 12345"
    add(desk_client, garage, couriers, *TWENTY[:9], bad, *TWENTY[9:19])
    answer = post(desk_client, "submit/", typed_form(garage, couriers))
    html = answer.content.decode()
    assert answer.status_code == 200
    bookings = bookings_of(garage)
    assert [booking.vehicle.registration for booking in bookings if booking.vehicle] == [
        plate.replace(" ", "") for plate in TWENTY[:19]
    ]
    assert {booking.customer_id for booking in bookings} == {couriers.pk}
    [left] = queue_of(garage)
    assert (left.registration_typed, left.problem) == (bad, "That is no registration.")
    assert rows_in(html) == [str(left.public_id)]
    assert "That is no registration." in html
    assert all(booking.reference in html for booking in bookings)


def test_each_row_gets_the_next_start_there_is(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    """Two bays take two half-hour jobs at a time; one is taken at nine."""
    with tenant(garage.pk), transaction.atomic():
        make_booking(garage, "09:00")
    html = add(desk_client, garage, couriers, *TWENTY[:6])
    planned = ["08:00", "08:00", "08:30", "08:30", "09:00", "09:30"]
    assert re.findall(r"<small>[^<]*, (\d\d:\d\d)</small>", html) == planned
    assert "There is no room for all of them at one time" in html
    post(desk_client, "submit/", typed_form(garage, couriers))
    made = bookings_of(garage)[1:]
    assert [f"{booking.starts_at.astimezone(garage.zone):%H:%M}" for booking in made] == planned


def test_a_full_day_spreads_over_the_next(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    Garage.objects.filter(pk=garage.pk).update(cars_a_day=2)
    add(desk_client, garage, couriers, *TWENTY[:3])
    post(desk_client, "submit/", typed_form(garage, couriers))
    days = [booking.starts_at.astimezone(garage.zone).date() for booking in bookings_of(garage)]
    assert days[0] == days[1] == next_open_day(garage)
    assert days[2] > days[1]


def test_submitted_twice_each_row_is_booked_once(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    add(desk_client, garage, couriers, *TWENTY[:3])
    typed = typed_form(garage, couriers)
    _first, second = (post(desk_client, "submit/", typed).content.decode() for _time in range(2))
    references = [booking.reference for booking in bookings_of(garage)]
    assert len(references) == 3
    assert all(reference in second for reference in references)
    again = post(desk_client, "submit/", typed_form(garage, couriers))
    assert (again.status_code, len(bookings_of(garage))) == (422, 3)
    assert "The queue is empty." in again.content.decode()


def test_undo_takes_the_whole_batch_back(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    add(desk_client, garage, couriers, *TWENTY[:3])
    html = post(desk_client, "submit/", typed_form(garage, couriers)).content.decode()
    steps = re.findall(r'name="step" value="([^"]+)"', html)
    assert len(steps) == 3
    assert desk_client.post("/g/here/desk/undo/", {"step": steps}).status_code == 302
    assert [(booking.status, booking.reason) for booking in bookings_of(garage)] == [(Status.CANCELLED, "Undone")] * 3


def test_work_may_be_chosen_row_by_row(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    add(desk_client, garage, couriers, "EX70 LVA", "EX70 LVB")
    _first, second = queue_of(garage)
    with tenant(garage.pk):
        mot = service_named(load_setup(garage), "MOT test").public_id
    chosen = {"each": "on", f"service-{second.public_id}": mot}
    assert post(desk_client, "", typed_form(garage, couriers, **chosen)).status_code == 200
    post(desk_client, "submit/", typed_form(garage, couriers, each="on"))
    assert [booking.lines.all()[0].name for booking in bookings_of(garage)] == ["Brake check", "MOT test"]


def test_the_fleet_is_ticked_and_unticked(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    with tenant(garage.pk), transaction.atomic():
        van, other = make_vehicle(couriers, "EX70 LVA"), make_vehicle(make_customer(), "EX70 LVB")
    key = str(van.public_id)
    assert (
        len(rows_in(post(desk_client, "pick/", typed_form(garage, couriers, picked=key, fleet=[key])).content.decode()))
        == 1
    )
    assert rows_in(post(desk_client, "pick/", typed_form(garage, couriers, picked=key)).content.decode()) == []
    foreign = str(other.public_id)
    answer = post(desk_client, "pick/", typed_form(garage, couriers, picked=foreign, fleet=[foreign]))
    assert rows_in(answer.content.decode()) == []


def test_copies_are_other_cars_of_the_same_kind(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    with tenant(garage.pk), transaction.atomic():
        make_vehicle(couriers, "EX70 LVA", make="Ford", model="Transit")
    add(desk_client, garage, couriers, "EX70 LVA")
    [first] = queue_of(garage)
    for _copy in range(2):
        post(desk_client, f"{first.public_id}/duplicate/", typed_form(garage, couriers))
    named = queue_of(garage)[1]
    post(desk_client, "", typed_form(garage, couriers, **{f"plate-{named.public_id}": "EX70 LVB"}))
    post(desk_client, "submit/", typed_form(garage, couriers))
    cars = [booking.vehicle for booking in bookings_of(garage) if booking.vehicle]
    assert [(car.registration, car.description) for car in cars] == [
        ("EX70LVA", "Ford Transit"),
        ("EX70LVB", "Ford Transit"),
        ("", "Ford Transit"),
    ]
    assert len({car.pk for car in cars}) == 3


def test_without_scripts_the_buttons_do_the_same(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    """A new company, added in place; the last plate still stands in the form."""
    typed = typed_form(garage, couriers, customer="", company_name="Able Plumbing", phone="020 7946 0113")
    page = desk_client.post("/g/here/desk/queue/add/", typed | {"registration": "EX70 LVA\nEX70 LVB"}).content.decode()
    assert len(rows_in(page)) == 2
    with tenant(garage.pk), transaction.atomic():
        able = Customer.objects.get(company_name="Able Plumbing")
    typed |= {"customer": str(able.public_id), "registration": "EX70 LVC"}
    answer = desk_client.post("/g/here/desk/create/", typed, follow=True)
    bookings = bookings_of(garage)
    assert [booking.customer_id for booking in bookings] == [able.pk] * 3
    html = answer.content.decode()
    assert "3 bookings for Able Plumbing" in html
    assert all(booking.reference in html for booking in bookings)


def test_what_cannot_be_queued_says_so(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    nobody = typed_form(garage, couriers, customer="", company_name="", registration="EX70 LVA")
    answer = post(desk_client, "add/", nobody)
    assert answer.status_code == 422
    assert "Which company is it?" in answer.content.decode()
    assert "EX70 LVA" in answer.content.decode()
    assert post(desk_client, "add/", nobody | {"kind": "individual"}).status_code == 422
    many = "\n".join(f"AB{number:02} CDE" for number in range(101))
    strip = {**HTMX, "HX-Target": "form-queue"}
    typed = typed_form(garage, couriers, registration=many)
    answer = desk_client.post("/g/here/desk/queue/add/", typed, headers=strip)
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (422, "none")
    assert "A queue holds 100 vehicles" in answer.content.decode()
    assert queue_of(garage) == []


@pytest.mark.django_db(transaction=True)
def test_rows_that_were_answered_come_by_themselves(
    garage: Garage, desk_client: Client, couriers: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(answers, "hand_over", lambda _task, pk, **_more: asked.append(pk))
    html = add(desk_client, garage, couriers, "BD18 SMR", "NF21 XXX")
    focus, unknown = rows_in(html)
    assert html.count("Looking up the plate") == 2
    answers.answer(asked[0])
    awaited = {"awaited": f"{focus} {unknown}", "asked": "0"}
    answer = post(desk_client, "look/", typed_form(garage, couriers, **awaited)).content.decode()
    assert rows_in(answer) == [focus]
    assert "Ford Focus" in answer
    assert f'"awaited": "{unknown} "' in answer
    answers.answer(asked[1])
    answer = post(desk_client, "look/", typed_form(garage, couriers, awaited=unknown, asked="1")).content.decode()
    assert "No vehicle is registered as NF21 XXX." in answer
    assert "hx-post" not in answer.split("<li")[0]


def test_batches_remember_what_they_were_made_of(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    add(desk_client, garage, couriers, *TWENTY[:2])
    post(desk_client, "submit/", typed_form(garage, couriers))
    with tenant(garage.pk), transaction.atomic():
        batch = Batch.objects.get()
        assert [entry.booking for entry in batch.entries.all()] == bookings_of(garage)
        assert batch.created_at > timezone.now() - timedelta(minutes=1)


def test_key_tags_are_printed_of_a_batch_and_of_a_day(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    add(desk_client, garage, couriers, *TWENTY[:2])
    html = post(desk_client, "submit/", typed_form(garage, couriers)).content.decode()
    address = re.search(r'href="(/g/here/planner/tags/\?batch=[0-9a-f-]+)"', html)
    assert address
    with tenant(garage.pk), transaction.atomic():
        other = make_booking(garage, "12:00")
    batch = desk_client.get(address[1]).content.decode()
    day = desk_client.get(f"/g/here/planner/tags/?day={next_open_day(garage)}").content.decode()
    references = [booking.reference for booking in bookings_of(garage)]
    assert [reference in batch for reference in references] == [True, True, False]
    assert [reference in day for reference in references] == [True, True, True]
    assert other.reference == references[2]
    assert batch.count("EX70 LV") == day.count("EX70 LV") == 2


def test_queue_takes_the_same_queries_however_long(garage: Garage, desk_client: Client, couriers: Customer) -> None:
    with tenant(garage.pk), transaction.atomic():
        for plate in TWENTY[:6]:
            make_vehicle(couriers, plate)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk_client.get("/g/here/desk/")
        return len(asked)

    add(desk_client, garage, couriers, TWENTY[0], "NF21 XXA")
    short = queries()
    add(desk_client, garage, couriers, *TWENTY[1:6], "NF21 XXB", "NF21 XXC")
    assert queries() == short
