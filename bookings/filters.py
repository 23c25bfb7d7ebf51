"""What the lists of all bookings and of all orders are filtered by; the whole state stands in their addresses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import F, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.days import read_day
from bookings.enums import HOLDS_CAPACITY, Awaiting, DropOff, OrderState, Source, Status
from bookings.models import BookingQuerySet
from bookings.slots import day_range
from garages.models import Garage
from garages.words import words_of

_OPEN: Final = Q(status__in=HOLDS_CAPACITY)
# Who is booked in at reception for so soon stands at the counter.
_WALK_IN: Final = timedelta(hours=2)
# The marks that can be asked for, of bookings they still matter on (P-11).
MARKED: Final[dict[str, tuple[Promise, Q]]] = {
    "wait": (_("Customer waits here"), _OPEN & Q(drop_off=DropOff.WAIT)),
    "shuttle": (_("Shuttle"), _OPEN & Q(drop_off=DropOff.SHUTTLE)),
    "courtesy": (_("Courtesy car"), _OPEN & Q(drop_off=DropOff.COURTESY)),
    "parts": (_("Waiting for parts"), _OPEN & Q(awaiting=Awaiting.PARTS)),
    "authorisation": (_("Waiting for authorisation"), _OPEN & Q(awaiting=Awaiting.AUTHORISATION)),
    "held-up": (_("Work is held up"), Q(status=Status.IN_SERVICE) & ~Q(awaiting="")),
    "overnight": (_("Stays overnight"), _OPEN & Q(overnight=True)),
    "keys": (_("Key on the board"), ~Q(key_tag="")),
    "collect": (_("Done, key still here"), Q(status=Status.COMPLETED) & ~Q(key_tag="")),
    "walk-in": (_("Walk-in"), Q(source=Source.RECEPTION, starts_at__lt=F("created_at") + _WALK_IN)),
}
# The same where it depends on the day: what came before today and is not done yet.
CARRIED: Final = "carried"


class BookingFilter:
    """Reads what it can and ignores the rest: an address somebody edited still shows a page."""

    def __init__(self, data: QueryDict, *, garage: Garage) -> None:
        self.garage = garage
        self.query = words_of(data)
        self.status = data.get("status", "") if data.get("status") in Status.values else ""
        self.source = data.get("source", "") if data.get("source") in Source.values else ""
        self.since = read_day(data.get("from", ""))
        self.until = read_day(data.get("to", ""))
        self.mark = data.get("mark", "") if data.get("mark") in (*MARKED, CARRIED) else ""
        self.page = page_of(data)
        self.statuses = Status.choices
        self.sources = Source.choices
        self.marks = [*((name, label) for name, (label, _which) in MARKED.items()), (CARRIED, _("Carried over"))]

    @property
    def is_on(self) -> bool:
        return any((self.query, self.status, self.source, self.mark, self.since, self.until))

    def apply(self, bookings: BookingQuerySet) -> BookingQuerySet:
        """The bookings that fit all but the words; days are the garage's, both ends included."""
        wanted: dict[str, Any] = {}
        if self.status:
            wanted["status"] = self.status
        if self.source:
            wanted["source"] = self.source
        if self.since:
            wanted["starts_at__gte"] = day_range(self.since, self.garage.zone).start
        if self.until:
            wanted["starts_at__lt"] = day_range(self.until, self.garage.zone).end
        if self.mark == CARRIED:
            today = day_range(self.garage.today(), self.garage.zone).start
            bookings = bookings.filter(status=Status.IN_SERVICE, starts_at__lt=today)
        elif self.mark:
            bookings = bookings.filter(MARKED[self.mark][1])
        return bookings.filter(**wanted)


class OrderFilter:
    """The same of the orders: their state, and words of the customer, the car, the booking or the extra."""

    def __init__(self, data: QueryDict) -> None:
        self.query = words_of(data)
        self.state = data.get("state", "") if data.get("state") in OrderState.values else ""
        self.page = page_of(data)


def page_of(data: QueryDict) -> int:
    """Which page an address asks for; the first where it names none."""
    page = data.get("page", "")
    return int(page) if page.isdecimal() and len(page) < 7 else 1
