"""axe on every page of a garage: nothing serious, light and dark, on a desk's screen and a phone's. The walk finds the
pages itself (tests/addresses.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from django.db import transaction
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from garages.enums import Role
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.addresses import GARAGE_PAGES, fill
from tests.factories.furnished import furnish
from tests.journeys.axe import look_at_pages

pytestmark = pytest.mark.django_db(transaction=True)

# Each role walks the pages that begin with it, in several tests: none may take long on a busy machine.
PARTS: Final = {Role.TECHNICIAN: 2, Role.RECEPTIONIST: 9, Role.MANAGER: 9}
WALKS: Final = [(role, part) for role, parts in PARTS.items() for part in range(parts)]


@pytest.mark.parametrize(("role", "part"), WALKS)
def test_pages_of_a_role(
    log_in: Callable[[Role], Page], live_server: LiveServer, garage: Garage, role: Role, part: int
) -> None:
    with tenant(garage.pk), transaction.atomic():
        furnish(garage)
        addresses = [fill(one, garage, under=garage) for one in GARAGE_PAGES if one.role == role]
    assert look_at_pages(log_in(role), live_server.url, addresses[part :: PARTS[role]]) == {}


def test_every_role_is_walked() -> None:
    assert {address.role for address in GARAGE_PAGES} == set(PARTS)
