"""Every address at the counter that changes something: it is taken back to the letter, or the table says why not.

The walk finds the addresses itself (tests/addresses.py): a new one that takes a POST fails here until it is in a table.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import transaction
from django.test import Client

from billing.services import draft_of, issue
from bookings.enums import Status
from bookings.errors import BookingError
from bookings.models import Booking, Order, WaitingEntry
from bookings.services import (
    UNASSIGNED,
    accept,
    begin_part,
    cancel,
    check_in,
    complete,
    confirm,
    decline,
    mark,
    mark_no_show,
    move_booking,
    reopen,
    start_service,
)
from bookings.services.allocations import add_time
from bookings.services.undo import undo
from garages.models import Bay, Closure, Garage, Membership, Service, Technician
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.addresses import GARAGE_PAGES, Address, fill
from tests.bookings.acts import act, clocks, edited, fresh, state
from tests.conftest import logged_in
from tests.factories.bookings import at, make_booking
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle
from tests.factories.furnished import furnish

pytestmark = pytest.mark.django_db(transaction=True)

COUNTER: Final = ("billing:", "bookings:", "customers:", "fleet:")
Body = Callable[[Booking], dict[str, Any]]
Verb = Callable[..., Booking]


@dataclass(frozen=True)
class Act:
    """How to come to where the address can be used, and what is sent there."""

    first: list[tuple[Verb, dict[str, str]]] = field(default_factory=list)
    body: Body = lambda _booking: {}


def _edit_form(booking: Booking) -> dict[str, Any]:
    setup = load_setup(booking.garage)
    ids = {service.name: service.public_id for service in setup.services}
    start = at(booking.garage, "14:30").astimezone(booking.garage.zone)
    return {
        "version": booking.version,
        "vehicle_type": setup.vehicle_types[1].public_id,
        "service": [ids["MOT test"], ids["Brake check"]],
        "date": start.date().isoformat(),
        "time": f"{start:%H:%M}",
        "workshop_notes": "Squeals",
        "drop_off": "wait",
    }


def _nobodys(booking: Booking, *, by: Membership) -> Booking:
    """Nobody does it yet, and `by` could."""
    Technician.objects.update(membership=by)
    return move_booking(booking, version=booking.version, setup=load_setup(by.garage), by=by, technician=UNASSIGNED)


def _with_key(booking: Booking, *, by: Membership) -> Booking:
    return mark(booking, version=booking.version, marks={"key_tag": "14"}, by=by)


def _with_time(booking: Booking, *, by: Membership) -> Booking:
    """Kim helps with it for half an hour."""
    kim, _new = Technician.objects.get_or_create(name="Kim Osei", position=2)
    facts = {"technician": kim, "starts_at": booking.starts_at, "work": timedelta(minutes=30)}
    add_time(booking, version=booking.version, setup=load_setup(by.garage), by=by, **facts)
    return fresh(booking)


def _begun(booking: Booking, *, by: Membership) -> Booking:
    """Kim is at it."""
    return begin_part(booking, part=booking.allocations.get(), by=by)


def _time_form(booking: Booking) -> dict[str, Any]:
    kim, _new = Technician.objects.get_or_create(name="Kim Osei", position=2)
    start = at(booking.garage, "14:30").astimezone(booking.garage.zone)
    when = {"date": start.date().isoformat(), "time": f"{start:%H:%M}", "minutes": 60}
    return {"version": booking.version, "technician": kim.public_id, "note": "Gearbox", **when}


def _drafted(booking: Booking, *, by: Membership) -> Booking:
    draft_of(booking)
    return booking


def _issued(booking: Booking, *, by: Membership) -> Booking:
    issue(draft_of(booking))
    return booking


def _closed_that_day(booking: Booking) -> dict[str, Any]:
    day = booking.starts_at.astimezone(booking.garage.zone).date()
    Closure.objects.create(starts_on=day, ends_on=day, reason="Stocktaking")
    return {"step": f"{booking.reference}.{booking.version}"}


def _target(booking: Booking) -> dict[str, Any]:
    """The other bay at another time, for the planner's card and its form."""
    start = at(booking.garage, "15:00").astimezone(booking.garage.zone)
    bay = Bay.objects.get(name="MOT bay").public_id
    where = {"bay": bay, "lane": bay, "lanes": "bays"}
    when = {"starts_at": start.isoformat(), "date": start.date().isoformat(), "time": f"{start:%H:%M}"}
    return {"version": booking.version, "minutes": 45, **where, **when}


