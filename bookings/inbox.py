"""What can be said of a waiting booking before anybody answers it: ready-made checks. Pure: no database, no clock.

Each check is a function of the booking and the facts read for all rows at once; it answers with a sentence, or None
when it has nothing to say. One more check is one more function in `CHECKS`, and in `Facts` what it needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.enums import Status
from bookings.hours import is_there, minute, opening_ranges
from bookings.jobs import Job
from bookings.ledger import Ledger
from bookings.models import Booking
from bookings.slots import Demand, Range
from customers.models import Customer
from customers.names import fold
from fleet import plates
from garages import formats
from garages.enums import BayKind
from garages.setup import ServiceInfo, Setup

# Two visits of one car so close to each other are probably one, booked twice.
NEAR: Final = timedelta(days=3)


class State(StrEnum):
    """Fine, worth a look, or in the way."""

    OK = "ok"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True)
class Check:
    name: str
    state: State
    text: str


@dataclass(frozen=True)
class Record:
    """How often a customer came, and how often they did not."""

    visits: int = 0
    no_shows: int = 0


@dataclass(frozen=True)
class Facts:
    """What the checks of any number of rows need. The `ledger` covers the days of all of them; `near` are open bookings
    of the same customers, of people with their numbers, and of the same vehicles, each with its customer; `same` is
    who the customer of an online booking may be, by the booking's key."""

    setup: Setup
    now: datetime
    ledger: Ledger = field(default_factory=lambda: Ledger(days=(), taken=()))
    records: Mapping[int, Record] = field(default_factory=dict)
    near: Sequence[Booking] = ()
    same: Mapping[int, Customer] = field(default_factory=dict)


def checks_of(booking: Any, facts: Facts) -> list[Check]:
    """Everything there is to say, in the order it is read. `booking` comes from `with_row_parts`."""
    return [found for check in CHECKS if (found := check(booking, facts)) is not None]


def is_green(checks: Sequence[Check]) -> bool:
    """Nothing but fine: it may be answered together with others, unread."""
    return all(check.state == State.OK for check in checks)


def concerns(checks: Sequence[Check]) -> list[Check]:
    """What is not fine, worst first."""
    return sorted((check for check in checks if check.state != State.OK), key=lambda check: check.state != State.BLOCK)


def job_of(booking: Any, setup: Setup) -> Job:
    """What the booking holds or asks for; `Job.of_booking` for a row that has its lines already."""
    services = _services(booking, setup)
    demand = Demand(
        work=booking.work,
        before=booking.starts_at - booking.held_from,
        after=booking.held_until - booking.ends_at,
    )
    kind, zone = Job.of(services).bay_kind if services else "", setup.garage.zone
    overnight = booking.starts_at.astimezone(zone).date() != booking.ends_at.astimezone(zone).date()
    return Job(demand, kind, booking.skill_id, booking.technician_id, overnight)


def _services(booking: Any, setup: Setup) -> list[ServiceInfo]:
    return setup.services_of(line["service"] for line in booking.line_list)


def _room(booking: Any, facts: Facts) -> Check:
    """Whether the garage works at that time and has a bay: the pending one its own, the request any that fits."""
    setup = facts.setup
    day = booking.starts_at.astimezone(setup.garage.zone).date()
    closed_because = setup.closed_because(day)
    if booking.starts_at < facts.now:
        return Check("room", State.BLOCK, _("The time asked for has passed."))
    if closed_because is not None:
        return Check("room", State.BLOCK, _("Closed on that day: %(reason)s.") % {"reason": closed_because})
    if not _begins_and_ends_open(booking, setup):
        return Check("room", State.BLOCK, _("Outside the opening hours of that day."))
    fitting = {bay.pk: bay.name for bay in job_of(booking, setup).bays(setup)}
    if _is_counted(booking, setup):
        return _own_bay(booking, fitting, setup)
    held = minute(booking.held_from), minute(booking.held_until)
    free = [name for bay, name in fitting.items() if not facts.ledger.bays[bay].meets(*held)]
    if not free:
        return Check("room", State.BLOCK, _("No bay that fits is free at that time."))
    return Check("room", State.OK, _("There is room: %(bay)s is free.") % {"bay": free[0]})


def _is_counted(booking: Any, setup: Setup) -> bool:
    """Whether the ledger counts it as taking its bay: where the garage says so, requests do too."""
    return booking.holds_capacity or (setup.garage.requests_hold and booking.bay_id is not None)


