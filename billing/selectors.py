"""Reads of invoices: the list, one on paper, what happened to it, what is still to be paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from billing.enums import Standing, Way
from billing.filters import InvoiceFilter
from billing.models import Invoice, InvoiceLine
from billing.sums import Sums, sums_of
from bookings.enums import Status
from bookings.models import Booking
from bookings.selectors.desk import Page
from bookings.selectors.rows import matching
from bookings.slots import day_range
from customers.selectors import matching as customers_matching
from garages import formats
from garages.models import Garage

NUMBERS_FOUND = 3


# --- Lists --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Invoices:
    """A page of the garage's invoices, and how many fit the words in every standing."""

    page: Page
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def invoices_of(wanted: InvoiceFilter, garage: Garage, *, size: int) -> Invoices:
    """Those that fit, newest first: two queries."""
    found = _with_words(wanted.query, garage)
    standings = found.order_by().values("status").annotate(number=Count("pk"))
    counts = dict.fromkeys(Standing.values, 0) | {row["status"]: row["number"] for row in standings}
    total = counts[wanted.status] if wanted.status else sum(counts.values())
    number = max(1, min(wanted.page, -(-total // size)))
    if wanted.status:
        found = found.filter(status=wanted.status)
    rows = found.select_related("customer", "booking__vehicle").order_by("-pk")[(number - 1) * size : number * size]
    return Invoices(Page(list(rows), number, size, total), counts)  # type: ignore[arg-type]


def _with_words(query: str, garage: Garage) -> QuerySet[Invoice]:
    """Invoices whose number begins so, of bookings or customers that have every word typed, or of that plate."""
    invoices = Invoice.objects.all()
    if not query:
        return invoices
    bookings = matching(Booking.objects.all(), query).order_by().values("pk")
    customers = customers_matching(query, region=garage.phone_region).order_by().values("pk")
    return invoices.filter(Q(number__begins=query) | Q(booking__in=bookings) | Q(customer__in=customers))


def with_number(text: str) -> list[Invoice]:
    """A few invoices whose number begins so, the newest first: one query."""
    return list(Invoice.objects.filter(number__begins=text).exclude(number="").order_by("-number")[:NUMBERS_FOUND])


def unpaid_today(garage: Garage) -> list[Booking]:
    """Bookings completed today whose invoice is not paid, each with it as `invoice` (None: there is none). Two
    queries."""
    evening = day_range(garage.today(), garage.zone)
    done = Booking.objects.filter(
        status=Status.COMPLETED, completed_at__gte=evening.start, updated_at__gte=evening.start
    ).select_related("customer", "vehicle")
    bookings = list(done.order_by("completed_at", "pk"))
    live = Invoice.objects.filter(booking__in=bookings).exclude(status=Standing.VOID)
    known = {invoice.booking_id: invoice for invoice in live}
    for booking in bookings:
        booking.invoice = known.get(booking.pk)  # type: ignore[attr-defined]
    return [one for one in bookings if one.invoice is None or one.invoice.status != Standing.PAID]  # type: ignore[attr-defined]


# --- One invoice --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """A line as it is printed: what one costs and all of them, without VAT where the garage is registered."""

    line: InvoiceLine
    unit: int
    amount: int


@dataclass(frozen=True)
class Sheet:
    rows: Sequence[Row]
    sums: Sums


def sheet_of(invoice: Invoice) -> Sheet:
    """Its lines and what they come to: one query."""
    lines = list(invoice.lines.all())
    sums = sums_of(lines)
    rows = [
        Row(line, net if line.quantity == 1 else sums_of([_one_of(line)]).net, net)
        for line, net in zip(lines, sums.nets, strict=True)
    ]
    return Sheet(rows, sums)


def _one_of(line: InvoiceLine) -> InvoiceLine:
    return InvoiceLine(unit_price=line.unit_price, vat_percent=line.vat_percent)


# --- What happened to it ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Happening:
    at: datetime
    who: str
    icon: str
    text: str


def activity_of(invoice: Invoice, garage: Garage) -> list[Happening]:
    """What was done, newest first, from the rows the database's triggers wrote: three queries."""
    own = list(_events("InvoiceEvent").filter(garage_id=garage.pk, pgh_obj_id=invoice.pk).order_by("pgh_id"))
    made = own[0].pgh_created_at if own else None
    lines = _events("InvoiceLineEvent").filter(garage_id=garage.pk, invoice_id=invoice.pk).order_by("pgh_id")
    payments = _events("PaymentEvent").filter(garage_id=garage.pk, invoice_id=invoice.pk).order_by("pgh_id")
    told = [*_standings(own), *_lines(lines, made), *_payments(payments, garage)]
    happenings = [
        Happening(event.pgh_created_at, str((event.pgh_context or {}).get("name", "")), icon, text)
        for event, icon, text in told
    ]
    return sorted(happenings, key=lambda one: one.at, reverse=True)


def _events(name: str) -> Any:
    """The library makes these models, so that no module has them to import."""
    return apps.get_model("billing", name).objects


def _standings(events: list[Any]) -> Iterator[tuple[Any, str, str]]:
    before = None
    for event in events:
        was, now = before.status if before else "", event.status
        before = event
        if not was:
            yield event, "receipt", _("Drafted")
        elif (was, now) == (Standing.VOID, now) and now != was:
            yield event, "arrow-back-up", _("Counts again")
        elif now == Standing.VOID and was != now:
            yield event, "circle-x", _("Void: %(reason)s") % {"reason": event.void_reason}
        elif was == Standing.DRAFT != now:
            yield event, "file-text", _("Issued as %(number)s") % {"number": event.number}
        elif now == Standing.DRAFT != was:
            yield event, "arrow-back-up", _("A draft again")


def _lines(events: Any, made: datetime | None) -> Iterator[tuple[Any, str, str]]:
    words = {"insert": _("Added: %(text)s"), "update": _("Changed: %(text)s"), "delete": _("Removed: %(text)s")}
    for event in events:
        if event.pgh_created_at != made:
            yield event, "pencil", words[event.pgh_label] % {"text": event.text}


def _payments(events: Any, garage: Garage) -> Iterator[tuple[Any, str, str]]:
    words = {"insert": _("Paid: %(amount)s, %(way)s"), "delete": _("Payment taken back: %(amount)s, %(way)s")}
    for event in events:
        if event.pgh_label in words:
            amount = formats.money(event.amount, garage.currency, formats.locale_of(garage))
            yield event, "cash-banknote", words[event.pgh_label] % {"amount": amount, "way": Way(event.way).label}
