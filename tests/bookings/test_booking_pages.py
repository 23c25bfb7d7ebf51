"""One booking's page: who may do what on it, editing, and the history it tells."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.enums import Status
from bookings.models import Booking
from bookings.services import cancel, check_in, complete, confirm, start_service
from garages.enums import Role
from garages.models import Bay, Garage, Membership, Service, Technician
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import make_booking, next_open_day, service_named
from tests.factories.garages import make_member


@pytest.fixture
def booking(garage: Garage) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        return make_booking(garage, "10:00", services=["Full service"], workshop_notes="Squeals")


def _page(client: Client, booking: Booking, rest: str = "") -> str:
    answer = client.get(f"/g/here/bookings/{booking.reference}/{rest}")
    assert answer.status_code == 200
    return answer.content.decode()


def _buttons(html: str) -> list[str]:
    """The names of the acts on the page, in order."""
    acts = html.split('class="hero__acts"')[1].split("</article>", maxsplit=1)[0]
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"</svg>([^<]+)", acts)]


def _typed(booking: Booking, **changes: Any) -> dict[str, Any]:
    with tenant(booking.garage_id), transaction.atomic():
        setup = load_setup(booking.garage)
        booking.refresh_from_db()
        local = booking.starts_at.astimezone(booking.garage.zone)
        services = {service.pk: service.public_id for service in setup.services}
        kinds = {kind.pk: kind.public_id for kind in setup.vehicle_types}
        return {
            "version": booking.version,
            "vehicle_type": kinds[booking.vehicle_type_id],
            "service": [services[line.service_id] for line in booking.lines.all()],
            "date": local.date().isoformat(),
            "time": f"{local:%H:%M}",
            "workshop_notes": booking.workshop_notes,
        } | changes


def _edit(client: Client, booking: Booking, **changes: Any) -> Any:
    return client.post(f"/g/here/bookings/{booking.reference}/edit/", _typed(booking, **changes))


def test_page_says_what_was_booked(booking: Booking, desk_client: Client) -> None:
    html = _page(desk_client, booking)
    for words in ["Ada Byron", "07700 900123", "Full service", "£199.00", "Source: reception", "Squeals", "Bay 1"]:
        assert words in html
    assert _page(desk_client, booking).count("<h1") == 1
    assert desk_client.get(f"/g/here/bookings/{booking.reference.lower()}/").status_code == 200


@pytest.mark.parametrize(
    ("verbs", "buttons"),
    [
        ([], ["Confirm", "Edit", "No-show", "Decline", "Cancel booking"]),
        ([confirm], ["Start service", "Edit", "No-show", "Cancel booking"]),
        ([confirm, start_service], ["Complete", "Edit", "Cancel booking"]),
        ([confirm, start_service, complete], ["Edit", "Reopen"]),
    ],
)
def test_buttons_are_those_of_the_status(
    garage: Garage, desk_client: Client, receptionist: Membership, verbs: list[Any], buttons: list[str]
) -> None:
    with tenant(garage.pk):
        booking = make_booking(garage, day=next_open_day(garage, after=2))  # tomorrow's may be due late in the evening
        for verb in verbs:
            verb(booking, by=receptionist)
    assert _buttons(_page(desk_client, booking)) == buttons


def test_every_button_does_what_it_says(booking: Booking, desk_client: Client) -> None:
    for verb, status in [
        ("confirm", Status.CONFIRMED),
        ("start", Status.IN_SERVICE),
        ("complete", Status.COMPLETED),
        ("reopen", Status.IN_SERVICE),
    ]:
        answer = desk_client.post(f"/g/here/bookings/{booking.reference}/{verb}/")
        assert answer.status_code == 302
        with tenant(booking.garage_id):
            booking.refresh_from_db()
        assert booking.status == status
    answer = desk_client.post(f"/g/here/bookings/{booking.reference}/cancel/", {"reason": ""})
    assert answer.status_code == 422
    assert "Say why." in answer.content.decode()
    desk_client.post(f"/g/here/bookings/{booking.reference}/cancel/", {"reason": "Sold the car"})
    assert "Reason: Sold the car" in _page(desk_client, booking)


def test_illegal_move_is_a_sentence_not_an_error(booking: Booking, desk_client: Client) -> None:
    answer = desk_client.post(f"/g/here/bookings/{booking.reference}/complete/", follow=True)
    assert answer.status_code == 200
    assert "This booking is “Pending”: it cannot become “Completed”." in answer.content.decode()


def test_right_to_confirm_can_be_withheld(booking: Booking, garage: Garage, desk_client: Client) -> None:
    garage.receptionists_confirm = False
    garage.save()
    assert "Confirm" not in _buttons(_page(desk_client, booking))
    answer = desk_client.post(f"/g/here/bookings/{booking.reference}/confirm/", follow=True)
    assert "may not confirm" in answer.content.decode()
    with tenant(garage.pk):
        booking.refresh_from_db()
    assert booking.status == Status.PENDING


def test_edit_changes_service_date_and_notes(booking: Booking, garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        mot = service_named(load_setup(garage), "MOT test").public_id
    day = next_open_day(garage, after=8)
    answer = _edit(desk_client, booking, service=[mot], date=day.isoformat(), time="14:00", workshop_notes="Pulls")
    assert answer.status_code == 302
    with tenant(garage.pk):
        booking.refresh_from_db()
        assert f"{booking.starts_at.astimezone(garage.zone):%Y-%m-%d %H:%M}" == f"{day} 14:00"
        assert ([line.name for line in booking.lines.all()], booking.workshop_notes) == (["MOT test"], "Pulls")


def test_edit_form_shows_the_time_it_has_even_off_the_grid(booking: Booking, desk_client: Client) -> None:
    with tenant(booking.garage_id):
        shift = timedelta(minutes=10)
        moments = ["starts_at", "ends_at", "held_from", "held_until", "ready_at"]
        Booking.objects.filter(pk=booking.pk).update(**{name: F(name) + shift for name in moments})
    assert re.search(r'name="time" value="10:10" checked', _page(desk_client, booking, "edit/"))
    assert _edit(desk_client, booking, workshop_notes="x").status_code == 302


def test_notes_of_a_past_booking_can_be_edited(booking: Booking, desk_client: Client, receptionist: Membership) -> None:
    with tenant(booking.garage_id):
        cancel(booking, reason="x", by=receptionist)
        back = booking.ends_at - booking.starts_at
        old = booking.starts_at.replace(year=booking.starts_at.year - 1)
        Booking.objects.filter(pk=booking.pk).update(
            starts_at=old, held_from=old, ends_at=old + back, held_until=old + back, ready_at=old + back
        )
    assert _edit(desk_client, booking, workshop_notes="Called twice").status_code == 302
    assert "Called twice" in _page(desk_client, booking)


def test_clash_while_editing_keeps_what_was_typed(booking: Booking, garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        Bay.objects.filter(name="MOT bay").update(is_active=False)
        make_booking(garage, "14:00", phone="07700 900124")
    answer = _edit(desk_client, booking, time="14:00", workshop_notes="Typed with care")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "just been taken" in html
    assert "Typed with care" in html


def test_price_is_the_managers(booking: Booking, desk_client: Client, manager_client: Client) -> None:
    with tenant(booking.garage_id):
        service = Service.objects.get(name="Full service").public_id
    assert "Price of Full service" not in _page(desk_client, booking, "edit/")
    assert "Price of Full service" in _page(manager_client, booking, "edit/")
    answer = _edit(desk_client, booking, **{f"price-{service}": "1"})
    assert answer.status_code == 422
    assert "needs a manager" in answer.content.decode()
    assert _edit(manager_client, booking, **{f"price-{service}": "dear"}).status_code == 422
    assert _edit(manager_client, booking, **{f"price-{service}": "150.50"}).status_code == 302
    assert "£150.50" in _page(desk_client, booking)


@pytest.mark.django_db(transaction=True)  # history tells acts apart by their transactions
def test_history_tells_who_when_what(
    booking: Booking, garage: Garage, desk_client: Client, manager_client: Client
) -> None:
    desk_client.post(f"/g/here/bookings/{booking.reference}/confirm/")
    _edit(manager_client, booking, time="15:00", workshop_notes="Rattles")
    html = _page(desk_client, booking).split('class="timeline"')[1]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    moved, confirmed, made = text.index("moved the booking"), text.index("confirmed the booking"), text.index("Booked")
    assert moved < confirmed < made
    assert "Manager of Here Motors moved the booking" in text
    assert "Receptionist of Here Motors confirmed the booking" in text
    assert re.search(r"Start: .*10:00 → .*15:00", text)
    assert "Notes: Squeals → Rattles" in text


def test_history_costs_the_same_whatever_happened(booking: Booking, desk_client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            _page(desk_client, booking)
        return len(captured)

    _edit(desk_client, booking, workshop_notes="1")
    few = queries()
    for number in range(4):
        _edit(desk_client, booking, workshop_notes=f"again {number}")
    assert queries() == few


def test_technician_sees_own_jobs_only(booking: Booking, garage: Garage, technician: Membership) -> None:
    client = logged_in(technician.user)
    with tenant(garage.pk):
        sam = Technician.objects.get()
        sam.membership = technician
        sam.save()
        eve = Technician.objects.create(name="Eve")
        Booking.objects.filter(pk=booking.pk).update(technician=sam)
    html = _page(client, booking)
    assert "Cancel booking" not in html
    assert "/customers/" not in html
    assert client.post(f"/g/here/bookings/{booking.reference}/confirm/").status_code == 403
    assert client.get(f"/g/here/bookings/{booking.reference}/edit/").status_code == 403
    with tenant(garage.pk):
        Booking.objects.filter(pk=booking.pk).update(technician=eve)
    assert client.get(f"/g/here/bookings/{booking.reference}/").status_code == 404
    assert client.post(f"/g/here/bookings/{booking.reference}/start/").status_code == 404


def test_my_day_shows_own_jobs_in_order(garage: Garage, technician: Membership, receptionist: Membership) -> None:
    with tenant(garage.pk):
        sam = Technician.objects.get()
        sam.membership = technician
        sam.save()
        mine, started = make_booking(garage, "15:00"), make_booking(garage, "10:00", phone="07700 900124")
        start_service(confirm(started, by=receptionist), by=receptionist)
        Booking.objects.filter(pk__in=[mine.pk, started.pk]).update(technician=sam)
    html = logged_in(technician.user).get("/g/here/my-day/").content.decode()
    assert started.reference in html
    assert mine.reference not in html  # not today's
    unlinked = logged_in(make_member(garage, Role.TECHNICIAN, email="new@here.example").user)
    assert "not linked to a technician" in unlinked.get("/g/here/my-day/").content.decode()


def test_all_bookings_filters_and_searches(booking: Booking, garage: Garage, desk_client: Client) -> None:
    with tenant(garage.pk):
        other = make_booking(garage, "12:00", first_name="Bob", last_name="Stone", phone="07700 900124")

    def found(**wanted: str) -> set[str]:
        html = desk_client.get("/g/here/bookings/", wanted).content.decode()
        return set(re.findall(r'id="booking-([A-Z0-9]{6})"', html))

    day = next_open_day(garage).isoformat()
    assert found() == {booking.reference, other.reference}
    assert found(q="stone") == {other.reference}
    assert found(status="cancelled") == found(source="online") == found(**{"from": "2040-01-01"}) == set()
    assert found(**{"from": day, "to": day}) == {booking.reference, other.reference}
    assert found(status="nonsense", page="x", **{"from": "yesterday"}) == {booking.reference, other.reference}


def test_past_bookings_of_a_customer(booking: Booking, desk_client: Client) -> None:
    address = f"/g/here/bookings/of-customer/{booking.customer.public_id}/"
    assert booking.reference in desk_client.get(address).content.decode()
    part = desk_client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert booking.reference in part


def test_checked_in_car_is_ready_to_start(booking: Booking, desk_client: Client, receptionist: Membership) -> None:
    with tenant(booking.garage_id):
        check_in(confirm(booking, by=receptionist), by=receptionist)
    assert _buttons(_page(desk_client, booking)) == ["Start service", "Edit", "Cancel booking"]