def _begins_and_ends_open(booking: Any, setup: Setup) -> bool:
    """Work may go on over a break or a night; it begins and ends while the garage is open."""
    zone = setup.garage.zone
    first = opening_ranges(setup, booking.starts_at.astimezone(zone).date())
    last = opening_ranges(setup, booking.ends_at.astimezone(zone).date())
    return any(span.start <= booking.starts_at < span.end for span in first) and any(
        span.start < booking.ends_at <= span.end for span in last
    )


def _own_bay(booking: Any, fitting: Mapping[int, str], setup: Setup) -> Check:
    held = Range(booking.held_from, booking.held_until)
    out = {bay.pk for bay in setup.bays for away in bay.outages if held.overlaps(Range(away.starts_at, away.ends_at))}
    if booking.bay_id in fitting and booking.bay_id not in out:
        return Check("room", State.OK, _("%(bay)s is kept for it.") % {"bay": fitting[booking.bay_id]})
    bay = booking.bay.name if booking.bay else _("No bay")
    if booking.bay_id in setup.bay_names and booking.bay_id not in out:
        return Check("room", State.BLOCK, _("%(bay)s does not fit this work.") % {"bay": bay})
    return Check("room", State.BLOCK, _("%(bay)s is out of use.") % {"bay": bay})


def _customer(booking: Any, facts: Facts) -> Check:
    """Whether this is the person they say, and how it went before."""
    customer = booking.customer
    typed = booking.typed_name.strip()
    names = {fold(name) for name in (customer.name, customer.contact_name, customer.company_name)}
    if typed and fold(typed) not in names:
        text = _("Booked as “%(typed)s”, on the record of %(name)s.") % {"typed": typed, "name": customer.name}
        return Check("customer", State.WARN, text)
    same = facts.same.get(booking.pk)
    if same is not None:
        return Check("customer", State.WARN, _("Perhaps %(name)s, who is known already.") % {"name": same.name})
    if not (customer.phone or customer.phone_typed or customer.email):
        return Check("customer", State.WARN, _("There is no number or email to reach them."))
    record = facts.records.get(customer.pk, Record())
    if record.no_shows:
        text = ngettext("Did not come once before.", "Did not come %(count)d times before.", record.no_shows) % {
            "count": record.no_shows
        }
        return Check("customer", State.WARN, text)
    if not record.visits:
        return Check("customer", State.OK, _("First visit."))
    text = ngettext("Known: one visit so far.", "Known: %(count)d visits so far.", record.visits)
    return Check("customer", State.OK, text % {"count": record.visits})


def _vehicle(booking: Any, facts: Facts) -> Check | None:
    """Whether the plate fits the person and the type that was priced."""
    vehicle = booking.vehicle
    if vehicle is None:
        return None
    country = facts.setup.garage.country
    shown = plates.display(vehicle.registration, country) or vehicle.description
    if vehicle.customer_id is not None and vehicle.customer_id != booking.customer_id:
        text = _("%(plate)s belongs to %(name)s.") % {"plate": shown, "name": vehicle.customer.name}
        return Check("vehicle", State.WARN, text)
    types = {vehicle.vehicle_type_id, booking.vehicle_type_id} - {None}
    if len(types) > 1:
        names = {kind.pk: kind.name for kind in facts.setup.vehicle_types}
        text = _("%(plate)s is a %(own)s; this is priced for a %(booked)s.") % {
            "plate": shown,
            "own": names.get(vehicle.vehicle_type_id, "?"),
            "booked": names.get(booking.vehicle_type_id, "?"),
        }
        return Check("vehicle", State.WARN, text)
    oddity = plates.oddity(vehicle.registration, country)
    if oddity:
        return Check("vehicle", State.WARN, oddity)
    return Check("vehicle", State.OK, _("%(plate)s is their car.") % {"plate": shown})


def _mot(booking: Any, facts: Facts) -> Check | None:
    """Whether the car may still be driven here, unless the visit is for that."""
    until = booking.vehicle.mot_expires_on if booking.vehicle else None
    day = booking.starts_at.astimezone(facts.setup.garage.zone).date()
    if until is None or until >= day or any(one.bay_kind == BayKind.MOT for one in _services(booking, facts.setup)):
        return None
    shown = formats.day(until, formats.locale_of(facts.setup.garage))
    return Check("mot", State.WARN, _("The MOT runs out before the visit: %(day)s.") % {"day": shown})


