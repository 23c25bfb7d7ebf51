"""Drafts: made by hand or by completed work, and changed until they are issued."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from billing.enums import Standing
from billing.errors import BillingError
from billing.models import Invoice, InvoiceLine
from billing.services import (
    LineFacts,
    add_line,
    change_line,
    discard,
    draft_for,
    draft_of,
    issue,
    remove_line,
    void,
    write_notes,
)
from bookings.models import Booking
from bookings.services import complete, confirm, reopen, start_service
from bookings.services.undo import undo
from customers.models import Customer
from garages.models import Garage, Membership, Service
from garages.tenancy.context import tenant
from tests.bookings.acts import act
from tests.factories.bookings import make_booking
from tests.factories.customers import make_business

pytestmark = pytest.mark.django_db

FILTER = LineFacts("Oil filter HU 816", 1_015)


def _completed(booking: Booking, by: Membership) -> Booking:
    return complete(start_service(confirm(booking, by=by), by=by), by=by)


def _only() -> Invoice:
    return Invoice.objects.get()


def _lines(invoice: Invoice) -> list[tuple[str, int, Decimal | None]]:
    return list(invoice.lines.values_list("text", "unit_price", "vat_percent"))


def test_a_draft_says_what_was_booked(booking: Booking) -> None:
    invoice = draft_of(booking)
    assert _lines(invoice) == [("Full service", 19_900, Decimal(20)), ("MOT test", 5_485, None)]
    assert (invoice.total, invoice.status, invoice.number) == (25_385, Standing.DRAFT, "")
    assert (invoice.bill_name, invoice.registration, invoice.notes) == ("Ada Byron", "AB12 CDE", "Thank you.")
    assert (invoice.seller_name, invoice.vat_number) == ("Here Motors", "GB 123 4567 89")


def test_a_draft_has_the_prices_of_the_booking(booking: Booking) -> None:
    Service.objects.update(price=99_900)
    assert draft_of(booking).total == 25_385


def test_a_garage_that_is_not_registered_shows_no_tax(booking: Booking, taxed: Garage) -> None:
    taxed.vat_percent = None
    taxed.save()
    invoice = draft_of(booking)
    assert (invoice.vat_percent, [percent for *_line, percent in _lines(invoice)]) == (None, [None, None])


def test_a_booking_has_one_invoice(booking: Booking) -> None:
    assert draft_of(booking) == draft_of(booking)


def test_a_void_invoice_makes_room(booking: Booking, manager: Membership) -> None:
    first = issue(draft_of(booking))
    void(first, reason="Wrong price", by=manager)
    assert draft_of(booking) != first


def test_completed_work_has_a_draft(booking: Booking, manager: Membership) -> None:
    _completed(booking, manager)
    assert (_only().is_automatic, _only().total) == (True, 25_385)


@pytest.mark.django_db(transaction=True)
def test_the_draft_goes_when_the_completion_is_undone(garage: Garage, manager: Membership) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage)
    for verb in (confirm, start_service):
        act(booking, verb, by=manager)
    done = act(booking, complete, by=manager)
    with tenant(garage.pk), transaction.atomic():
        assert _only().total == 2_500
    act(booking, undo, version=done.version, by=manager)
    with tenant(garage.pk), transaction.atomic():
        assert not Invoice.objects.exists()


def test_the_draft_goes_when_the_booking_is_reopened(booking: Booking, manager: Membership) -> None:
    reopen(_completed(booking, manager), by=manager)
    assert not Invoice.objects.exists()


def test_a_draft_somebody_changed_stays(booking: Booking, manager: Membership) -> None:
    done = _completed(booking, manager)
    add_line(_only(), FILTER)
    reopen(done, by=manager)
    assert _only().total == 26_400


def test_an_issued_invoice_stays_when_the_booking_is_reopened(booking: Booking, manager: Membership) -> None:
    done = _completed(booking, manager)
    issue(_only())
    reopen(done, by=manager)
    assert _only().status == Standing.ISSUED


def test_a_draft_made_by_hand_stays_and_is_completed(booking: Booking, manager: Membership) -> None:
    made = draft_of(booking)
    reopen(_completed(booking, manager), by=manager)
    assert _only() == made


def test_an_untouched_draft_follows_the_booking(booking: Booking, manager: Membership) -> None:
    draft_of(booking)
    booking.lines.filter(name="MOT test").update(price=6_000)
    _completed(booking, manager)
    assert _only().total == 25_900


def test_a_touched_draft_keeps_its_lines(booking: Booking, manager: Membership) -> None:
    add_line(draft_of(booking), FILTER)
    booking.lines.filter(name="MOT test").update(price=6_000)
    _completed(booking, manager)
    assert _only().total == 26_400


def test_lines_are_added_changed_and_removed(booking: Booking) -> None:
    invoice = draft_of(booking)
    line = add_line(invoice, FILTER)
    change_line(line, LineFacts("Oil filter", 1_100, quantity=Decimal("2.5"), outside_vat=True))
    assert (_lines(_only())[-1], _only().total) == (("Oil filter", 1_100, None), 28_135)
    remove_line(line)
    assert _only().total == 25_385


def test_an_issued_invoice_cannot_be_changed(booking: Booking) -> None:
    invoice = issue(draft_of(booking))
    for change in (
        lambda: add_line(invoice, FILTER),
        lambda: remove_line(invoice.lines.all()[0]),
        lambda: change_line(invoice.lines.all()[0], FILTER),
        lambda: write_notes(invoice, "Hello"),
        lambda: discard(invoice),
    ):
        with pytest.raises(BillingError):
            change()


def test_a_draft_is_discarded_with_its_lines(booking: Booking) -> None:
    discard(draft_of(booking))
    assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (0, 0)


def test_a_customer_is_billed_without_a_booking(inside: Garage) -> None:
    customer: Customer = make_business(
        first_name="Ana", last_name="Cruz", purchase_order="PO 7", billing_address="1 High Street\nLeeds"
    )
    invoice = draft_for(customer)
    add_line(invoice, FILTER)
    invoice = issue(invoice)
    assert (invoice.bill_name, invoice.bill_contact) == ("Northgate Couriers", "Ana Cruz")
    assert (invoice.purchase_order, invoice.bill_address) == ("PO 7", "1 High Street\nLeeds")
    assert (invoice.booking, invoice.total) == (None, 1_015)
