"""What waits for an answer, what was answered, and what is known of it: a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q
from django.utils import timezone

from bookings import limits
from bookings.availability import Book, days
from bookings.enums import Status
from bookings.inbox import NEAR, Check, Facts, Record, checks_of, concerns, is_green, job_of
from bookings.models import Booking, BookingQuerySet
from bookings.selectors.rows import total_of, with_row_parts
from bookings.selectors.same_people import same_people
from bookings.selectors.tiles import Tiles, booked_lately, declined_lately, tiles_of
from bookings.slots import Offer
from customers.models import Customer
from garages.setup import Setup

ROWS: Final = 100
EXPIRED_ROWS: Final = 50
LOOK_AHEAD: Final = 14
OTHER_TIMES: Final = 7
TABS: Final = ("open", "booked", "declined")
# What of the open ones can be asked for alone; the tiles lead there.
ONLY: Final = ("pending", "uncontacted")
_OPEN: Final = (Status.REQUESTED, Status.PENDING, Status.CONFIRMED, Status.IN_SERVICE)


@dataclass(frozen=True)
class QueueRow:
    """One booking in the queue. `checks` are empty where nothing is to be decided any more; `same` is whom its
    new customer may be."""

    booking: Any
    checks: list[Check] = field(default_factory=list)
    same: Customer | None = None

    @property
    def is_green(self) -> bool:
        return bool(self.checks) and is_green(self.checks)

    @property
    def concerns(self) -> list[Check]:
        return concerns(self.checks)

    @property
    def worst(self) -> Check | None:
        return next(iter(self.concerns), None)

    @property
    def minutes(self) -> int:
        return sum(line["minutes"] for line in self.booking.line_list)

    @property
    def total(self) -> int:
        """In minor units."""
        return total_of(self.booking)

    @property
    def seen(self) -> str:
        """The names of what is not fine: who answers this row has read them."""
        return ",".join(check.name for check in self.concerns)


@dataclass(frozen=True)
class Inbox:
    """One tab of the page. `expired` are shown on demand, below the open ones."""

    tab: str
    rows: list[QueueRow]
    expired: list[QueueRow]
    tiles: Tiles
    selected: QueueRow | None

    @property
    def green(self) -> list[QueueRow]:
        return [row for row in self.rows if row.is_green]

    @property
    def previous(self) -> QueueRow | None:
        return self._beside(-1)

    @property
    def next(self) -> QueueRow | None:
        return self._beside(1)

    @property
    def then(self) -> str:
        """The reference to go on with once the selected one is answered."""
        row = self.next or self.previous
        return row.booking.reference if row else ""

    def _beside(self, step: int) -> QueueRow | None:
        every = [*self.rows, *self.expired]
        if self.selected not in every:
            return None
        at = every.index(self.selected) + step
        return every[at] if 0 <= at < len(every) else None


def inbox_of(setup: Setup, *, tab: str, only: str = "", with_expired: bool = False, selected: str = "") -> Inbox:
    """One tab of the requests page; `selected` is the reference of the row to show beside the list, else the first.

    Pending bookings and requests whose time has not passed come soonest first, with their checks.
    """
    now = timezone.now()
    tiles = tiles_of(setup.garage, now)
    expired: list[QueueRow] = []
    if tab == "open":
        waiting = Q(status=Status.PENDING) | Q(status=Status.REQUESTED, starts_at__gte=now)
        if only == "pending":
            waiting = Q(status=Status.PENDING)
        elif only == "uncontacted":
            waiting = Q(status=Status.REQUESTED, starts_at__gte=now, contacted_at=None)
        bookings = list(waiting_rows(Booking.objects.filter(waiting)).order_by("starts_at", "pk")[:ROWS])
        past: list[Any] = []
        if with_expired:
            gone = Booking.objects.filter(status=Status.REQUESTED, starts_at__lt=now)
            past = list(waiting_rows(gone).order_by("-starts_at", "-pk")[:EXPIRED_ROWS])
        facts = facts_for([*bookings, *past], setup, now)
        rows = [QueueRow(booking, checks_of(booking, facts), facts.same.get(booking.pk)) for booking in bookings]
        expired = [QueueRow(booking, checks_of(booking, facts), facts.same.get(booking.pk)) for booking in past]
    else:
        answered = Booking.objects.filter(booked_lately(now) if tab == "booked" else declined_lately(now))
        rows = [QueueRow(booking) for booking in waiting_rows(answered).order_by("-answered_at", "-pk")[:ROWS]]
    every = [*rows, *expired]
    chosen = next((row for row in every if row.booking.reference == selected), None) or next(iter(every), None)
    return Inbox(tab=tab, rows=rows, expired=expired, tiles=tiles, selected=chosen)


def other_times(booking: Any, setup: Setup, *, day: date | None = None) -> list[Offer]:
    """Times to offer instead of the booking's own, soonest first: all of `day`, or of each day of the two weeks from
    its own on the one nearest to its hour. One query."""
    job, zone = job_of(booking, setup), setup.garage.zone
    if day is not None:
        return days(setup, [day], job, ignoring=booking)[0].offers
    own = booking.starts_at.astimezone(zone)
    first = max(own.date(), setup.garage.today())
    hour = timedelta(hours=own.hour, minutes=own.minute)

    def away(offer: Offer) -> timedelta:
        local = offer.start.astimezone(zone)
        return abs(timedelta(hours=local.hour, minutes=local.minute) - hour)

    ahead = days(setup, [first + timedelta(days=number) for number in range(LOOK_AHEAD)], job, ignoring=booking)
    others = ([one for one in each.offers if one.start != booking.starts_at] for each in ahead)
    return [min(offers, key=away) for offers in others if offers][:OTHER_TIMES]


def waiting_rows(bookings: BookingQuerySet) -> BookingQuerySet:
    """With all that the queue shows and its checks look at."""
    return with_row_parts(bookings).select_related(
        *("customer", "vehicle", "vehicle_type", "bay", "technician"),
        *("vehicle__customer", "contacted_by", "follows"),
    )


def facts_for(bookings: Sequence[Any], setup: Setup, now: datetime) -> Facts:
    """What the checks of these rows look at: five queries, however many rows."""
    if not bookings:
        return Facts(setup=setup, now=now)
    return Facts(
        setup=setup,
        now=now,
        ledger=Book.read(setup, _dates(bookings, setup), None, limits.Limits(setup)).ledger,
        records=_records({booking.customer_id for booking in bookings}),
        near=_near(bookings, now),
        same=same_people(bookings),
    )


def _dates(bookings: Sequence[Any], setup: Setup) -> list[date]:
    """Every day of the garage's on which one of them takes a bay or would."""
    spans = [[at.astimezone(setup.garage.zone).date() for at in (one.held_from, one.held_until)] for one in bookings]
    days_of = ((first + timedelta(days=number) for number in range((last - first).days + 1)) for first, last in spans)
    return sorted({day for days in days_of for day in days})


