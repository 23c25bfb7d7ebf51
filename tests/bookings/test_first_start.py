"""A booking sent without a time: the first start of the day somebody chose, or the first there is."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking
from garages.models import Closure, Garage
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import next_open_day, service_named


@pytest.fixture
def closed(garage: Garage) -> date:
    """A day on which nothing can be had."""
    day = next_open_day(garage)
    with tenant(garage.pk):
        Closure.objects.create(starts_on=day, ends_on=day, reason="Stocktaking")
    return day


def _typed(garage: Garage, **fields: str) -> dict[str, Any]:
    with tenant(garage.pk):
        service = service_named(load_setup(garage), "Brake check").public_id
    return {"idempotency_key": str(uuid.uuid4()), "first_name": "Priya", "service": service} | fields


def _bookings(garage: Garage) -> list[Booking]:
    with tenant(garage.pk):
        return list(Booking.objects.all())


def test_date_nobody_chose_is_no_wish(garage: Garage, desk_client: Client, closed: date) -> None:
    typed = _typed(garage, date=closed.isoformat(), untouched=closed.isoformat())
    desk_client.post("/g/here/desk/create/", typed)
    (made,) = _bookings(garage)
    assert made.starts_at.astimezone(garage.zone).date() != closed


@pytest.mark.parametrize("untouched", ["", "2026-01-01"])
def test_chosen_date_is_kept_or_refused(garage: Garage, desk_client: Client, closed: date, untouched: str) -> None:
    typed = _typed(garage, date=closed.isoformat(), untouched=untouched)
    answer = desk_client.post("/g/here/desk/create/", typed)
    assert "Closed on that day: Stocktaking." in answer.content.decode()
    assert _bookings(garage) == []


def test_form_says_whether_anybody_chose(garage: Garage, desk_client: Client, closed: date) -> None:
    fresh = desk_client.get("/g/here/desk/").content.decode()
    assert fresh.count('name="untouched"') == 1
    drawn = desk_client.post("/g/here/desk/form/", {"date": closed.isoformat()}).content.decode()
    assert 'name="untouched"' not in drawn
