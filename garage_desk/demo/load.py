"""Loads the demo: what `manage.py load_demo` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Final

from django.db import connection, transaction

from garage_desk.demo.builder import build_garage, create_platform_people, hashed_password
from garage_desk.demo.bulk import add_bookings
from garage_desk.demo.profiles import profile_number
from garages.models import Garage
from garages.tenancy.context import platform

_THREADS: Final = 3
_LOCK: Final = 0x6464656D6F  # any number nobody else locks: two first starts must not both load


def load_garages(count: int, now: datetime) -> list[Garage]:
    """Make sure that the first `count` demo garages are there, and return them. All of them or, on an error, none."""
    profiles = [profile_number(number) for number in range(1, count + 1)]
    with platform(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        there = {garage.slug: garage for garage in Garage.objects.filter(slug__in=[one.slug for one in profiles])}
        password = hashed_password()
        for profile in profiles:
            if profile.slug not in there:
                there[profile.slug] = build_garage(profile, now, password)
        garages = [there[profile.slug] for profile in profiles]
        create_platform_people(garages[:3], password)
    return garages


def load_bookings(garages: Sequence[Garage], count: int, now: datetime, report: Callable[[Garage, int], None]) -> None:
    """Add `count` bookings, spread evenly over these demo garages. `report` is told of every chunk written.

    Threads keep a second core busy: while one invents bookings, PostgreSQL stores those of the others.
    """

    def add(place: int, garage: Garage) -> None:
        share = count * (place + 1) // len(garages) - count * place // len(garages)
        try:
            add_bookings(profile_number(place + 1), garage, share, now, partial(report, garage))
        finally:
            connection.close()  # the thread's own

    with ThreadPoolExecutor(_THREADS) as pool:
        for done in [pool.submit(add, place, garage) for place, garage in enumerate(garages)]:
            done.result()
