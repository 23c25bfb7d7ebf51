"""The demo garages: what SURFACE.md promises of them, whatever the hour they are loaded at."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction

from bookings.enums import HOLDS_CAPACITY, Source, Status
from bookings.models import Booking, BookingLine
from bookings.selectors.rows import matching
from bookings.selectors.same_people import same_people
from bookings.slots import Range
from customers.enums import Kind
from customers.models import Customer
from customers.phones import parse
from fleet.models import MileageReading, Vehicle
from fleet.plates import oddity
from garage_desk.demo.bulk import BOOKINGS_PER_CUSTOMER
from garage_desk.demo.closures import closed_days
from garage_desk.demo.load import load_garages
from garage_desk.demo.plan import Calendar, Visit
from garage_desk.demo.profiles import DEMO_GARAGES, profile_number
from garage_desk.demo.story import Story
from garages.enums import Role
from garages.models import (
    Bay,
    Closure,
    Garage,
    Membership,
    OpeningSpan,
    Service,
    ServiceExtra,
    Technician,
    User,
    VehicleType,
)
from garages.tenancy.context import tenant
from notifications.enums import State
from notifications.models import Message
from tests.conftest import logged_in

TUESDAY = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)
ADMIN = "admin@garage-desk.example"
PASSWORD = "garage-desk-demo"
SLUGS = ["northgate", "garage-du-port", "lakeside"]
FICTION = {
    "GB": r"\+447700900\d{3}|\+442079460\d{3}",
    "FR": r"\+3363998\d{4}|\+3326191\d{4}",
    "US": r"\+1[2-9]\d{2}55501\d{2}",
}


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Garage]]:
    """The three garages, loaded once for all tests of this file that only look."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield {garage.slug: garage for garage in load_garages(3, TUESDAY)}
        transaction.set_rollback(True)


@pytest.fixture(params=SLUGS)
def place(request: pytest.FixtureRequest, demo: dict[str, Garage]) -> Iterator[Garage]:
    """Each of the garages in turn, in scope."""
    garage = demo[request.param]
    with tenant(garage.pk):
        yield garage


# --- Who and what there is ------------------------------------------------------------------------------------------
def test_garages_are_those_of_the_surface(demo: dict[str, Garage]) -> None:
    assert [
        (garage.slug, garage.name, garage.country, garage.time_zone, garage.currency, garage.languages)
        for garage in demo.values()
    ] == [
        ("northgate", "Northgate Motors", "GB", "Europe/London", "GBP", ["en"]),
        ("garage-du-port", "Garage du Port", "FR", "Europe/Paris", "EUR", ["fr", "en"]),
        ("lakeside", "Lakeside Auto", "US", "America/New_York", "USD", ["en", "es"]),
    ]


def test_everybody_can_log_in(place: Garage) -> None:
    for local, role in {
        "reception": Role.RECEPTIONIST,
        "tech": Role.TECHNICIAN,
        "manager": Role.MANAGER,
        "owner": Role.OWNER,
    }.items():
        user = User.objects.get(email=f"{local}@{place.slug}.example")
        assert user.password == User.objects.get(email=ADMIN).password
        assert [(member.garage, member.role) for member in user.memberships.all()] == [(place, role)]
        assert (user.is_staff, user.is_superuser, user.must_change_password) == (False, False, False)


def test_platform_log_ins(demo: dict[str, Garage]) -> None:
    admin = authenticate(username=ADMIN, password=PASSWORD)
    assert isinstance(admin, User)
    assert (admin.is_staff, admin.is_superuser, admin.memberships.count()) == (True, True, 0)
    chain = Membership.objects.filter(user__email="chain@garage-desk.example")
    assert {(member.garage.slug, member.role) for member in chain} == {(slug, Role.MANAGER) for slug in SLUGS}


def test_workshop_is_equipped(place: Garage) -> None:
    assert Bay.objects.count() == 4
    assert Bay.objects.values("kind").distinct().count() >= 3
    assert [technician.skills.count() > 0 for technician in Technician.objects.all()] == [True] * 4
    linked = [technician.membership.user.email for technician in Technician.objects.filter(membership__isnull=False)]
    assert linked == [f"tech@{place.slug}.example"]
    assert VehicleType.objects.count() == 5


def test_menu(place: Garage) -> None:
    services = list(Service.objects.prefetch_related("prices"))
    assert len(services) == 12
    assert sum(service.is_request_only for service in services) == 1
    assert sum(service.is_extra for service in services) == 3
    assert {service.prices.count() for service in services} == {0, 5}
    assert all(service.minutes <= 240 and service.price > 0 and service.description for service in services)
    kinds = set(Bay.objects.values_list("kind", flat=True))
    assert all(service.bay_kind == "" or service.bay_kind in kinds for service in services)
    assert ServiceExtra.objects.filter(extra__is_extra=True, service__is_extra=False).count() >= 3


