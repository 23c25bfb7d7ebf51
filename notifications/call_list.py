"""Which vehicles have something due, who is told of it by a message, and whom the desk has to ring (P-14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.enums import OPEN
from bookings.models import Booking
from bookings.selectors.work import may_be_due
from customers.enums import Channel as Liked
from customers.models import Customer
from fleet.models import Vehicle
from garages.models import Garage, User
from notifications.due import Mark, marks_on
from notifications.enums import DUE, Channel, State
from notifications.models import DueCall, Message
from notifications.reach import agreed_channels, channels_to
from notifications.rules import Rules, load_rules

LOOKED_AT: Final = 1_000
PAST: Final = timedelta(days=30)  # what should have been done is worth a call for so long
WINDOWS: Final = (7, 14, 30, 60)
_USUAL_WINDOW: Final = 30


@dataclass(frozen=True)
class Entry:
    """Something due: on which car, whose, the open booking that is next (`reference`, `starts_at`, `status`), the
    message that tells of it, the call; `silence` says why no message goes."""

    mark: Mark
    vehicle: Vehicle
    is_over: bool
    coming: Mapping[str, Any] | None
    message: Message | None
    call: DueCall | None
    silence: str | Promise

    @property
    def is_to_call(self) -> bool:
        return self.call is None and bool(self.silence)


class Wanted:
    """What the list is narrowed to; the whole state stands in its address."""

    windows = WINDOWS

    def __init__(self, data: QueryDict) -> None:
        days = data.get("days", "")
        self.days = int(days) if days.isdecimal() and int(days[:3]) in WINDOWS else _USUAL_WINDOW
        self.everybody = data.get("show") == "all"
        self.page = data.get("page")


@dataclass(frozen=True)
class CallList:
    """A page of it, and how many there are to call and in all. `is_cut`: of a large fleet, only the earliest."""

    page: Page[Entry]
    to_call: int
    total: int
    is_cut: bool


def call_list(garage: Garage, wanted: Wanted, *, size: int) -> CallList:
    """Of the garage in scope, the earliest first, what is due on an owner's vehicles together: eight queries."""
    keys, entries = _due(garage, wanted)
    to_call = [entry for entry in entries if entry.is_to_call]
    page = Paginator(entries if wanted.everybody else to_call, size).get_page(wanted.page)
    return CallList(page, len(to_call), len(entries), is_cut=len(keys) == LOOKED_AT)


def note_call(garage: Garage, wanted: Wanted, customer: Customer, *, by: User) -> None:
    """This owner was rung about everything the list asks to call them for."""
    _keys, entries = _due(garage, wanted)
    asked = [one.mark for one in entries if one.is_to_call and one.vehicle.customer_id == customer.pk]
    calls = [DueCall(vehicle_id=mark.vehicle, kind=mark.kind, due_on=mark.on, by=by) for mark in asked]
    DueCall.objects.bulk_create(calls, ignore_conflicts=True)


def _due(garage: Garage, wanted: Wanted) -> tuple[list[int], list[Entry]]:
    """The vehicles looked at, and what is due on them, in the list's order."""
    today = garage.today()
    last = today + timedelta(days=wanted.days)
    keys = may_be_due(garage, first=today - PAST, last=last, most=LOOKED_AT)
    entries = [entry for entry in _entries(keys, garage) if entry.mark.on <= last]
    first = {entry.vehicle.customer_id: entry.mark.on for entry in reversed(entries)}
    return keys, sorted(entries, key=lambda one: (first[one.vehicle.customer_id], one.vehicle.customer_id or 0))


def _entries(keys: list[int], garage: Garage) -> list[Entry]:
    today = garage.today()
    cars = Vehicle.objects.select_related("customer").in_bulk(keys)
    marks = sorted(marks_on(keys, garage, since=today - PAST), key=lambda mark: (mark.on, mark.vehicle))
    rules = load_rules(garage.pk)
    agreed = agreed_channels({car.customer_id for car in cars.values() if car.customer_id})
    messages = _messages(keys)
    calls = {(call.vehicle_id, call.kind, call.due_on): call for call in _calls(keys)}
    coming = _coming(keys, garage)
    found = []
    for mark in marks:
        car, message = cars.get(mark.vehicle), messages.get((mark.vehicle, mark.kind, mark.on.toordinal()))
        if car is None or car.customer is None:
            continue
        is_told = message is not None and message.state not in (State.FAILED, State.DROPPED)
        silence = "" if is_told else _silence(mark, car, rules, agreed.get(car.customer.pk, set()))
        found.append(Entry(mark, car, mark.on < today, coming.get(mark.vehicle), message, calls.get(mark.key), silence))
    return found


def _silence(mark: Mark, car: Vehicle, rules: Rules, agreed: set[str]) -> str | Promise:
    assert car.customer
    rule, customer = rules.of(mark.kind), car.customer
    if mark.on < rules.garage.today():
        return _("Overdue")
    if not rule.is_on:
        return _("No reminders are sent")
    if customer.preferred_channel == Liked.PHONE:
        return _("Prefers a call")
    if channels_to(customer, rule, stopped=set(Channel) - agreed):
        return ""
    return _("No address") if agreed & set(rule.channels) else _("Has not agreed to reminders")


def _messages(keys: list[int]) -> dict[tuple[int | None, str, int], Message]:
    """The latest of each vehicle, kind and day."""
    rows = Message.objects.filter(vehicle__in=keys, kind__in=DUE).order_by("pk")
    return {(row.vehicle_id, row.kind, row.version): row for row in rows}


def _calls(keys: list[int]) -> list[DueCall]:
    return list(DueCall.objects.filter(vehicle__in=keys).select_related("by"))


def _coming(keys: list[int], garage: Garage) -> dict[int, Mapping[str, Any]]:
    rows = (
        Booking.objects.filter(vehicle__in=keys, status__in=OPEN, ends_at__gt=garage.now())
        .order_by("vehicle_id", "starts_at", "pk")
        .distinct("vehicle_id")
        .values("vehicle_id", "reference", "starts_at", "status")
    )
    return {row["vehicle_id"]: row for row in rows}
