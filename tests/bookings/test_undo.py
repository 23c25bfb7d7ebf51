"""Undo instead of "are you sure": every act at the counter can be taken back, to the letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils.html import escape

from bookings.enums import Source, Status
from bookings.errors import BookingError, ChangedMeanwhile, SlotTaken
from bookings.models import Booking
from bookings.services import cancel, check_in, confirm, start_service
from bookings.services.undo import undo
from fleet.models import Vehicle
from garage_desk.demo.writer import without_history
from garages.enums import Role
from garages.models import Bay, Garage, Membership
from garages.tenancy.context import tenant
from tests.bookings.acts import act, edited, fresh, state
from tests.conftest import logged_in
from tests.factories.bookings import at, make_booking
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle
from tests.factories.garages import make_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def booking(garage: Garage, receptionist: Membership) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        customer = make_customer("Ada Byron", phone="07700 900123")
        vehicle = make_vehicle(customer, registration="AB12 CDE")
        return make_booking(
            garage, "10:00", services=["Full service"], customer=customer, vehicle=vehicle, by=receptionist
        )


def test_undo_writes_the_state_before_again(booking: Booking, garage: Garage, receptionist: Membership) -> None:
    before = state(garage)
    confirmed = act(booking, confirm, by=receptionist)
    done = act(booking, undo, version=confirmed.version, by=receptionist)
    assert (done.kind, done.booking.version, state(garage)) == (Status.CONFIRMED, 3, before)


def test_an_edit_of_everything_is_undone(booking: Booking, garage: Garage, receptionist: Membership) -> None:
    act(booking, confirm, by=receptionist)
    before = state(garage)
    changed = edited(
        booking,
        receptionist,
        services=["Brake check", "MOT test"],
        starts_at=at(garage, "14:00"),
        vehicle=None,
        workshop_notes="Squeals",
    )
    assert state(garage) != before
    assert act(booking, undo, version=changed.version, by=receptionist).kind == "moved"
    assert state(garage) == before


def test_undoing_can_be_undone(booking: Booking, garage: Garage, receptionist: Membership) -> None:
    changed = edited(booking, receptionist, services=["Full service", "Brake check"])
    after = state(garage)
    version = act(booking, undo, version=changed.version, by=receptionist).booking.version
    assert act(booking, undo, version=version, by=receptionist).kind == "undone"
    assert state(garage) == after


def test_a_new_booking_becomes_cancelled(booking: Booking, garage: Garage, receptionist: Membership) -> None:
    done = act(booking, undo, version=1, by=receptionist)
    assert (done.kind, done.booking.status, done.booking.reason) == ("created", Status.CANCELLED, "Undone")
    with tenant(garage.pk), transaction.atomic():
        vehicle = Vehicle.objects.get()
        assert (vehicle.used_at, vehicle.customer_id) == (None, booking.customer_id)


def test_what_customers_book_themselves_is_not_undone(garage: Garage, receptionist: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        theirs = make_booking(garage, source=Source.ONLINE)
    with pytest.raises(BookingError, match="may not undo"):
        act(theirs, undo, version=1, by=receptionist)


def test_somebody_changed_it_since(booking: Booking, garage: Garage, receptionist: Membership) -> None:
    seen = act(booking, confirm, by=receptionist).version
    act(booking, check_in, by=receptionist)
    before = state(garage)
    with pytest.raises(ChangedMeanwhile, match="changed this booking since"):
        act(booking, undo, version=seen, by=receptionist)
    assert state(garage) == before


def test_the_bay_was_given_away(booking: Booking, garage: Garage, receptionist: Membership) -> None:
    cancelled = act(booking, cancel, reason="Ill", by=receptionist)
    with tenant(garage.pk), transaction.atomic():
        Bay.objects.filter(name="MOT bay").update(is_active=False)
        make_booking(garage, "10:30", last_name="Nair", first_name="Priya", phone="07700 900456")
    before = state(garage)
    with pytest.raises(SlotTaken, match="bay it had then is taken"):
        act(booking, undo, version=cancelled.version, by=receptionist)
    assert state(garage) == before


@pytest.mark.parametrize(
    ("verbs", "role", "confirms", "allowed"),
    [
        ([confirm], Role.RECEPTIONIST, True, True),
        ([confirm], Role.RECEPTIONIST, False, False),
        ([check_in], Role.RECEPTIONIST, False, True),
        ([confirm], Role.MANAGER, False, True),
        ([confirm], Role.TECHNICIAN, True, False),
        ([confirm, start_service], Role.TECHNICIAN, False, True),
        ([check_in], Role.TECHNICIAN, True, False),
    ],
)
def test_who_could_do_it_may_undo_it(
    garage: Garage, owner: Membership, verbs: list[Any], role: Role, confirms: bool, allowed: bool
) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage)
    for verb in verbs:
        changed = act(booking, verb, by=owner)
    Garage.objects.filter(pk=garage.pk).update(receptionists_confirm=confirms)
    garage.refresh_from_db()
    by = make_member(garage, role)
    if allowed:
        assert act(booking, undo, version=changed.version, by=by).booking.version == changed.version + 1
    else:
        with pytest.raises(BookingError, match="may not undo"):
            act(booking, undo, version=changed.version, by=by)


def test_a_managers_price_is_the_managers_to_undo(
    booking: Booking, garage: Garage, manager: Membership, receptionist: Membership
) -> None:
    before = state(garage)
    service = before["lines"][0]["service_id"]
    changed = edited(booking, manager, prices={service: 100})
    with pytest.raises(BookingError, match="may not undo"):
        act(booking, undo, version=changed.version, by=receptionist)
    act(booking, undo, version=changed.version, by=manager)
    assert state(garage) == before


def test_an_act_without_a_past_is_left_alone(garage: Garage, receptionist: Membership) -> None:
    """Rows loaded without history: the first act on them has nothing to go back to."""
    with tenant(garage.pk), transaction.atomic(), without_history():
        loaded = make_booking(garage)
    changed = act(loaded, confirm, by=receptionist)
    with pytest.raises(BookingError, match="not recorded"):
        act(loaded, undo, version=changed.version, by=receptionist)


# --- The button ---------------------------------------------------------------------------------------------------
def test_the_confirmation_offers_it_for_ten_seconds(booking: Booking, desk_client: Client) -> None:
    page = desk_client.post(f"/g/here/bookings/{booking.reference}/confirm/", follow=True).content.decode()
    toast = page.split('class="toast"')[1].split("</form>")[0]
    assert 'data-toast="10"' in toast
    assert f'value="{booking.reference}.2"' in toast
    assert 'data-key="z"' in toast
    answer = desk_client.post("/g/here/desk/undo/", {"step": f"{booking.reference}.2"}, follow=True)
    assert answer.redirect_chain == [(f"/g/here/bookings/{booking.reference}/", 302)]
    assert "Ada Byron: “Confirmed” undone." in answer.content.decode()
    assert fresh(booking).status == Status.PENDING


def test_a_step_somebody_else_took_is_theirs(booking: Booking, desk_client: Client, manager: Membership) -> None:
    act(booking, confirm, by=manager)
    page = desk_client.post(f"/g/here/bookings/{booking.reference}/confirm/", follow=True).content.decode()
    assert "Ada Byron: Confirmed." in page
    assert 'data-toast="10"' not in page


def test_on_the_desk_only_the_news_comes_back(booking: Booking, desk_client: Client, receptionist: Membership) -> None:
    act(booking, confirm, by=receptionist)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/g/here/desk/?status=pending"}
    answer = desk_client.post("/g/here/desk/undo/", {"step": f"{booking.reference}.2"}, headers=headers)
    assert answer.headers["HX-Trigger"] == "desk-changed"
    assert "“Confirmed” undone" in answer.content.decode()
    headers["HX-Current-URL"] = f"http://testserver/g/here/bookings/{booking.reference}/"
    answer = desk_client.post("/g/here/desk/undo/", {"step": f"{booking.reference}.3"}, headers=headers)
    assert answer.headers["HX-Refresh"] == "true"


def test_several_are_undone_together_or_not_at_all(
    booking: Booking, garage: Garage, desk_client: Client, receptionist: Membership
) -> None:
    with tenant(garage.pk), transaction.atomic():
        second = make_booking(garage, "14:00")
    act(booking, confirm, by=receptionist)
    act(second, confirm, by=receptionist)
    before = state(garage)
    stale = {"step": [f"{booking.reference}.2", f"{second.reference}.1"]}
    page = desk_client.post("/g/here/desk/undo/", stale, follow=True).content.decode()
    assert "Somebody changed this booking since" in page
    assert state(garage) == before
    desk_client.post("/g/here/desk/undo/", {"step": [f"{booking.reference}.2", f"{second.reference}.2"]})
    assert [fresh(one).status for one in (booking, second)] == [Status.PENDING, Status.PENDING]


@pytest.mark.parametrize("step", ["", "ABC", "ABC.x"])
def test_nonsense_is_a_bad_request(garage: Garage, desk_client: Client, step: str) -> None:
    assert desk_client.post("/g/here/desk/undo/", {"step": step} if step else {}).status_code == 400


# --- History ------------------------------------------------------------------------------------------------------
def test_history_tells_it_and_offers_the_last_act(
    booking: Booking, desk_client: Client, receptionist: Membership, technician: Membership
) -> None:
    button = 'name="step"'
    page = desk_client.get(f"/g/here/bookings/{booking.reference}/").content.decode()
    assert button not in page  # a new booking is cancelled, with a reason
    act(booking, confirm, by=receptionist)
    page = desk_client.get(f"/g/here/bookings/{booking.reference}/").content.decode()
    assert page.count(f'{button} value="{booking.reference}.2"') == 1
    assert button not in logged_in(technician.user).get(f"/g/here/bookings/{booking.reference}/").content.decode()
    desk_client.post("/g/here/desk/undo/", {"step": f"{booking.reference}.2"})
    page = desk_client.get(f"/g/here/bookings/{booking.reference}/").content.decode()
    assert f"<strong>{escape(receptionist.user)}</strong> undid: Confirmed" in page


def test_undo_is_refused_when_its_bay_is_gone_for_good(
    booking: Booking, garage: Garage, receptionist: Membership
) -> None:
    cancelled = act(booking, cancel, reason="Ill", by=receptionist)
    with tenant(garage.pk), transaction.atomic():
        Booking.objects.update(bay=None)
        Bay.objects.filter(name="Bay 1").delete()
    with pytest.raises(BookingError, match="is gone"):
        act(booking, undo, version=cancelled.version, by=receptionist)
    assert timedelta(0) < fresh(booking).duration