UNDONE: Final[dict[str, Act]] = {
    "bookings:edit": Act(body=_edit_form),
    "bookings:place": Act(body=lambda booking: _target(booking) | {"reference": booking.reference}),
    "bookings:move": Act(body=_target),
    "bookings:time-add": Act(body=_time_form),
    "bookings:time-change": Act(first=[(_with_time, {})], body=_time_form),
    "bookings:time-remove": Act(first=[(_with_time, {})]),
    "bookings:time-start": Act(first=[(confirm, {}), (_with_time, {})]),
    "bookings:time-complete": Act(first=[(confirm, {}), (_with_time, {}), (_begun, {})]),
    "bookings:affected-move": Act(body=_closed_that_day),
    "bookings:carry-over": Act(),
    "bookings:assign": Act(body=lambda booking: {"technician": "", "version": booking.version}),
    "bookings:take": Act(first=[(_nobodys, {})]),
    "bookings:return-key": Act(first=[(_with_key, {})]),
    "bookings:confirm": Act(),
    "bookings:accept": Act(first=[(decline, {"reason": "Full"}), (reopen, {})]),
    "bookings:overbook": Act(body=lambda _booking: {"reason": "The owner asked"}),
    "bookings:decline": Act(body=lambda _booking: {"reason": "Full"}),
    "bookings:check-in": Act(),
    "bookings:arrival": Act(body=lambda _booking: {"drop_off": "wait", "key_tag": "14"}),
    "bookings:marks": Act(body=lambda booking: {"version": booking.version, "drop_off": "wait", "parking": "B 3"}),
    "bookings:start": Act(first=[(confirm, {})]),
    "bookings:complete": Act(first=[(confirm, {}), (start_service, {})]),
    "bookings:no-show": Act(),
    "bookings:cancel": Act(body=lambda _booking: {"reason": "Ill"}),
    "bookings:reopen": Act(first=[(cancel, {"reason": "Ill"})]),
    "bookings:request-yes": Act(body=lambda booking: {"version": booking.version}),
    "bookings:requests-confirm-all": Act(body=lambda booking: {"row": f"{booking.reference}:{booking.version}"}),
    "bookings:request-another-time": Act(
        body=lambda booking: {"version": booking.version, "starts_at": at(booking.garage, "14:30").isoformat()}
    ),
    "bookings:request-contacted": Act(),
    "bookings:order-confirm": Act(),
    "bookings:order-cancel": Act(),
    "customers:kind": Act(body=lambda _booking: {"kind": "business"}),
    "bookings:request-decline": Act(body=lambda _booking: {"reason": "Full"}),
    "billing:issue": Act(first=[(_drafted, {})]),
    "billing:pay": Act(first=[(_issued, {})], body=lambda _booking: {"amount": "10", "way": "card"}),
    "billing:void": Act(first=[(_issued, {})], body=lambda _booking: {"reason": "Wrong price"}),
}
NOT_UNDONE: Final[dict[str, str]] = {
    "billing:draft": "discarding it is one click: a draft has no number",
    "billing:draft-for": "discarding it is one click: a draft has no number",
    "billing:line-add": "removing is one click",
    "billing:line-change": "nothing was lost: both values stand in the history",
    "billing:line-remove": "a line typed anew, and its row stands in the history",
    "billing:notes": "nothing was lost: both values stand in the history",
    "billing:discard": "drafting again is one click, and its rows stand in the history",
    "billing:issue-undo": "issuing it again is one click",
    "billing:payment-undo": "taking the payment again is one click",
    "billing:void-undo": "a manager declares it void again",
    "bookings:create": "it is cancelled then: nothing is deleted (test_a_new_booking_is_called_off)",
    "bookings:undo": "its inverse is undo again, from the history (test_undo.py)",
    "bookings:find": "changes nothing: it looks somebody up",
    "bookings:form": "changes nothing: it draws the form again",
    "bookings:quick": "changes nothing: it draws the form in the drawer",
    "bookings:presence": "changes nothing: a page says that it is open",
    "bookings:submit-all": "all of it is cancelled and queued again: nothing is deleted (test_batches.py)",
    "bookings:queue": "nothing is booked yet: what is chosen can be chosen otherwise",
    "bookings:queue-add": "nothing is booked yet: removing is one click",
    "bookings:queue-pick": "nothing is booked yet: ticking again takes it back",
    "bookings:queue-duplicate": "nothing is booked yet: removing is one click",
    "bookings:queue-remove": "nothing is booked yet: a plate typed anew",
    "bookings:queue-clear": "nothing is booked yet: the plates are pasted anew",
    "bookings:queue-look": "changes nothing: it shows what the register says",
    "bookings:hold": "ends by itself, and the form's reset gives it back",
    "bookings:order-add": "cancelling it is one click, and nobody is told for ten seconds (test_orders.py)",
    "bookings:order-reopen": "cancelling it again is one click",
    "bookings:waiting-join": "leaving is one click",
    "bookings:waiting-book": "a booking like any other: undone from its confirmation line",
    "bookings:waiting-leave": "joining again is one click at the desk",
    "bookings:day-full": "the button that takes its place takes bookings again",
    "bookings:note-add": "removing is one click",
    "bookings:note-remove": "a line typed anew",
    "bookings:look-up": "changes nothing of the garage but what the register says of a vehicle",
    "fleet:look-up": "changes nothing of the garage but what the register says of a vehicle",
    "bookings:check": "changes nothing: a remark on what is being typed",
    "bookings:alike": "changes nothing: a remark on what is being typed",
    "bookings:differs": "changes nothing: a remark on what is being typed",
    "bookings:take-over": "nothing was lost: both values stand in the customer's history",
    "bookings:rows": "a person's own setting",
    "bookings:pause": "the button that takes its place resumes",
    "bookings:time-pause": "the button that takes its place resumes",
    "bookings:resume": "the button that takes its place pauses",
    "bookings:merge-customers": "undone to equal rows (test_merge.py)",
    "bookings:merge-vehicles": "undone to equal rows (test_merge.py)",
    "bookings:link": "undone to equal rows, like every merge (test_online.py)",
    "bookings:merge-undo": "the two can be merged again",
    "bookings:handover-note": "the next note puts it right: what was said stays said",
    "customers:rows": "a person's own setting",
    "customers:create": "a record too many harms nobody, and is merged with the right one",
    "customers:edit": "nothing was lost: both values stand in the history",
    "customers:contact-add": "removing is one click",
    "customers:contact-edit": "nothing was lost: both values stand in the history",
    "customers:contact-remove": "a line typed anew, and its row stands in the history",
    "customers:consents": "the button that takes its place says the opposite, and both words stand in the record",
    "customers:phone-note": "changes nothing: a remark on what is being typed",
    "fleet:vehicle-create": "a record too many harms nobody, and is merged with the right one",
    "fleet:vehicle-edit": "nothing was lost: both values stand in the history",
    "fleet:vehicle-give": "the same page gives it back",
    "fleet:mileage-add": "one reading among many, and the latest is shown",
    "fleet:registration-note": "changes nothing: a remark on what is being typed",
}


