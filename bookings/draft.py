"""The booking form between two key presses: what is chosen so far, and what that makes possible.

The form is drawn again by the server whenever a choice changes what else can be chosen. A draft never refuses: it takes
what it can read and leaves the rest as typed. `bookings.forms` is where input is judged.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final, TypeVar

from django.http import QueryDict
from django.utils.dateparse import parse_time

from bookings.availability import Day, days, earliest_start
from bookings.days import read_day
from bookings.enums import DropOff, Priority
from bookings.hours import drop_off_before, left_from
from bookings.jobs import Job
from bookings.models import Booking, SlotHold
from bookings.selectors.work import Work, work_on
from bookings.slots import Offer, moment
from customers.enums import Kind
from customers.models import Contact, Customer
from customers.names import split_name
from customers.phones import national
from fleet.models import Vehicle
from fleet.selectors import usual_type
from garages.rows import named
from garages.setup import ServiceInfo, Setup, VehicleTypeInfo

Value = TypeVar("Value")

STRIP_DAYS: Final = 7
FIRST_OFFERS: Final = 4
WEEKS_AHEAD: Final = 5


@dataclass(frozen=True)
class ServiceOption:
    """A row of the service list, priced for the chosen vehicle type."""

    service: ServiceInfo
    price: int

    @property
    def public_id(self) -> str:
        return self.service.public_id


@dataclass
class Draft:
    """Everything the form shows beside its fields' own values. `strip` is the row of days it offers, `day` the chosen
    one, `is_untouched` that nobody chose it: the form came with it, `passed_over` the wished-for one when it has no
    room, `beside` the day the desk's list shows, `work` what was done to the chosen vehicle here, `way` how the car is
    left, `asked_for` whom of a company's `contacts` or not."""

    setup: Setup
    kind: Kind = Kind.INDIVIDUAL
    customer: Customer | None = None
    contacts: Sequence[Contact] = ()
    asked_for: str = ""
    vehicles: Sequence[Vehicle] = ()
    vehicle: Vehicle | None = None
    work: Work = field(default_factory=Work)
    vehicle_type: VehicleTypeInfo | None = None
    type_is_chosen: bool = False
    services: list[ServiceInfo] = field(default_factory=list)
    wants_more: bool = False
    strip: list[Day] = field(default_factory=list)
    day: Day | None = None
    is_untouched: bool = False
    beside: Day | None = None
    passed_over: Day | None = None
    offer: Offer | None = None
    hold: SlotHold | None = None
    wanted_time: time | None = None
    way: DropOff = DropOff.DROP

    @property
    def menu(self) -> list[tuple[str, list[ServiceOption]]]:
        """Services by category, the most booked first, else in the garage's order; extras come last."""
        best: dict[str, int] = {}
        for service in self.setup.services:
            best[service.category] = max(best.get(service.category, 0), service.times_booked)
        places = {category: place for place, category in enumerate(best)}
        ordered = sorted(
            self.setup.services,
            key=lambda service: (
                service.is_extra,
                -best[service.category],
                places[service.category],
                -service.times_booked,
            ),
        )
        return [
            (category, [ServiceOption(service, service.price_for(self.vehicle_type)) for service in group])
            for category, group in groupby(ordered, key=lambda service: service.category)
        ]

    @property
    def service_rows(self) -> list[str]:
        """The chosen service of each line drawn; a blank one where a line waits for its service."""
        chosen = [service.public_id for service in self.services]
        return [*chosen, ""] if self.wants_more or not chosen else chosen

    @property
    def total(self) -> int:
        return sum(service.price_for(self.vehicle_type) for service in self.services)

    @property
    def minutes(self) -> int:
        return sum(service.minutes for service in self.services)

    @property
    def offers(self) -> list[Offer]:
        return self.day.offers if self.day else []

    @property
    def first_offers(self) -> list[Offer]:
        """The ones shown at once: the first few, and the chosen one wherever it lies."""
        first = self.offers[:FIRST_OFFERS]
        return first if self.offer is None or self.offer in first else [*first[: FIRST_OFFERS - 1], self.offer]

    @property
    def later_offers(self) -> list[Offer]:
        return [offer for offer in self.offers if offer not in self.first_offers]

    @property
    def left_from(self) -> datetime | None:
        """From when on the car may be left that day, now at the earliest; None where a time is chosen."""
        first = left_from(self.setup, self.offer.start, self.way) if self.offer else None
        return max(first, min(earliest_start(), self.offer.start)) if self.offer and first else None

    @property
    def overnight(self) -> datetime | None:
        """When the car may be left the evening before the chosen start."""
        return drop_off_before(self.setup, self.offer) if self.offer else None