def test_lunch_and_saturdays(place: Garage) -> None:
    spans = Counter(OpeningSpan.objects.values_list("weekday", flat=True))
    weekday = 2 if place.slug == "garage-du-port" else 1
    assert spans == {**dict.fromkeys(range(5), weekday), 5: 1}
    if weekday == 2:
        tuesday = OpeningSpan.objects.filter(weekday=1)
        assert [f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in tuesday] == ["08:00-12:00", "14:00-18:30"]


def test_closures(place: Garage) -> None:
    upcoming = Closure.objects.filter(starts_on__gt=TUESDAY.date())
    names = {"northgate": "Christmas Day", "garage-du-port": "Noël", "lakeside": "Thanksgiving Day"}
    assert upcoming.filter(is_public_holiday=True, reason=names[place.slug]).count() == 1
    soon = upcoming.filter(is_public_holiday=False)
    assert [0 < (closure.starts_on - TUESDAY.date()).days <= 14 for closure in soon] == [True]


# --- Customers and vehicles -----------------------------------------------------------------------------------------
def test_customers_are_nobody(place: Garage) -> None:
    people = list(Customer.objects.all())
    numbers = [str(person.phone) for person in people] + [parse(place.phone, place.country).e164]
    assert [number for number in numbers if not re.fullmatch(FICTION[place.country], number)] == []
    read = {person.pk: parse(person.phone_typed, place.country).e164 for person in people}
    assert read == {person.pk: str(person.phone) for person in people}
    assert [person.email for person in people if person.email and not person.email.endswith(".example")] == []
    assert len({(person.first_name, person.last_name) for person in people}) == len(people)


def test_one_online_booking_asks_who_its_customer_is(place: Garage) -> None:
    waiting = Booking.objects.filter(source=Source.ONLINE, status=Status.PENDING)
    found = same_people(waiting.select_related("customer", "vehicle__customer"))
    assert len(found) == 1


def test_some_share_a_phone(place: Garage) -> None:
    individuals = Customer.objects.filter(kind=Kind.INDIVIDUAL)
    assert individuals.count() == 181  # with one who was taken down twice
    shared = Counter(str(person.phone) for person in individuals)
    assert sum(1 for number in shared.values() if number == 2) >= 4


def test_fleets(place: Garage) -> None:
    companies = Customer.objects.filter(kind=Kind.BUSINESS)
    assert companies.count() == 2
    assert all(4 <= company.vehicles.count() <= 8 and company.contact_name for company in companies)
    assert Booking.objects.filter(customer__in=companies).exists()


def test_vehicles_are_plausible(place: Garage) -> None:
    vehicles = list(Vehicle.objects.all())
    assert [car.registration_typed for car in vehicles if oddity(car.registration, place.country)] == []
    assert all(car.make and car.model and car.colour and car.fuel and car.vehicle_type_id for car in vehicles)
    assert all(2005 <= (car.year or 0) <= 2026 for car in vehicles)
    assert MileageReading.objects.count() > 50


# --- Bookings -------------------------------------------------------------------------------------------------------
def test_what_was_written_went_nowhere_and_nothing_waits_to_go(place: Garage) -> None:
    written = Message.objects.all()
    assert written.count() >= 10
    assert {(row.state, row.is_sandboxed) for row in written} == {(State.SENT, True)}
    assert all(row.text for row in written)


def test_every_status_is_there(place: Garage) -> None:
    assert set(Booking.objects.values_list("status", flat=True)) == set(Status.values)
    assert set(Booking.objects.values_list("source", flat=True)) == {"reception", "online"}
    given_up = Booking.objects.filter(status__in=(Status.CANCELLED, Status.DECLINED))
    assert given_up.exclude(reason="").count() == given_up.count()
    first, last = (Booking.objects.order_by(order)[0].starts_at for order in ("starts_at", "-starts_at"))
    assert (TUESDAY - first).days in range(27, 31)
    assert (last - TUESDAY).days in range(11, 15)


