"""What is measured on: the demo garages, one of them grown large, and everything the requests need to know of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone

from bench import ledger
from bench.growth import grow
from bookings.availability import days
from bookings.enums import Status
from bookings.jobs import Job
from bookings.models import Booking
from bookings.slots import Range, moment
from customers.models import Customer
from fleet.models import Vehicle
from garage_desk.demo.bulk import add_bookings
from garage_desk.demo.load import load_garages
from garage_desk.demo.profiles import DEMO_GARAGES
from garages.models import Garage
from garages.setup import ServiceInfo, Setup, load_setup
from garages.tenancy.context import tenant

# The desk's list is to fill its longest page.
_WAITING: Final = 110
_HORIZON_DAYS: Final = 400
_INVENTED: Final = 1_000


@dataclass(frozen=True)
class Caller:
    """A customer who calls again, as the receptionist types them."""

    phone: str
    digits: str
    first_name: str
    last_name: str
    registration: str
    vehicle_type: str


@dataclass(frozen=True)
class Slot:
    """A start that is free in one bay, and stays so until it is booked."""

    day: date
    time: str


@dataclass(frozen=True)
class Dataset:
    slug: str
    email: str
    bookings: int
    customers: int
    service: str
    callers: Sequence[Caller]
    searches: Sequence[str]
    slots: Iterator[Slot]
    taken: Slot  # a start at which no bay is free
    question: ledger.Question
    like: Mapping[str, int]  # customer, bay and service of any booking: their primary keys


def prepare() -> Garage:
    """Migrate and write the demo garages; the first one is the one measured."""
    call_command("migrate", interactive=False, verbosity=0)
    now = timezone.now()
    garage = load_garages(len(DEMO_GARAGES), now)[0]
    Garage.objects.filter(pk=garage.pk).update(horizon_days=_HORIZON_DAYS)
    garage.refresh_from_db()
    with tenant(garage.pk), transaction.atomic():
        fill_the_desk(now)
        ledger.enlarge(garage)
    return garage


def load(garage: Garage, *, bookings: int, customers: int) -> Dataset:
    """Grow the garage to so many bookings and customers, of which the demo's own way makes the first thousand."""
    with tenant(garage.pk), transaction.atomic():
        missing = min(bookings, _INVENTED) - Booking.objects.count()
    if missing > 0:
        add_bookings(DEMO_GARAGES[0], garage, missing, timezone.now(), lambda _number: None)
    grow(garage, bookings=bookings, customers=customers)
    with tenant(garage.pk), transaction.atomic():
        dataset = describe(garage)
    connections.close_all()
    return dataset


def server_version() -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute("show server_version")
        version: str = cursor.fetchone()[0]
    connections.close_all()
    return version


def fill_the_desk(now: datetime) -> None:
    """Leave so many bookings to come unanswered that the desk has more rows than fit on a page."""
    coming = Booking.objects.filter(status=Status.CONFIRMED, starts_at__gt=now).order_by("starts_at")[:_WAITING]
    Booking.objects.filter(pk__in=list(coming.values_list("pk", flat=True))).update(status=Status.PENDING)


def describe(garage: Garage) -> Dataset:
    """What the requests need to know of the garage in scope."""
    setup = load_setup(garage)
    service = next(service for service in setup.services if not (service.bay_kind or service.buffer_after))
    types = {kind.pk: kind.public_id for kind in setup.vehicle_types}
    rng = Random(1)  # noqa: S311 - the same requests in every run
    cars = list(
        Vehicle.objects.filter(customer__company_name="").select_related("customer").order_by("public_id")[:400]
    )
    callers = [
        Caller(
            phone=car.customer.phone_typed,
            digits=car.customer.phone_digits,
            first_name=car.customer.first_name,
            last_name=car.customer.last_name,
            registration=car.registration,
            vehicle_type=types[car.vehicle_type_id],
        )
        for car in rng.sample(cars, len(cars))
        if car.customer and car.vehicle_type_id
    ]
    free, taken = _slots(setup, service)
    return Dataset(
        slug=garage.slug,
        email=f"reception@{garage.slug}.example",
        bookings=Booking.objects.count(),
        customers=Customer.objects.count(),
        service=service.public_id,
        callers=callers,
        searches=[
            text
            for caller in callers
            for text in (caller.last_name, caller.registration[:4], f"{caller.first_name} {service.name.split()[0]}")
        ],
        slots=iter(free),
        taken=taken,
        question=ledger.question(setup, service),
        like={"customer": cars[0].customer_id or 0, "bay": setup.bays[0].pk, "service": service.pk},
    )


def _slots(setup: Setup, service: ServiceInfo) -> tuple[list[Slot], Slot]:
    """Starts one job apart that can be promised: every one can be booked, in any order. And one at which no bay is
    free."""
    zone, work = setup.garage.zone, timedelta(minutes=service.minutes)
    dates = [setup.garage.today() + timedelta(days=number) for number in range(1, _HORIZON_DAYS - 1)]
    promised = {offer.start for day in days(setup, dates, Job.of([service])) for offer in day.offers}
    taken: dict[int, list[Range]] = defaultdict(list)
    for bay, start, end in Booking.objects.holding_capacity().values_list("bay_id", "held_from", "held_until"):
        taken[bay].append(Range(start, end))
    slots: list[Slot] = []
    full: list[Slot] = []
    for day in dates:
        for opens, closes in setup.hours_on(day):
            start, end = moment(day, opens, zone), moment(day, closes, zone)
            while start + work <= end:
                job = Range(start, start + work)
                free = [bay for bay in setup.bays if not any(job.overlaps(other) for other in taken[bay.pk])]
                slot = Slot(day, f"{start.astimezone(zone):%H:%M}")
                if start in promised:
                    slots.append(slot)
                if not free:
                    full.append(slot)
                start += work
    return slots, full[0]