def read_draft(
    data: Mapping[str, Any], setup: Setup, *, changed: str = "", beside: date | None = None
) -> tuple[Draft, dict[str, Any]]:
    """The draft of what was typed, and the values its fields should now show.

    `changed` names the choice that was just made and may fill other fields: "customer" fills the person and their last
    car (ruling 8), "vehicle" fills the car, "model" proposes its type; `contact` among the data fills in whom to ask
    for at the company. `beside` is the day the list shows. At most four queries, five for a company.
    """
    values = {name: data.get(name, "") for name in data}
    draft = Draft(setup=setup, kind=Kind.BUSINESS if data.get("kind") == Kind.BUSINESS else Kind.INDIVIDUAL)
    draft.customer = named(Customer.objects.all(), data.get("customer"))
    if draft.customer is not None:
        draft.vehicles = list(draft.customer.vehicles.select_related("vehicle_type"))
        if changed == "customer":
            values |= _of_customer(draft.customer, setup)
            draft.kind = Kind(draft.customer.kind)
        if draft.customer.is_business:
            draft.contacts = list(draft.customer.contacts.all())
            values |= _of_contact(draft, str(data.get("contact", "")))
            draft.asked_for = f"{values.get('first_name', '')} {values.get('last_name', '')}".strip()
    draft.vehicle = _chosen_vehicle(draft, data, changed)
    if draft.vehicle is not None and changed in ("customer", "vehicle"):
        values |= _of_vehicle(draft.vehicle)
    elif changed in ("customer", "vehicle"):
        values |= dict.fromkeys(("registration", "make", "model"), "")
    if draft.vehicle is not None:
        draft.work = work_on([draft.vehicle.pk], setup.garage).get(draft.vehicle.pk, draft.work)
    values["vehicle"] = str(draft.vehicle.public_id) if draft.vehicle else ""
    draft.vehicle_type = _vehicle_type(draft, data, changed)
    values["vehicle_type"] = draft.vehicle_type.public_id if draft.vehicle_type else ""
    _read_job(draft, data, beside=beside)
    values["date"] = draft.day.date if draft.day else None
    values["kind"] = draft.kind
    draft.type_is_chosen = bool(data.get("type_chosen")) and changed not in ("customer", "vehicle")
    return draft, values


def draft_of_booking(booking: Booking, setup: Setup, data: QueryDict | None = None) -> Draft:
    """The draft behind the edit form: the booking as it is, or as it was just typed."""
    draft = Draft(setup=setup, customer=booking.customer, vehicle=booking.vehicle)
    if data is not None:
        draft.vehicle_type = setup.vehicle_types_by_id.get(data.get("vehicle_type", ""))
        _read_job(draft, data, ignoring=booking)
        return draft
    local = booking.starts_at.astimezone(setup.garage.zone)
    draft.vehicle_type = setup.vehicle_type(booking.vehicle_type_id)
    draft.services = setup.services_of(line.service_id for line in booking.lines.all())
    draft.wanted_time = local.time().replace(microsecond=0)
    draft.way = DropOff(booking.drop_off)
    _offer_days(draft, local.date(), ignoring=booking)
    return draft


def initial_of_booking(booking: Booking, setup: Setup) -> dict[str, Any]:
    """What the edit form's fields show before anything is typed."""
    local = booking.starts_at.astimezone(setup.garage.zone)
    return {
        "version": booking.version,
        "vehicle": str(booking.vehicle.public_id) if booking.vehicle else "",
        "technician": str(booking.technician.public_id) if booking.technician else "",
        "date": local.date(),
        "time": local.time(),
        "workshop_notes": booking.workshop_notes,
        "internal_notes": booking.internal_notes,
        "urgent": booking.priority == Priority.URGENT,
        "drop_off": booking.drop_off,
    }


def _of_customer(customer: Customer, setup: Setup) -> dict[str, Any]:
    phone = str(customer.phone)
    return {
        "customer": str(customer.public_id),
        "company_name": customer.company_name,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "phone": national(phone, setup.garage.phone_region) if phone else customer.phone_typed,
        "email": customer.email,
        "new_person": "",
    }


def _of_contact(draft: Draft, wanted: str) -> dict[str, Any]:
    """Who of the company's people was just chosen to ask for; what is not known of them stays the company's."""
    chosen = next((contact for contact in draft.contacts if str(contact.public_id) == wanted), None)
    if chosen is None:
        return {}
    first_name, last_name = split_name(chosen.name)
    phone = str(chosen.phone)
    phone = national(phone, draft.setup.garage.phone_region) if phone else chosen.phone_typed
    known = {"phone": phone, "email": chosen.email}
    return {"first_name": first_name, "last_name": last_name, **{name: text for name, text in known.items() if text}}


def _of_vehicle(vehicle: Vehicle) -> dict[str, Any]:
    return {
        "registration": vehicle.registration_typed or vehicle.registration,
        "make": vehicle.make,
        "model": vehicle.model,
    }


def _chosen_vehicle(draft: Draft, data: Mapping[str, Any], changed: str) -> Vehicle | None:
    """The vehicle picked; after picking the customer, the one named in the address or else the last one used:
    of a company's fleet nobody can guess which."""
    wanted = str(data.get("vehicle", ""))
    chosen = next((car for car in draft.vehicles if str(car.public_id) == wanted), None)
    if chosen is None and changed == "customer" and draft.vehicles and draft.kind != Kind.BUSINESS:
        return draft.vehicles[0]
    return chosen