def test_bookings_hold_together(place: Garage) -> None:
    """What services promise of every booking they make holds for the loaded ones too."""
    lines: dict[int, list[BookingLine]] = defaultdict(list)
    for line in BookingLine.objects.select_related("service"):
        lines[line.booking_id].append(line)
    reception = User.objects.get(email=f"reception@{place.slug}.example")
    for booking in Booking.objects.select_related("customer", "vehicle"):
        own = lines[booking.pk]
        assert booking.duration == timedelta(minutes=sum(line.minutes for line in own))
        assert [line.position for line in own] == list(range(len(own)))
        assert booking.vehicle is not None
        assert booking.vehicle.customer_id == booking.customer_id
        assert booking.vehicle_type_id == booking.vehicle.vehicle_type_id
        assert booking.created_by == (reception if booking.source == "reception" else None)
        assert booking.created_at <= min(booking.starts_at, TUESDAY)
        assert (booking.started_at is not None) == (booking.status in (Status.IN_SERVICE, Status.COMPLETED))
        assert (booking.completed_at is not None) == (booking.status == Status.COMPLETED)
        assert (booking.bay_id is None) == (booking.status in (Status.REQUESTED, Status.DECLINED))
    nobodys = Booking.objects.filter(status__in=HOLDS_CAPACITY, technician=None).count()
    assert nobodys < Booking.objects.filter(status__in=HOLDS_CAPACITY).count() / 2


def test_prices_are_those_of_the_vehicle_type(place: Garage) -> None:
    prices = {
        (cell.service_id, cell.vehicle_type_id): cell.price
        for service in Service.objects.prefetch_related("prices")
        for cell in service.prices.all()
    }
    for line in BookingLine.objects.select_related("booking", "service"):
        assert line.price == prices.get((line.service_id, line.booking.vehicle_type_id), line.service.price)


def test_search_finds_them(place: Garage) -> None:
    booking = Booking.objects.select_related("customer", "vehicle").filter(status=Status.CONFIRMED)[0]
    assert booking.vehicle is not None
    for words in (booking.reference, booking.vehicle.registration, f"{booking.customer.name} {booking.vehicle.make}"):
        assert booking in matching(Booking.objects.all(), words), words


def test_history_tells_how_each_came_to_its_status(place: Garage) -> None:
    told: dict[int, list[Any]] = defaultdict(list)
    for event in Booking.pgh_event_model.objects.filter(garage_id=place.pk).order_by("pgh_id"):
        told[event.pgh_obj_id].append(event)
    bookings = {booking.pk: booking for booking in Booking.objects.all()}
    assert told.keys() == bookings.keys()
    for pk, events in told.items():
        assert [event.pgh_label for event in events] == ["insert"] + ["update"] * (len(events) - 1)
        moments = [event.pgh_created_at for event in events]
        assert moments == sorted(set(moments))
        assert moments[0] == bookings[pk].created_at
        last, booking = events[-1], bookings[pk]
        assert (last.status, last.arrived_at, last.completed_at, last.reason) == (
            booking.status,
            booking.arrived_at,
            booking.completed_at,
            booking.reason,
        )
    assert BookingLine.pgh_event_model.objects.filter(garage_id=place.pk).count() == BookingLine.objects.count()
    assert Customer.pgh_event_model.objects.filter(garage_id=place.pk).count() == Customer.objects.count()
    assert Vehicle.pgh_event_model.objects.filter(garage_id=place.pk).count() == Vehicle.objects.count()


def test_pages_of_the_demo_open(demo: dict[str, Garage]) -> None:
    for slug, garage in demo.items():
        desk = logged_in(User.objects.get(email=f"reception@{slug}.example"))
        with tenant(garage.pk):
            of_each_status = {booking.status: booking for booking in Booking.objects.select_related("customer")}
        for address in [
            f"/g/{slug}/desk/",
            f"/g/{slug}/bookings/",
            f"/g/{slug}/customers/",
            *(f"/g/{slug}/bookings/{booking.reference}/" for booking in of_each_status.values()),
            *(f"/g/{slug}/customers/{booking.customer.public_id}/" for booking in of_each_status.values()),
        ]:
            assert desk.get(address).status_code == 200, address
        workshop = logged_in(User.objects.get(email=f"tech@{slug}.example"))
        assert workshop.get(f"/g/{slug}/my-day/").status_code == 200


# --- The day, whatever the hour -------------------------------------------------------------------------------------
def _told(slug: str, now: datetime) -> tuple[Calendar, list[Visit]]:
    profile = next(profile for profile in DEMO_GARAGES if profile.slug == slug)
    today = now.astimezone(Calendar(profile, frozenset()).zone).date()
    calendar = Calendar(profile, frozenset(day.day for day in closed_days(profile, today)))
    return calendar, Story(calendar, now, Random(slug)).tell()  # noqa: S311


HOURS = [TUESDAY + timedelta(hours=hours) for hours in range(0, 7 * 24, 11)] + [datetime(2026, 12, 25, 12, tzinfo=UTC)]


