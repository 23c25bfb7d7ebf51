"""Garages whose customers choose a day and not a time (P-4)."""

from __future__ import annotations

import re
from datetime import time

import pytest
from django.db import transaction
from django.test import Client

from bookings.availability import days
from bookings.enums import DropOff
from bookings.hours import left_from
from bookings.jobs import Job
from bookings.models import Batch, Booking, QueueEntry
from bookings.templatetags.coming import comes_at
from garages import formats
from garages.models import Garage, Membership
from garages.setup import load_setup
from garages.tenancy.context import tenant
from notifications.batches import values_of_batch
from notifications.writing import coming
from tests.conftest import logged_in
from tests.factories.bookings import at, make_booking, next_open_day, service_named
from tests.factories.customers import make_customer


@pytest.fixture
def by_day(inside: Garage) -> Garage:
    Garage.objects.filter(pk=inside.pk).update(day_only=True)
    inside.refresh_from_db()
    return inside


def test_a_day_has_the_first_start_that_is_free_and_no_other(by_day: Garage) -> None:
    setup, day = load_setup(by_day), next_open_day(by_day)
    job = Job.of([service_named(setup, "MOT test")])
    first = days(setup, [day], job)[0].offers
    assert [offer.start for offer in first] == [setup_opening(by_day)]
    make_booking(by_day, services=["MOT test"], starts_at=first[0].start)
    [second] = days(setup, [day], job)[0].offers
    assert second.start >= first[0].end


def setup_opening(garage: Garage) -> object:
    opens = load_setup(garage).hours_on(next_open_day(garage))[0][0]
    return at(garage, opens.isoformat())


@pytest.mark.parametrize(
    ("way", "hour", "said"),
    [(DropOff.DROP, None, "from 08:00"), (DropOff.DROP, time(7, 30), "from 07:30"), (DropOff.WAIT, None, "11:00")],
)
def test_the_car_is_left_as_the_garage_opens_unless_somebody_waits(
    by_day: Garage, way: DropOff, hour: time | None, said: str
) -> None:
    by_day.drop_off_from = hour
    booking = make_booking(by_day, "11:00", drop_off=way)
    assert comes_at(booking.starts_at, by_day, way) == said
    assert said in coming(booking, by_day, formats.locale_of(by_day))


def test_where_times_are_chosen_nothing_changes(inside: Garage) -> None:
    booking = make_booking(inside, "11:00")
    assert left_from(load_setup(inside), booking.starts_at, DropOff.DROP) is None
    assert "11:00" in coming(booking, inside, formats.locale_of(inside))


@pytest.mark.django_db(transaction=True)
def test_the_desk_books_a_day_and_says_from_when(garage: Garage, receptionist: Membership) -> None:
    Garage.objects.filter(pk=garage.pk).update(day_only=True)
    client = logged_in(receptionist.user)
    typed = _typed(garage)
    page = client.post("/g/here/desk/form/", {**typed, "changed": "job"}).content.decode()
    assert "Drop off from 08:00" in page
    assert 'type="radio" name="time"' not in page
    for _car in range(2):
        client.post("/g/here/desk/create/", typed)
    with tenant(garage.pk), transaction.atomic():
        starts = [f"{one.starts_at.astimezone(garage.zone):%H:%M}" for one in Booking.objects.order_by("starts_at")]
    assert starts == ["08:00", "09:00"]


@pytest.mark.django_db(transaction=True)
def test_calendar_says_from_when_the_car_may_be_left(garage: Garage, receptionist: Membership) -> None:
    Garage.objects.filter(pk=garage.pk).update(day_only=True)
    with tenant(garage.pk), transaction.atomic():
        garage.refresh_from_db()
        make_booking(garage, "08:00", services=["MOT test"])
        service = service_named(load_setup(garage), "MOT test").public_id
    client, day = logged_in(receptionist.user), next_open_day(garage)
    cell = re.search(
        rf'<a class="link" href="[^"]*date={day}&amp;time=09:00[^"]*">([^<]+)</a>',
        client.get(f"/g/here/desk/calendar/?service={service}&month={day:%Y-%m}").content.decode(),
    )
    assert cell is not None
    assert cell[1] == "from 08:00"
    assert (
        "<strong>from 08:00</strong>"
        in client.get(f"/g/here/desk/times/?service={service}&date={day}").content.decode()
    )


def test_the_message_about_several_cars_says_from_when(by_day: Garage, receptionist: Membership) -> None:
    batch = Batch.objects.create(customer=make_customer("Able Plumbing"), created_by=receptionist.user)
    booking = make_booking(by_day, "11:00", customer=batch.customer, by=receptionist)
    QueueEntry.objects.create(membership=receptionist, customer=batch.customer, batch=batch, booking=booking)
    values = values_of_batch(batch, by_day, formats.locale_of(by_day))
    assert values["when"].endswith(", from 08:00")
    assert values["cars"].startswith(values["when"])
    assert "11:00" not in values["cars"]


def test_the_rule_is_set_in_the_settings(garage: Garage, manager: Membership) -> None:
    client: Client = logged_in(manager.user)
    page = client.get("/g/here/settings/rules/").content.decode()
    assert "Customers choose a day, not a time" in page


def _typed(garage: Garage) -> dict[str, str]:
    with tenant(garage.pk), transaction.atomic():
        service = service_named(load_setup(garage), "MOT test").public_id
    return {
        "first_name": "Priya",
        "last_name": "Nair",
        "service": service,
        "date": next_open_day(garage).isoformat(),
    }