def _vehicle_type(draft: Draft, data: Mapping[str, Any], changed: str) -> VehicleTypeInfo | None:
    """The vehicle's own type when it was just chosen, the usual one when a make and model were, unless somebody chose
    the type themselves; else what is ticked; else the garage's first."""
    if changed == "model" and not data.get("type_chosen"):
        usual = usual_type(str(data.get("make", "")), str(data.get("model", "")))
        known = draft.setup.vehicle_type(usual)
        if known is not None:
            return known
    if draft.vehicle is not None and draft.vehicle.vehicle_type_id and changed in ("customer", "vehicle"):
        own = draft.setup.vehicle_type(draft.vehicle.vehicle_type_id)
        if own is not None:
            return own
    return draft.setup.vehicle_types_by_id.get(str(data.get("vehicle_type", ""))) or next(
        iter(draft.setup.vehicle_types), None
    )


def _read_job(
    draft: Draft, data: Mapping[str, Any], *, ignoring: Booking | None = None, beside: date | None = None
) -> None:
    chosen = data.getlist("service") if isinstance(data, QueryDict) else [data.get("service", "")]
    menu = draft.setup.services_by_id
    draft.services = [menu[item] for item in dict.fromkeys(chosen) if item in menu]
    draft.wants_more = bool(data.get("add_service"))
    draft.wanted_time = _read(parse_time, data.get("time"))
    draft.way = _read(DropOff, data.get("drop_off")) or DropOff.DROP
    draft.hold = _alive(data.get("hold"))
    day = read_day(str(data.get("other_date") or data.get("date") or ""))
    draft.is_untouched = day is None or (not data.get("other_date") and data.get("untouched") == data.get("date"))
    _offer_days(draft, day, ignoring=ignoring, beside=beside)


def _alive(token: Any) -> SlotHold | None:
    """The hold the form carries, while it lasts."""
    hold_id = _read(uuid.UUID, token)
    return SlotHold.objects.alive().filter(public_id=hold_id).first() if hold_id else None


def _chosen_day(draft: Draft, wanted: date | None, job: Job | None) -> Day:
    """The wished-for day, else the first with room; where a whole week has none, the weeks after it are looked at."""
    wished = next((day for day in draft.strip if day.date == wanted), None)
    if wished is not None and wished.is_bookable:
        return wished
    draft.passed_over = wished
    strips = [draft.strip]
    for week in range(WEEKS_AHEAD):
        chosen = next((day for day in strips[-1] if day.is_bookable), None)
        if chosen is not None:
            if week:
                draft.strip = [*draft.strip[: STRIP_DAYS - 1], chosen]
            return chosen
        if job is None:
            break
        strips.append(days(draft.setup, [day.date + timedelta(weeks=1) for day in strips[-1]], job, drop_off=draft.way))
    return wished or draft.strip[0]


def _keep_own_time(draft: Draft, booking: Booking) -> None:
    """A booking being edited may stay where it is, also off the grid, in the past, or on a day that closed since."""
    own_day = booking.starts_at.astimezone(draft.setup.garage.zone).date()
    own = Offer(booking.starts_at, booking.ends_at, (booking.bay_id,) if booking.bay_id else (0,))
    draft.strip = [
        replace(
            day,
            is_kept=True,
            offers=sorted({offer.start: offer for offer in [own, *day.offers]}.values(), key=lambda one: one.start),
        )
        if day.date == own_day
        else day
        for day in draft.strip
    ]


def _read(parse: Callable[[str], Value | None], typed: Any) -> Value | None:
    """What was typed, or None: a draft takes what it can read."""
    try:
        return parse(str(typed or ""))
    except ValueError:
        return None


def _offer_days(
    draft: Draft, wanted: date | None, *, ignoring: Booking | None = None, beside: date | None = None
) -> None:
    """Fill the strip of days and choose among them: the wished-for day, or the first that has room."""
    garage = draft.setup.garage
    today = garage.today()
    last = today + timedelta(days=garage.horizon_days)
    first = today
    if wanted is not None and not today <= wanted < today + timedelta(days=STRIP_DAYS):
        first = wanted if ignoring is not None else max(today, min(wanted, last))
    job = Job.of(draft.services) if draft.services else None
    dates = [first + timedelta(days=number) for number in range(STRIP_DAYS)]
    more = [] if beside is None or beside in dates else [beside]
    own = draft.hold.public_id if draft.hold else None
    known = days(draft.setup, [*dates, *more], job, ignoring=ignoring, but_hold=own, drop_off=draft.way)
    draft.strip = known[:STRIP_DAYS]
    draft.beside = next((day for day in known if day.date == beside), None)
    if ignoring is not None:
        _keep_own_time(draft, ignoring)
    draft.day = _chosen_day(draft, wanted, job)
    if draft.wanted_time is not None:
        at = moment(draft.day.date, draft.wanted_time, garage.zone)
        draft.offer = next((offer for offer in draft.offers if offer.start == at), None)
    if draft.offer is None and draft.offers and (ignoring is None or garage.day_only):
        draft.offer = draft.offers[0]