@pytest.fixture
def booking(garage: Garage, manager: Membership) -> Booking:
    with tenant(garage.pk), transaction.atomic():
        customer = make_customer("Ada Byron", phone="07700 900123")
        vehicle = make_vehicle(customer, registration="AB12 CDE")
        booking = make_booking(garage, "10:00", customer=customer, vehicle=vehicle, by=manager)
        Booking.objects.filter(pk=booking.pk).update(technician=Technician.objects.get())
        WaitingEntry.objects.create(customer=customer, services=[])
        valet = Service.objects.create(name="Valet", minutes=10, price=2_400, is_extra=True, position=9)
        Order.objects.create(booking=booking, extra=valet, name="Valet", minutes=10, price=2_400)
        return booking


def _fill(address: Address, garage: Garage) -> str:
    with transaction.atomic():
        return fill(address, garage, under=garage)


def _takes_posts(address: Address, client: Client, garage: Garage) -> bool:
    with transaction.atomic():
        answer = client.post(_fill(address, garage))
        transaction.set_rollback(True)
    return answer.status_code != 405


def test_every_address_is_in_a_table(garage: Garage, manager: Membership) -> None:
    client = logged_in(manager.user)
    with tenant(garage.pk), transaction.atomic():
        furnish(garage)
    counter = [address for address in GARAGE_PAGES if address.name.startswith(COUNTER)]
    assert {address.name for address in counter if _takes_posts(address, client, garage)} == (
        UNDONE.keys() | NOT_UNDONE.keys()
    )


