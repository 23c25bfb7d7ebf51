"""Invoices of what a demo garage completed lately: all but the last are issued, most of them paid."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from billing.enums import Standing, Way
from billing.models import Invoice, InvoiceLine, NumberSeries, Payment, number_of
from billing.services.drafts import lines_as_booked, new_draft
from billing.sums import sums_of
from bookings.enums import Status
from bookings.models import Booking
from garage_desk.demo.writer import record_inserts
from garages.models import Garage, User

_LATELY: Final = timedelta(days=12)
_DRAFTS: Final = 4
_YOUNG: Final = 40  # of so many issued last, each third is still to be paid
_MINUTE: Final = timedelta(minutes=1)


def write_invoices(garage: Garage, now: datetime, cashier: User) -> None:
    """Of the garage in scope, inside `without_history`: what was done when stands in the history all the same. The last
    few are drafts."""
    bookings = Booking.objects.filter(status=Status.COMPLETED, completed_at__gt=now - _LATELY)
    done = list(
        bookings.select_related("customer__garage", "vehicle")
        .prefetch_related("lines__service")
        .order_by("completed_at")
    )
    drafted = [_drafted(booking) for booking in done]
    Invoice.objects.bulk_create(drafted)
    InvoiceLine.objects.bulk_create(line for invoice in drafted for line in _lines(invoice))
    for invoice in drafted:
        invoice.created_at = _completed(invoice)
        invoice.total = sums_of(list(invoice.lines.all())).total
    _record(Invoice, drafted, [invoice.created_at for invoice in drafted])
    issued = drafted[:-_DRAFTS]
    serials: dict[int, int] = {}
    for invoice in issued:
        day = _day(invoice)
        serials[day.year] = serials.get(day.year, 0) + 1
        invoice.number, invoice.issued_on = number_of(day.year, serials[day.year]), day
        invoice.due_on, invoice.status = day + timedelta(days=garage.payment_days), Standing.ISSUED
        invoice.follows_booking, invoice.version = False, 2
    _record(Invoice, issued, [invoice.created_at + 5 * _MINUTE for invoice in issued])
    NumberSeries.objects.bulk_create(NumberSeries(year=year, last=last) for year, last in serials.items())
    owing = [invoice for invoice in issued[-_YOUNG::3] if invoice.total]
    _pay([invoice for invoice in issued if invoice not in owing], cashier)
    Invoice.objects.bulk_update(drafted, [*_CHANGED, "created_at", "total"])


_CHANGED: Final = ("number", "issued_on", "due_on", "status", "follows_booking", "version", "paid")


def _drafted(booking: Booking) -> Invoice:
    invoice = new_draft(booking.customer, booking)
    invoice.is_automatic = invoice.follows_booking = True
    return invoice


def _lines(invoice: Invoice) -> list[InvoiceLine]:
    assert invoice.booking is not None
    return lines_as_booked(invoice, invoice.booking.lines.all())


def _pay(invoices: list[Invoice], cashier: User) -> None:
    ways = (Way.CARD, Way.CARD, Way.CASH, Way.CARD, Way.TRANSFER)
    payments = []
    for place, invoice in enumerate(invoices):
        if invoice.total:
            payments.append(
                Payment(invoice=invoice, amount=invoice.total, way=ways[place % len(ways)], taken_by=cashier)
            )
        invoice.paid, invoice.status = invoice.total, Standing.PAID
    Payment.objects.bulk_create(payments)
    for payment in payments:
        payment.taken_at = payment.invoice.created_at + 10 * _MINUTE  # a new row takes the moment it is written
    Payment.objects.bulk_update(payments, ["taken_at"])
    _record(Payment, payments, [payment.taken_at for payment in payments])


def _completed(invoice: Invoice) -> datetime:
    assert invoice.booking is not None
    assert invoice.booking.completed_at is not None
    return invoice.booking.completed_at


def _day(invoice: Invoice) -> Any:
    return invoice.created_at.astimezone(invoice.garage.zone).date()


def _record(model: type[Any], rows: list[Any], moments: list[datetime]) -> None:
    columns = [field.attname for field in model._meta.concrete_fields]
    record_inserts(model, [{name: getattr(row, name) for name in columns} for row in rows], moments)
