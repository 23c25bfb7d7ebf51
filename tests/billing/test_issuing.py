"""Numbers, payments, and what stays as it was issued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.enums import Standing, Way
from billing.errors import BillingError, InvoiceChanged
from billing.models import Invoice, InvoiceLine, NumberSeries, Payment
from billing.services import (
    LineFacts,
    add_line,
    draft_for,
    draft_of,
    issue,
    pay,
    take_back,
    take_issue_back,
    unvoid,
    void,
)
from bookings.models import Booking
from bookings.services.merge import merge
from customers.models import Customer
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db


def _drafted(price: int = 6_000) -> Invoice:
    invoice = draft_for(make_customer())
    add_line(invoice, LineFacts("Tyre", price))
    return invoice


@pytest.fixture
def issued(booking: Booking) -> Invoice:
    return issue(draft_of(booking))


def _again(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


# --- Numbers ----------------------------------------------------------------------------------------------------
def test_numbers_are_given_in_order_on_issuing(inside: Garage) -> None:
    first, second, third = _drafted(), _drafted(), _drafted()
    year = inside.today().year
    assert [issue(one).number for one in (second, first, third)] == [f"{year}-000{place}" for place in (1, 2, 3)]


def test_each_garage_counts_for_itself(inside: Garage, other_garage: Garage) -> None:
    issue(_drafted())
    with tenant(other_garage.pk):
        assert issue(_drafted()).number.endswith("-0001")


def test_an_invoice_is_due_after_the_garages_days(taxed: Garage, inside: Garage) -> None:
    taxed.payment_days = 14
    taxed.save()
    invoice = issue(_drafted())
    assert (invoice.issued_on, invoice.due_on) == (inside.today(), inside.today() + timedelta(days=14))


def test_a_refused_issue_leaves_no_gap(inside: Garage) -> None:
    with pytest.raises(BillingError):
        issue(draft_for(make_customer()))
    assert issue(_drafted()).number.endswith("-0001")


def test_only_what_was_seen_is_issued(inside: Garage) -> None:
    invoice = _drafted()
    seen = _again(invoice).version
    add_line(invoice, LineFacts("Valve", 300))
    with pytest.raises(InvoiceChanged):
        issue(invoice, version=seen)


def test_what_comes_to_nothing_is_paid(inside: Garage) -> None:
    assert issue(_drafted(0)).status == Standing.PAID


def test_issuing_is_undone_and_the_number_given_again(inside: Garage) -> None:
    first, second = _drafted(), _drafted()
    assert take_issue_back(issue(first)).status == Standing.DRAFT
    assert issue(second).number.endswith("-0001")
    assert issue(first).number.endswith("-0002")


def test_issuing_is_not_undone_below_a_later_number(inside: Garage, manager: Membership) -> None:
    first, second = issue(_drafted()), issue(_drafted())
    with pytest.raises(BillingError):
        take_issue_back(first)
    pay(second, amount=1, way=Way.CASH, by=manager)
    with pytest.raises(BillingError):
        take_issue_back(second)
    assert NumberSeries.objects.get().last == 2


# --- Payments -----------------------------------------------------------------------------------------------------
def test_parts_are_paid_until_nothing_is_owed(issued: Invoice, receptionist: Membership) -> None:
    pay(issued, amount=5_385, way=Way.CASH, by=receptionist)
    assert (_again(issued).status, _again(issued).owed) == (Standing.ISSUED, 20_000)
    payment = pay(issued, amount=20_000, way=Way.CARD, by=receptionist)
    assert (_again(issued).status, _again(issued).owed) == (Standing.PAID, 0)
    assert (payment.taken_by, payment.way) == (receptionist.user, Way.CARD)


@pytest.mark.parametrize("amount", [0, -1, 25_386])
def test_never_more_than_is_owed_nor_nothing(issued: Invoice, receptionist: Membership, amount: int) -> None:
    with pytest.raises(BillingError):
        pay(issued, amount=amount, way=Way.CARD, by=receptionist)
    assert not Payment.objects.exists()


def test_a_draft_is_not_paid(booking: Booking, receptionist: Membership) -> None:
    with pytest.raises(BillingError):
        pay(draft_of(booking), amount=1, way=Way.CARD, by=receptionist)


def test_a_payment_is_taken_back_once(issued: Invoice, receptionist: Membership) -> None:
    payment = pay(issued, amount=25_385, way=Way.CARD, by=receptionist)
    take_back(Payment.objects.get())
    assert (_again(issued).status, _again(issued).owed) == (Standing.ISSUED, 25_385)
    with pytest.raises(BillingError):
        take_back(payment)


# --- Void ---------------------------------------------------------------------------------------------------------
def test_a_void_invoice_keeps_its_number(issued: Invoice, manager: Membership) -> None:
    gone = void(issued, reason="Wrong customer", by=manager)
    assert (gone.status, gone.number, gone.void_reason) == (Standing.VOID, issued.number, "Wrong customer")
    assert unvoid(gone, by=manager).status == Standing.ISSUED


def test_only_managers_void(issued: Invoice, receptionist: Membership) -> None:
    with pytest.raises(BillingError):
        void(issued, reason="Because", by=receptionist)


def test_nothing_is_void_without_a_reason_or_when_paid(issued: Invoice, manager: Membership) -> None:
    with pytest.raises(BillingError):
        void(issued, reason=" ", by=manager)
    pay(issued, amount=1, way=Way.CASH, by=manager)
    with pytest.raises(BillingError):
        void(issued, reason="Because", by=manager)


def test_a_void_one_does_not_come_back_beside_another(booking: Booking, issued: Invoice, manager: Membership) -> None:
    gone = void(issued, reason="Wrong price", by=manager)
    draft_of(booking)
    with pytest.raises(BillingError):
        unvoid(gone, by=manager)


# --- What the database refuses ------------------------------------------------------------------------------------
_FORBIDDEN: dict[str, Callable[[Invoice], Any]] = {
    "billing_invoice_number": lambda one: Invoice.objects.create(**_copied(one, "number")),
    "billing_invoice_issued": lambda _one: Invoice.objects.create(**_facts(), number="2026-9999"),
    "billing_invoice_paid": lambda one: Invoice.objects.filter(pk=one.pk).update(paid=one.total + 1),
    "billing_invoice_void": lambda one: Invoice.objects.filter(pk=one.pk).update(status=Standing.VOID),
    "billing_invoice_once": lambda one: Invoice.objects.create(**_facts(), booking=one.booking),
    "billing_invoice_frozen": lambda one: Invoice.objects.filter(pk=one.pk).update(bill_name="Somebody else"),
    "billing_invoiceline_frozen": lambda one: one.lines.update(unit_price=1),
    "billing_payment_amount": lambda one: Payment.objects.create(invoice=one, amount=0, way=Way.CASH),
}


def _facts() -> dict[str, Any]:
    return {"customer": make_customer(), "seller_name": "Here", "bill_name": "Ada"}


def _copied(one: Invoice, *names: str) -> dict[str, Any]:
    return _facts() | {name: getattr(one, name) for name in ("status", "issued_on", "due_on", "total", *names)}


@pytest.mark.parametrize("name", _FORBIDDEN)
def test_the_database_refuses(issued: Invoice, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        _FORBIDDEN[name](issued)


def test_the_database_keeps_what_was_issued(issued: Invoice) -> None:
    line = issued.lines.all()[0]
    for write in (
        lambda: InvoiceLine.objects.filter(pk=line.pk).delete(),
        lambda: InvoiceLine.objects.create(invoice=issued, text="One more", unit_price=1),
        lambda: Invoice.objects.filter(pk=issued.pk).update(total=1),
        lambda: Invoice.objects.filter(pk=issued.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            write()


# --- Merged customers ---------------------------------------------------------------------------------------------
def test_invoices_follow_a_merge_and_say_what_they_said(issued: Invoice) -> None:
    kept = make_customer("Ada King")
    gone = Customer.objects.get(pk=issued.customer_id)
    merge(kept, gone, chosen={}, reason="Married", by=None)
    assert (_again(issued).customer, _again(issued).bill_name) == (kept, "Ada Byron")
