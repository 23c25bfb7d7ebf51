"""Telling owners that the MOT of their car or a service that comes round again is due (P-14).

Rows of the outbox like all others, written by the clock: some days before, once for each vehicle, day and mark, to
whom agreed to it. Before one is written the registers are asked again, because an MOT may have been done elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from bookings.selectors.work import may_be_due, work_on
from bookings.slots import moment
from customers.enums import Channel as Liked
from customers.models import Customer
from fleet.models import Vehicle
from fleet.register import refresh
from garages.acts import act
from garages.models import Garage
from notifications.enums import DUE, Channel, Kind
from notifications.models import LONGEST_BEFORE, Message
from notifications.reach import agreed_channels, channels_to
from notifications.rules import Rules, load_rules
from notifications.together import due_on

SENT_AT: Final = time(10)
UNTIL: Final = time(18)  # what is found out later waits for the next morning
GRACE: Final = timedelta(days=3)  # so late a reminder still makes sense: the worker may have been away
ASKED_AT_ONCE: Final = 50  # of the registers, in one pass
LOOKED_AT: Final = 5_000  # vehicles with something due, in one pass


@dataclass(frozen=True)
class Mark:
    """Something due on a vehicle, and by which of the garage's reminders it is told."""

    vehicle: int
    kind: Kind
    on: date
    item: str
    days_before: int = 0

    @property
    def key(self) -> tuple[int, str, date]:
        return self.vehicle, self.kind, self.on

    @property
    def told_as(self) -> tuple[object, ...]:
        """What its message is unique by."""
        return self.vehicle, self.kind, self.on.toordinal(), self.days_before

    @property
    def from_day(self) -> date:
        return self.on - timedelta(days=self.days_before)

    def is_timely(self, today: date) -> bool:
        return self.from_day <= today <= self.on and today < self.from_day + GRACE


def marks_on(vehicles: Iterable[int], garage: Garage, *, since: date | None = None) -> list[Mark]:
    """What is due on these vehicles from today on, or since a day gone by; services of one day together: one query."""
    since = since or garage.today()
    items: defaultdict[tuple[int, Kind, date], list[str]] = defaultdict(list)
    for vehicle, work in work_on(vehicles, garage, within=timedelta(days=LONGEST_BEFORE)).items():
        for due in work.due:
            if due.on >= since:
                items[vehicle, Kind.MOT_DUE if due.is_mot else Kind.SERVICE_DUE, due.on].append(due.name)
    return [Mark(*key, " + ".join(names)) for key, names in items.items()]


def mark_of(message: Message) -> Mark:
    assert message.vehicle_id
    assert message.days_before is not None
    return Mark(message.vehicle_id, Kind(message.kind), due_on(message), "", message.days_before)


@act
def plan_due(garage: Garage) -> int:
    """Write what is to be told today in the garage in scope; how many messages. Ten queries, and those of the
    registers' answers. Done again, it changes nothing; what the registers have not answered yet is left to the next
    time, but for no longer than a day."""
    rules = load_rules(garage.pk)
    today = garage.today()
    if not (rules.due_days and any(rules.of(kind).is_on for kind in DUE)):
        return 0
    near = may_be_due(garage, first=today, last=today + timedelta(days=max(rules.due_days)), most=LOOKED_AT)
    marks = _unwritten(_timely(marks_on(near, garage), rules, today))
    cars = Vehicle.objects.select_related("customer").in_bulk([mark.vehicle for mark in marks])
    ways = _ways(marks, cars, rules)
    by_owner = sorted(marks, key=lambda mark: (cars[mark.vehicle].customer_id or 0) if mark.vehicle in cars else 0)
    wanted = [mark for mark in by_owner if ways.get(mark.told_as)][:ASKED_AT_ONCE]
    ready = _known_of_each_owner(wanted, cars, garage, today)
    still = {mark.key for mark in marks_on({mark.vehicle for mark in ready}, garage)}
    due_at = rules.after_quiet(_next_morning(garage))
    rows = [
        _row(mark, cars[mark.vehicle], channel, to, due_at)
        for mark in ready
        if mark.key in still
        for channel, to in ways[mark.told_as]
    ]
    return len(Message.objects.bulk_create(rows, ignore_conflicts=True))


def _timely(marks: Iterable[Mark], rules: Rules, today: date) -> list[Mark]:
    """Each with the nearest of the garage's reminders, when it is that one's time and its kind is sent."""
    found = []
    for mark in marks:
        before = (replace(mark, days_before=days) for days in sorted(rules.due_days))
        timely = next((one for one in before if one.is_timely(today)), None)
        if timely is not None and rules.of(mark.kind).is_on:
            found.append(timely)
    return found


def _unwritten(marks: list[Mark]) -> list[Mark]:
    rows = Message.objects.filter(vehicle__in=[mark.vehicle for mark in marks], kind__in=DUE)
    written = set(rows.values_list("vehicle", "kind", "version", "days_before"))
    return [mark for mark in marks if mark.told_as not in written]


def _ways(
    marks: list[Mark], cars: dict[int, Vehicle], rules: Rules
) -> dict[tuple[object, ...], list[tuple[Channel, str]]]:
    """By which channels the owner of each may be told, and where: one query."""
    agreed = agreed_channels({car.customer_id for car in cars.values() if car.customer_id})
    return {
        mark.told_as: channels_to(
            car.customer, rules.of(mark.kind), stopped=set(Channel) - agreed.get(car.customer.pk, set())
        )
        for mark in marks
        if (car := cars.get(mark.vehicle)) is not None and car.customer is not None and _is_written_to(car.customer)
    }


def _is_written_to(customer: Customer) -> bool:
    """Who likes to be called is on the desk's list."""
    return customer.preferred_channel != Liked.PHONE


def _known_of_each_owner(marks: list[Mark], cars: dict[int, Vehicle], garage: Garage, today: date) -> list[Mark]:
    """Those whose registers have answered for all vehicles of their owner: these are told together."""
    asked = [(mark, cars[mark.vehicle], _is_known(mark, cars[mark.vehicle], garage, today)) for mark in marks]
    waiting = {car.customer_id for _mark, car, is_known in asked if not is_known}
    return [mark for mark, car, _is_known in asked if car.customer_id not in waiting]


def _is_known(mark: Mark, car: Vehicle, garage: Garage, today: date) -> bool:
    return mark.kind != Kind.MOT_DUE or refresh(car, garage) or today > mark.from_day


def _next_morning(garage: Garage) -> datetime:
    """Now, in office hours; else the hour of the day at which people are written to (P-13)."""
    now, today = garage.now(), garage.today()
    if now.time() >= UNTIL:
        return moment(today + timedelta(days=1), SENT_AT, garage.zone)
    return max(timezone.now(), moment(today, SENT_AT, garage.zone))


def _row(mark: Mark, car: Vehicle, channel: Channel, to: str, due_at: datetime) -> Message:
    return Message(
        vehicle=car,
        customer_id=car.customer_id,
        kind=mark.kind,
        channel=channel,
        to=to,
        version=mark.on.toordinal(),
        days_before=mark.days_before,
        facts={"item": mark.item},
        due_at=due_at,
    )
