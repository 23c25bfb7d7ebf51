"""The waiting list: order, offers with a deadline, the next in line, leaving, booking; and how the desk uses it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bookings.enums import Priority, Waiting
from bookings.errors import SlotTaken
from bookings.models import Booking, SlotHold, WaitingEntry
from bookings.services import cancel
from bookings.services.waiting import join, leave, offer_what_is_free, take
from customers.services import identify
from garages.models import Bay, Garage, Membership
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import at, make_booking, next_open_day, service_named


@pytest.fixture
def full(inside: Garage) -> Booking:
    """One bay, and the whole of the next open day is taken."""
    Bay.objects.filter(name="MOT bay").update(is_active=False)
    make_booking(inside, "08:00", services=["Classic restoration"])
    return make_booking(inside, "16:00", services=["Full service"], phone="07700 900124")


def _wait(garage: Garage, number: int, **facts: Any) -> WaitingEntry:
    customer, _new = identify(
        kind="individual", first_name=f"Caller {number}", last_name="", phone_typed=f"07700 90060{number}", region="GB"
    )
    services = [service_named(load_setup(garage), "Brake check")]
    defaults = {"vehicle": None, "vehicle_type": None, "services": services, "day": next_open_day(garage)}
    return join(customer=customer, **(defaults | facts))


def _states(*entries: WaitingEntry) -> list[str]:
    return [WaitingEntry.objects.get(pk=entry.pk).state for entry in entries]


def test_the_freed_time_is_offered_to_the_first_in_line(
    full: Booking, inside: Garage, receptionist: Membership
) -> None:
    first, second, urgent = _wait(inside, 1), _wait(inside, 2), _wait(inside, 3, priority=Priority.URGENT)
    assert offer_what_is_free(inside) == []
    Bay.objects.filter(name="Bay 1").update(name="The only bay")
    short = Booking.objects.get(pk=full.pk)
    make_booking(inside, "08:00", day=next_open_day(inside, after=8), phone="07700 900125")
    cancel(short, reason="Ill", by=receptionist)
    # Two hours are free: all three are offered half an hour of it, the urgent one the first.
    urgent.refresh_from_db()
    assert (urgent.offered_start, _states(urgent, first, second)) == (at(inside, "16:00"), ["offered"] * 3)
    assert SlotHold.objects.count() == 3


def test_an_offer_that_is_not_taken_goes_to_the_next(full: Booking, inside: Garage, receptionist: Membership) -> None:
    long = [service_named(load_setup(inside), "Full service")]
    first, second = _wait(inside, 1, services=long), _wait(inside, 2, services=long)
    cancel(full, reason="Ill", by=receptionist)
    assert _states(first, second) == ["offered", "waiting"]
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        offer_what_is_free(inside)
        assert _states(first, second) == ["waiting", "offered"]
        with pytest.raises(SlotTaken, match="over"):
            take(first, setup=load_setup(inside), by=receptionist)


def test_taking_books_and_leaving_gives_back(full: Booking, inside: Garage, receptionist: Membership) -> None:
    long = [service_named(load_setup(inside), "Full service")]
    first, second = _wait(inside, 1, services=long), _wait(inside, 2, services=long)
    assert _wait(inside, 1, services=long) == first
    cancel(full, reason="Ill", by=receptionist)
    leave(first)
    assert _states(first, second) == [Waiting.LEFT, Waiting.OFFERED]
    booking = take(second, setup=load_setup(inside), by=receptionist)
    assert (booking.starts_at, booking.customer, _states(second)) == (
        at(inside, "16:00"),
        second.customer,
        [Waiting.BOOKED],
    )
    assert SlotHold.objects.count() == 0


def _form(garage: Garage, **more: str) -> dict[str, str]:
    with tenant(garage.pk):
        service = service_named(load_setup(garage), "Brake check").public_id
    day = next_open_day(garage).isoformat()
    person = {"first_name": "Ada", "last_name": "Byron", "phone": "07700 900123"}
    return {"kind": "individual", "service": service, "date": day, "time": "10:00", **person, **more}


def test_picking_a_time_keeps_it_until_it_is_booked_or_reset(desk_client: Client, garage: Garage) -> None:
    page = desk_client.post("/g/here/desk/hold/", _form(garage, changed="job")).content.decode()
    with tenant(garage.pk):
        hold = SlotHold.objects.get()
    assert (hold.starts_at, f'name="hold" value="{hold.public_id}"' in page) == (at(garage, "10:00"), True)

    again = _form(garage, changed="job", time="11:00", hold=str(hold.public_id))
    desk_client.post("/g/here/desk/hold/", again)
    with tenant(garage.pk):
        assert [row.starts_at for row in SlotHold.objects.all()] == [at(garage, "11:00")]
        token = str(SlotHold.objects.get().public_id)
    desk_client.post("/g/here/desk/form/", {"reset": "1", "hold": token})
    with tenant(garage.pk):
        assert not SlotHold.objects.exists()


def test_the_desk_puts_a_caller_on_the_list_and_sees_it(desk_client: Client, garage: Garage) -> None:
    desk_client.post("/g/here/waiting/join/", _form(garage, wait_day=next_open_day(garage).isoformat()))
    page = desk_client.get("/g/here/waiting/").content.decode()
    assert ("Ada Byron" in page, "Brake check" in page) == (True, True)
    with tenant(garage.pk):
        entry = WaitingEntry.objects.get()
    desk_client.post(f"/g/here/waiting/{entry.public_id}/leave/")
    assert "Nobody is waiting" in desk_client.get("/g/here/waiting/").content.decode()


def test_a_day_that_is_over_ends_the_wait(desk_client: Client, garage: Garage, inside: Garage, full: Booking) -> None:
    """An offer nobody took until then does not go back into the line."""
    waits, takes_any = _wait(inside, 1), _wait(inside, 2, day=None)
    offered = _wait(inside, 3)
    facts = {"state": Waiting.OFFERED, "offered_until": at(inside, "17:00"), "offered_start": at(inside, "17:00")}
    WaitingEntry.objects.filter(pk=offered.pk).update(**facts)
    with time_machine.travel(at(inside, "09:00") + timedelta(days=1), tick=True):
        offer_what_is_free(inside)
        in_line = list(WaitingEntry.objects.in_line(inside.today()))
        shown = desk_client.get("/g/here/waiting/").content.decode()
    assert in_line == [takes_any]
    assert WaitingEntry.objects.get(pk=offered.pk).state == Waiting.LEFT
    assert (waits.customer.name in shown, takes_any.customer.name in shown) == (False, True)


def test_a_month_and_a_day_of_free_times(desk_client: Client, garage: Garage) -> None:
    form = _form(garage)
    day = next_open_day(garage)
    place = f"?service={form['service']}&month={day:%Y-%m}"
    page = desk_client.get(f"/g/here/desk/calendar/{place}").content.decode()
    assert f"date={day.isoformat()}" in page
    times = desk_client.get(f"/g/here/desk/times/?service={form['service']}&date={day.isoformat()}")
    assert times.content.decode().count("<li>") == 20