@pytest.mark.parametrize("slug", SLUGS)
def test_diary_is_sound_at_every_hour(slug: str) -> None:
    for now in HOURS:
        calendar, visits = _told(slug, now)
        assert {visit.status for visit in visits} == set(Status), now
        holding = [visit for visit in visits if visit.status in HOLDS_CAPACITY]
        assert _overlaps((visit.bay, visit.held) for visit in holding) == [], now
        assert _overlaps((visit.technician, visit.held) for visit in holding if visit.technician is not None) == [], now
        for visit in visits:
            day = visit.worked.start.astimezone(calendar.zone).date()
            assert any(span.contains(visit.worked) for span in calendar.spans(day)), (now, visit)
            moments = [step.at for step in visit.steps]
            assert moments == sorted(set(moments)), (now, visit)
            assert moments[-1] <= now, (now, visit)
            skill = visit.services[0].skill
            if visit.technician is not None and skill:
                assert skill in calendar.profile.technicians[visit.technician].skills


@pytest.mark.parametrize("slug", SLUGS)
def test_today_is_in_full_swing(slug: str) -> None:
    """In the middle of an open day: work going on, some of it late, some done, some to come, answers waited for."""
    profile = next(profile for profile in DEMO_GARAGES if profile.slug == slug)
    zone = Calendar(profile, frozenset()).zone
    now = datetime(2026, 11, 24, 11, 10, tzinfo=zone).astimezone(UTC)
    _calendar, visits = _told(slug, now)
    today = [visit for visit in visits if visit.worked.start.astimezone(zone).date() == now.date()]
    assert len(today) >= 15
    statuses = Counter(visit.status for visit in today)
    assert statuses[Status.IN_SERVICE] >= 2
    assert statuses[Status.COMPLETED] >= 2
    assert statuses[Status.CONFIRMED] >= 5
    late = [visit for visit in visits if visit.status == Status.IN_SERVICE and visit.worked.end < now]
    assert 2 <= len(late) <= 4
    night = [
        visit
        for visit in visits
        if visit.status == Status.PENDING and visit.source == "online" and visit.created_at > now - timedelta(hours=17)
    ]
    assert len(night) >= 3


def test_diary_is_repeatable() -> None:
    assert _told("northgate", TUESDAY)[1] == _told("northgate", TUESDAY)[1]


def _overlaps(ranges: Iterable[tuple[object, Range]]) -> list[tuple[Range, Range]]:
    of: dict[object, list[Range]] = defaultdict(list)
    for key, span in ranges:
        of[key].append(span)
    return [
        (first, second)
        for spans in of.values()
        for first, second in zip(sorted(spans), sorted(spans)[1:], strict=False)
        if first.overlaps(second)
    ]


# --- The command ----------------------------------------------------------------------------------------------------
def test_if_empty_leaves_a_garage_alone(garage: Garage) -> None:
    call_command("load_demo", "--if-empty")
    assert list(Garage.objects.all()) == [garage]


def test_refuses_in_production(db: None, settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--yes"):
        call_command("load_demo")
    assert not Garage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_bulk_adds_bookings_that_hold_together(settings: Any) -> None:
    settings.DEBUG = True
    call_command("load_demo", "--if-empty", "--garages", "1", verbosity=0)
    place = Garage.objects.get()
    with tenant(place.pk), transaction.atomic():
        bookings, customers = Booking.objects.count(), Customer.objects.count()
    for run in (1, 2):
        call_command("load_demo", "--garages", "1", "--bookings", "600", verbosity=0)
        with tenant(place.pk), transaction.atomic():
            assert Booking.objects.count() == bookings + 600 * run
            assert Customer.objects.count() == customers + 600 * run // BOOKINGS_PER_CUSTOMER
    with tenant(place.pk), transaction.atomic():
        statuses = Counter(Booking.objects.order_by("-pk").values_list("status", flat=True)[:600])
        assert statuses[Status.COMPLETED] > 480
        assert statuses[Status.CANCELLED] > 15
        assert 0 < statuses[Status.CONFIRMED] + statuses[Status.PENDING] <= 12
        holding = Booking.objects.holding_capacity().values_list("bay_id", "held_from", "held_until")
        assert _overlaps((bay, Range(start, end)) for bay, start, end in holding) == []
        booked = set(Booking.objects.values_list("pk", flat=True))
        assert set(BookingLine.objects.values_list("booking_id", flat=True)) == booked
        plates = [car.registration for car in Vehicle.objects.all()]
        assert [plate for plate in plates if oddity(plate, "GB")] == []


def test_more_garages_than_the_demo_has() -> None:
    assert [profile_number(number).slug for number in range(1, 6)] == [*SLUGS, "demo-4", "demo-5"]
    assert profile_number(4).country == "GB"
