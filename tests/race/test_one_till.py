"""Sixteen desks take a part of one invoice in the same moment: never more comes in than is owed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from billing.enums import Standing, Way
from billing.errors import BillingError
from billing.models import Invoice, Payment
from billing.services import LineFacts, add_line, draft_for, issue, pay, payments
from garages.enums import Role
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.factories.customers import make_customer
from tests.factories.garages import make_garage, make_member

CLIENTS = 16
PARTS = 6


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(slug="race")


@pytest.fixture
def by(garage: Garage) -> Membership:
    return make_member(garage, Role.RECEPTIONIST)


def _pay_all(garage: Garage, by: Membership) -> list[str]:
    """Each wants to pay a sixth of it."""
    with tenant(garage.pk), transaction.atomic():
        draft = draft_for(make_customer())
        add_line(draft, LineFacts("Tyres", PARTS * 1_000))
        invoice = issue(draft)
    start = Barrier(CLIENTS)

    def client(_number: int) -> str:
        try:
            start.wait(timeout=60)
            with tenant(garage.pk), transaction.atomic():
                pay(invoice, amount=1_000, way=Way.CARD, by=by)
        except BillingError:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(client, range(CLIENTS)))


def _taken(garage: Garage) -> tuple[int, int, str]:
    """What the till has, what the invoice says was paid, and how it stands."""
    with tenant(garage.pk), transaction.atomic():
        invoice = Invoice.objects.get()
        return sum(Payment.objects.values_list("amount", flat=True)), invoice.paid, invoice.status


def test_never_more_is_taken_than_is_owed(garage: Garage, by: Membership) -> None:
    results = _pay_all(garage, by)
    assert (results.count("done"), results.count("refused")) == (PARTS, CLIENTS - PARTS)
    assert _taken(garage) == (PARTS * 1_000, PARTS * 1_000, Standing.PAID)


def test_without_the_lock_the_till_has_more_than_the_invoice_says(
    garage: Garage, by: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: everybody reads that nothing is paid yet."""
    read = Barrier(CLIENTS)

    def unlocked(invoice: Invoice) -> Invoice:
        found = Invoice.objects.get(pk=invoice.pk)
        read.wait(timeout=60)
        return found

    monkeypatch.setattr(payments, "locked", unlocked)
    assert _pay_all(garage, by).count("done") == CLIENTS
    assert _taken(garage) == (CLIENTS * 1_000, 1_000, Standing.ISSUED)