def _technician(booking: Any, facts: Facts) -> Check | None:
    """Whether the one who is to do it is there, and all that is to be done then finds somebody who can."""
    someone = booking.technician
    if someone is not None and not is_there(facts.setup, someone.pk, booking.starts_at, booking.ends_at):
        return Check("technician", State.BLOCK, _("%(name)s is not there at that time.") % {"name": someone.name})
    if booking.starts_at < facts.now:
        return None
    if _is_counted(booking, facts.setup):
        lacking = facts.ledger.lacks_hands(minute(booking.held_from), minute(booking.held_until))
    else:
        wanted = job_of(booking, facts.setup).wanted(facts.setup)
        lacking = facts.ledger.lacks_hands(minute(booking.starts_at), minute(booking.ends_at), wanted)
    if not lacking:
        return None
    text = _("No technician who can do this is free at that time.")
    if someone is not None:
        text = _("%(name)s is not there or has another job at that time.") % {"name": someone.name}
    return Check("technician", State.BLOCK, text)


def _duplicate(booking: Any, facts: Facts) -> Check:
    twin = next((other for other in facts.near if _is_twin(booking, other)), None)
    if twin is None:
        return Check("duplicate", State.OK, _("Nothing else is booked near that day."))
    garage = facts.setup.garage
    when = formats.moment(twin.starts_at.astimezone(garage.zone), formats.locale_of(garage))
    text = _("Perhaps twice: also booked for %(when)s (%(reference)s).") % {"when": when, "reference": twin.reference}
    return Check("duplicate", State.WARN, text)


def _is_twin(booking: Any, other: Booking) -> bool:
    """The same car, or the same person with no other car named, within a few days. A business brings many cars."""
    if other.pk == booking.pk or abs(other.starts_at - booking.starts_at) > NEAR:
        return False
    if booking.vehicle_id is not None and other.vehicle_id is not None:
        return bool(booking.vehicle_id == other.vehicle_id)
    mine, theirs = booking.customer, other.customer
    if mine.is_business or theirs.is_business:
        return False
    return mine.pk == theirs.pk or (
        bool(mine.phone_digits) and mine.phone_digits == theirs.phone_digits and fold(mine.name) == fold(theirs.name)
    )


def _price(booking: Any, facts: Facts) -> Check | None:
    """Agreed prices are honoured (ruling 11); somebody should know when the menu says another one."""
    kind = facts.setup.vehicle_type(booking.vehicle_type_id)
    menu = {service.pk: service for service in facts.setup.services}
    gone = [line["name"] for line in booking.line_list if line["service"] not in menu]
    if gone:
        return Check("price", State.WARN, _("%(service)s is no longer on the menu.") % {"service": gone[0]})
    agreed = sum(line["price"] for line in booking.line_list)
    today = sum(menu[line["service"]].price_for(kind) for line in booking.line_list)
    garage = facts.setup.garage
    locale = formats.locale_of(garage)
    price = formats.money(agreed, garage.currency, locale)
    if agreed != today:
        text = _("Agreed for %(agreed)s; the menu now says %(today)s.") % {
            "agreed": price,
            "today": formats.money(today, garage.currency, locale),
        }
        return Check("price", State.WARN, text)
    return Check("price", State.OK, _("%(price)s, as on the menu.") % {"price": price})


def _contact(booking: Any, facts: Facts) -> Check | None:
    """A request is answered by talking to the customer first (REQ-8)."""
    if booking.status != Status.REQUESTED:
        return None
    if booking.contacted_at is None:
        return Check("contact", State.WARN, _("Not contacted yet."))
    garage = facts.setup.garage
    when = formats.moment(booking.contacted_at.astimezone(garage.zone), formats.locale_of(garage))
    if booking.contacted_by is None:
        return Check("contact", State.OK, _("Contacted %(when)s.") % {"when": when})
    text = _("Contacted %(when)s by %(name)s.") % {"when": when, "name": booking.contacted_by}
    return Check("contact", State.OK, text)


CHECKS: Final[Sequence[Callable[[Any, Facts], Check | None]]] = (
    _contact,
    _room,
    _technician,
    _customer,
    _vehicle,
    _mot,
    _duplicate,
    _price,
)
