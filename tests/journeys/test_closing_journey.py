"""Closing a day with the keyboard (LEAP-12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from bookings.selectors.closing import loose_ends
from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.closing import loose_day

pytestmark = pytest.mark.django_db(transaction=True)

KEYS_ALLOWED: Final = 30


def test_twelve_loose_ends_are_closed_in_thirty_keys(log_in: Callable[[Role], Page], garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        loose_day(garage)
    page = log_in(Role.MANAGER)
    page.get_by_role("link", name="Close the day").first.click()
    page.wait_for_url("**/closing/")
    pressed = 0
    # Complete, carry over, carry over; three that did not come, one of them called off; confirm, accept; keys back.
    for left, keys in enumerate(["d", "d", "o", "n", "n", "n", "n", "c", "c", "a", "g", "g"]):
        expect(page.get_by_text(f"{12 - left} loose end", exact=False)).to_be_visible()
        page.keyboard.press(keys)
        pressed += 1
    expect(page.get_by_text("The day is closed")).to_be_visible()
    assert pressed <= KEYS_ALLOWED
    with tenant(garage.pk), transaction.atomic():
        assert loose_ends(garage) == []
