"""What the fault tests do to the product's own database, each in a process of its own; answers are JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402 - models need Django set up

from customers.services import identify  # noqa: E402
from garages.enums import Role  # noqa: E402
from garages.models import Garage  # noqa: E402
from garages.tenancy.context import tenant  # noqa: E402
from tests.factories.bookings import make_booking, next_open_day  # noqa: E402
from tests.factories.garages import make_garage, make_member  # noqa: E402


def furnish() -> None:
    make_member(make_garage("here"), Role.RECEPTIONIST)


def book(first: int, count: int) -> None:
    """So many bookings, of customers with a telephone and, every other one, an e-mail address."""
    garage = Garage.objects.get()
    for number in range(first, first + count):
        with tenant(garage.pk), transaction.atomic():
            customer, _new = identify(
                kind="individual",
                first_name=f"Caller{number}",
                last_name="Byron",
                phone_typed=f"07700 900{number:03}",
                email=f"caller{number}@byron.example" if number % 2 else "",
                region="GB",
            )
            wall = f"{8 + number % 9:02}:00"
            make_booking(garage, wall, customer=customer, day=next_open_day(garage, after=1 + number // 9))


if __name__ == "__main__":
    verb, *numbers = sys.argv[1:]
    verbs: dict[str, Any] = {"furnish": furnish, "book": book}
    print(json.dumps(verbs[verb](*map(int, numbers))))