@pytest.mark.parametrize("name", UNDONE)
def test_what_an_address_does_is_undone(garage: Garage, booking: Booking, manager: Membership, name: str) -> None:
    client = logged_in(manager.user)
    for verb, facts in UNDONE[name].first:
        act(booking, verb, by=manager, **facts)
    before, worked = state(garage), clocks(garage)
    with tenant(garage.pk), transaction.atomic():
        body = UNDONE[name].body(fresh(booking))
    address = next(address for address in GARAGE_PAGES if address.name == name)
    page = client.post(_fill(address, garage), body, follow=True).content.decode()
    assert state(garage) != before, "it did nothing"
    _press_undo(client, page)
    assert (state(garage), clocks(garage)) == (before, worked)


def test_a_new_booking_is_called_off(garage: Garage, manager: Membership) -> None:
    client = logged_in(manager.user)
    with tenant(garage.pk), transaction.atomic():
        service = load_setup(garage).services[0].public_id
        start = at(garage, "09:00").astimezone(garage.zone)
    typed = {"first_name": "Priya", "last_name": "Nair", "service": service, "date": start.date().isoformat()}
    _press_undo(client, client.post("/g/here/desk/create/", typed, follow=True).content.decode())
    with tenant(garage.pk), transaction.atomic():
        booking = Booking.objects.get()
    assert (booking.status, booking.reason) == (Status.CANCELLED, "Undone")


def _press_undo(client: Client, page: str) -> None:
    toast = re.search(r'<form[^>]*action="([^"]+)"[^>]*data-undo>(.*?)</form>', page, re.DOTALL)
    assert toast, "nothing offers to undo it"
    steps = re.findall(r'name="step" value="([^"]+)"', toast[2])
    assert client.post(toast[1], {"step": steps}).status_code == 302


# --- Any acts, in any order -----------------------------------------------------------------------------------------
def _some_edit(booking: Booking, by: Membership, rng: random.Random) -> Booking:
    return edited(
        booking,
        by,
        services=rng.sample(["Full service", "MOT test", "Brake check"], rng.randint(1, 3)),
        starts_at=at(booking.garage, rng.choice(["09:00", "11:15", "13:00"])),
        workshop_notes=rng.choice(["", "Squeals", "Left front"]),
    )


@pytest.mark.parametrize("seed", range(4))
def test_any_acts_then_undo_comes_back_through_every_state(
    garage: Garage, booking: Booking, manager: Membership, seed: int
) -> None:
    """A random walk; after each act undo, look, and do it again by undoing the undo."""
    rng = random.Random(seed)  # noqa: S311 - a walk that can be walked again
    verbs: list[Verb] = [confirm, accept, check_in, start_service, complete, mark_no_show, reopen]
    with_reason: list[Verb] = [cancel, decline]
    for _step in range(12):
        before, version = state(garage), fresh(booking).version
        choice = rng.choice([*verbs, *with_reason, _some_edit, _some_edit, _with_time])
        try:
            if choice is _some_edit:
                _some_edit(fresh(booking), manager, rng)
            else:
                act(booking, choice, by=manager, **({"reason": "Ill"} if choice in with_reason else {}))
        except BookingError:
            assert state(garage) == before
            continue
        if fresh(booking).version == version:
            continue
        after = state(garage)
        act(booking, undo, version=version + 1, by=manager)
        assert state(garage) == before
        act(booking, undo, version=version + 2, by=manager)
        assert state(garage) == after


def test_the_technicians_clock_on_another_car_goes_on(garage: Garage, booking: Booking, manager: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        other = make_booking(garage, "14:00", by=manager)
        Booking.objects.filter(pk=other.pk).update(technician=Technician.objects.get())
    for one in (other, booking):
        act(one, confirm, by=manager)
    act(other, start_service, by=manager)
    worked = clocks(garage)
    started = act(booking, start_service, by=manager)
    assert clocks(garage) != worked
    act(booking, undo, version=started.version, by=manager)
    assert clocks(garage) == worked
