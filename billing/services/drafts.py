"""Drafts: made from bookings, and changed until they are issued."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from billing.enums import LineKind, Standing
from billing.errors import BillingError, InvoiceChanged
from billing.models import Invoice, InvoiceLine
from billing.parties import write_parties
from billing.sums import sums_of
from bookings.enums import Status
from bookings.models import Booking, BookingLine
from customers.models import Customer
from garages.acts import act


@dataclass(frozen=True)
class LineFacts:
    """What a line says; the price is for one, with VAT."""

    text: str
    unit_price: int
    kind: str = LineKind.PART
    quantity: Decimal = Decimal(1)
    outside_vat: bool = False


@act
def draft_of(booking: Booking, *, automatic: bool = False) -> Invoice:
    """The booking's invoice; where there is none, a draft of what was booked, at the prices agreed then. A void one
    does not count."""
    # Whoever drafts waits here: two at once are one invoice.
    Booking.objects.select_for_update(of=("self",)).only("pk").get(pk=booking.pk)
    known = Invoice.objects.filter(booking=booking).exclude(status=Standing.VOID).first()
    if known is not None:
        return known
    invoice = new_draft(booking.customer, booking)
    invoice.is_automatic, invoice.follows_booking = automatic, True
    invoice.save()
    _draw_lines(invoice, booking)
    return invoice


@act
def draft_for(customer: Customer) -> Invoice:
    """An empty draft, for what is sold without a booking."""
    invoice = new_draft(customer, None)
    invoice.save()
    return invoice


@act
def follow(booking: Booking) -> None:
    """A booking changed: once it is completed it has an invoice, and a draft nobody touched says what was booked.
    Where the completion is taken back a draft made by it goes; an issued one stays, its page says how the booking
    stands."""
    invoice = Invoice.objects.filter(booking=booking).exclude(status=Standing.VOID).first()
    if invoice is None and booking.status == Status.COMPLETED:
        draft_of(booking, automatic=True)
    elif invoice is not None and invoice.status == Standing.DRAFT and invoice.follows_booking:
        if invoice.is_automatic and booking.status != Status.COMPLETED:
            discard(invoice)
        else:
            _draw_lines(invoice, booking)


@act
def add_line(invoice: Invoice, facts: LineFacts) -> InvoiceLine:
    """Raises BillingError when it is no draft any more."""
    invoice = locked_draft(invoice)
    last = invoice.lines.aggregate(last=Max("position"))["last"]
    line = InvoiceLine(invoice=invoice, position=0 if last is None else last + 1)
    _write(line, facts, invoice)
    return line


@act
def change_line(line: InvoiceLine, facts: LineFacts) -> InvoiceLine:
    """Raises BillingError when its invoice is no draft any more."""
    _write(line, facts, locked_draft(line.invoice))
    return line


@act
def remove_line(line: InvoiceLine) -> None:
    """Raises BillingError when its invoice is no draft any more."""
    invoice = locked_draft(line.invoice)
    line.delete()
    _touched(invoice)


@act
def write_notes(invoice: Invoice, notes: str) -> Invoice:
    """What stands below the lines. Raises BillingError when it is no draft any more."""
    invoice = locked_draft(invoice)
    invoice.notes = notes.strip()
    invoice.version += 1
    invoice.save()
    return invoice


@act
def discard(invoice: Invoice) -> None:
    """Drop a draft; it never had a number. Raises BillingError for what is none."""
    invoice = locked_draft(invoice)
    invoice.lines.all().delete()
    invoice.delete()


def locked(invoice: Invoice) -> Invoice:
    """As it is now, for this transaction alone."""
    rows = Invoice.objects.select_for_update(of=("self",)).select_related("garage", "customer", "booking__vehicle")
    found = rows.filter(pk=invoice.pk).first()
    if found is None:
        raise BillingError(_("This draft was discarded."))
    return found


def locked_draft(invoice: Invoice, version: int | None = None) -> Invoice:
    """Raises BillingError for what is no draft, InvoiceChanged for another version than was seen."""
    invoice = locked(invoice)
    if invoice.status != Standing.DRAFT:
        raise BillingError(_("This invoice is issued: it cannot be changed."))
    refuse_unseen(invoice, version)
    return invoice


def refuse_unseen(invoice: Invoice, version: int | None) -> None:
    """Raises InvoiceChanged when it is not the version that was on the screen; None asks nothing."""
    if version is not None and invoice.version != version:
        raise InvoiceChanged


def new_draft(customer: Customer, booking: Booking | None) -> Invoice:
    """As the garage and the customer are now, without lines and not saved."""
    garage = customer.garage
    invoice = Invoice(
        garage=garage, customer=customer, booking=booking, vat_percent=garage.vat_percent, notes=garage.invoice_footer
    )
    write_parties(invoice, garage)
    return invoice


def _draw_lines(invoice: Invoice, booking: Booking) -> None:
    """The lines as the booking has them; none is written where they are the same already."""
    wanted = lines_as_booked(invoice, booking.lines.select_related("service"))
    said = [(line.text, line.unit_price, line.vat_percent) for line in wanted]
    if said == list(invoice.lines.values_list("text", "unit_price", "vat_percent")):
        return
    invoice.lines.all().delete()
    InvoiceLine.objects.bulk_create(wanted)
    _summed(invoice)


def lines_as_booked(invoice: Invoice, lines: Iterable[BookingLine]) -> list[InvoiceLine]:
    """What was booked, at the prices agreed then, as lines of the invoice; none is saved."""
    return [
        InvoiceLine(
            invoice=invoice,
            position=position,
            text=line.name,
            unit_price=line.price,
            vat_percent=None if line.service.outside_vat else invoice.vat_percent,
        )
        for position, line in enumerate(lines)
    ]


def _write(line: InvoiceLine, facts: LineFacts, invoice: Invoice) -> None:
    for name, value in asdict(facts).items():
        if name != "outside_vat":
            setattr(line, name, value)
    line.vat_percent = None if facts.outside_vat else invoice.vat_percent
    line.save()
    _touched(invoice)


def _touched(invoice: Invoice) -> None:
    """Somebody changed its lines: from now on they are theirs."""
    invoice.follows_booking = False
    _summed(invoice)


def _summed(invoice: Invoice) -> None:
    invoice.total = sums_of(list(invoice.lines.all())).total
    invoice.version += 1
    invoice.save()
