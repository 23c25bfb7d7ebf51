"""Sixteen desks issue invoices in the same moment: the numbers have no gap and no twin."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from billing.models import Invoice, NumberSeries
from billing.services import LineFacts, add_line, draft_for, issue, issuing
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.customers import make_customer
from tests.factories.garages import make_garage

CLIENTS = 16


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(slug="race")


def _issue_all(garage: Garage) -> list[str]:
    with tenant(garage.pk), transaction.atomic():
        drafts = [draft_for(make_customer(f"Ada {number}")) for number in range(CLIENTS)]
        for draft in drafts:
            add_line(draft, LineFacts("Tyre", 6_000))
    start = Barrier(CLIENTS)

    def client(draft: Invoice) -> str:
        try:
            start.wait(timeout=60)
            with tenant(garage.pk), transaction.atomic():
                return issue(draft).number
        except IntegrityError:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(client, drafts))


def test_numbers_have_no_gap_and_no_twin(garage: Garage) -> None:
    year = garage.today().year
    assert sorted(_issue_all(garage)) == [f"{year}-{serial:04}" for serial in range(1, CLIENTS + 1)]


def test_without_the_lock_two_want_one_number(garage: Garage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the constraint refuses whoever comes second, so the test above shows what the lock does."""
    met = Barrier(CLIENTS)

    def unlocked(year: int) -> NumberSeries:
        series, _new = NumberSeries.objects.get_or_create(year=year)
        met.wait(timeout=60)
        return series

    with tenant(garage.pk), transaction.atomic():
        NumberSeries.objects.create(year=garage.today().year)
    monkeypatch.setattr(issuing, "_series", unlocked)
    issued = _issue_all(garage)
    assert (issued.count("refused"), len(set(issued) - {"refused"})) == (CLIENTS - 1, 1)