def _records(customers: set[int]) -> dict[int, Record]:
    ended = Booking.objects.filter(customer__in=customers, status__in=(Status.COMPLETED, Status.NO_SHOW))
    rows = (
        ended.values("customer_id")
        .annotate(
            visits=Count("pk", filter=Q(status=Status.COMPLETED)), no_shows=Count("pk", filter=Q(status=Status.NO_SHOW))
        )
        .order_by()
    )
    return {row["customer_id"]: Record(row["visits"], row["no_shows"]) for row in rows}


def _near(bookings: Sequence[Any], now: datetime) -> list[Booking]:
    numbers = {booking.customer.phone_digits for booking in bookings} - {""}
    people = {booking.customer_id for booking in bookings}
    people |= set(Customer.objects.filter(phone_digits__in=numbers).order_by().values_list("pk", flat=True))
    vehicles = {booking.vehicle_id for booking in bookings} - {None}
    window = min(one.starts_at for one in bookings) - NEAR, max(one.starts_at for one in bookings) + NEAR
    return list(
        Booking.objects.filter(Q(customer__in=people) | Q(vehicle__in=vehicles), starts_at__range=window)
        .filter(Q(status__in=_OPEN) & ~Q(status=Status.REQUESTED, starts_at__lt=now))
        .select_related("customer")
        .only(
            *("reference", "garage_id", "starts_at", "vehicle_id", "customer__kind", "customer__company_name"),
            *("customer__first_name", "customer__last_name", "customer__phone_digits"),
        )
        .order_by("starts_at", "pk")
    )
