"""What the fault tests have the product do: a process that reads a verb and its numbers a line and answers, in JSON.

It stands for the web server, with which it shares all but HTTP: each verb is a transaction of its own for each booking.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connections, transaction  # noqa: E402 - models need Django set up

from bookings.enums import DropOff, Priority  # noqa: E402
from bookings.models import Booking  # noqa: E402
from bookings.services import cancel, edit_booking, move_booking  # noqa: E402
from customers.services import identify  # noqa: E402
from garages.enums import Role  # noqa: E402
from garages.models import Garage, Membership  # noqa: E402
from garages.setup import Setup, load_setup  # noqa: E402
from garages.tenancy.context import tenant  # noqa: E402
from tests.factories.bookings import at, make_booking, next_open_day, service_named  # noqa: E402
from tests.factories.garages import make_garage, make_member  # noqa: E402

_EDITS = 5


def furnish() -> None:
    make_member(make_garage("here"), Role.RECEPTIONIST)


def book(first: int, count: int) -> list[int]:
    """So many bookings, of customers with a telephone and, every other one, an e-mail address; their keys."""
    garage, made = Garage.objects.get(), []
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
            wall, day = f"{8 + number % 8:02}:00", next_open_day(garage, after=1 + 7 * (number // 8))
            made.append(make_booking(garage, wall, customer=customer, day=day).pk)
    return made


def edit_and_move(*keys: int) -> None:
    """Five edits of notes, each a version, which nobody is told of; then to the afternoon's end, day by day."""

    def act(booking: Booking, setup: Setup, by: Membership) -> None:
        for number in range(_EDITS):
            booking = edit_booking(
                booking,
                version=booking.version,
                setup=setup,
                by=by,
                vehicle=None,
                vehicle_type=setup.vehicle_types[0],
                services=[service_named(setup, "Brake check")],
                starts_at=booking.starts_at,
                technician=None,
                workshop_notes=f"Edit {number}",
                internal_notes="",
                priority=Priority.NORMAL,
                drop_off=DropOff.DROP,
            )
        wall = f"{booking.starts_at.astimezone(setup.garage.zone):%H}:30"
        day = booking.starts_at.astimezone(setup.garage.zone).date()
        move_booking(booking, version=booking.version, setup=setup, by=by, starts_at=at(setup.garage, wall, day=day))

    _each(keys, act)


def cancel_all(*keys: int) -> None:
    _each(keys, lambda booking, _setup, by: cancel(booking, by=by, reason="Sold the car"))


def wanted() -> dict[str, str]:
    """What the booking form says of a brake check on a day nobody else asks for."""
    garage = Garage.objects.get()
    with tenant(garage.pk), transaction.atomic():
        setup = load_setup(garage)
        return {
            "service": str(service_named(setup, "Brake check").public_id),
            "vehicle_type": str(setup.vehicle_types[0].public_id),
            "date": next_open_day(garage, after=50).isoformat(),
        }


def _each(keys: tuple[int, ...], act: Callable[[Booking, Setup, Membership], Any]) -> None:
    garage, by = Garage.objects.get(), Membership.objects.get()
    for key in keys:
        with tenant(garage.pk), transaction.atomic():
            act(Booking.objects.get(pk=key), load_setup(garage), by)


_VERBS: dict[str, Callable[..., Any]] = {
    verb.__name__: verb for verb in (furnish, book, edit_and_move, cancel_all, wanted)
}


def main() -> None:
    for line in sys.stdin:
        verb, *numbers = json.loads(line)
        print(json.dumps(_VERBS[verb](*numbers)), flush=True)
        connections.close_all()  # a page's request would look whether its connection still stands


if __name__ == "__main__":
    main()
