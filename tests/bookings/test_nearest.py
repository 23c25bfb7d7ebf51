"""The desk's search in a garage with more bookings than it walks through at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from bookings.enums import Status
from bookings.models import Booking
from bookings.search import LONGEST, search_text_for
from bookings.selectors.rows import read_nearest
from bookings.slots import day_range
from garages.models import Garage
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking

_PAST = 2_100  # the first walk goes through 2,000


@pytest.fixture
def crowd(garage: Garage) -> Iterator[Garage]:
    """Long done, a quarter of an hour apart: each has its own number, six are of a Zola, two of them with a valet."""
    with tenant(garage.pk):
        model = make_booking(garage)
        zolas = [f"zola byron {what}" for what in ("valet", "valet", "brakes", "brakes", "brakes", "brakes")]
        copies = []
        for number in range(_PAST):
            back = timedelta(days=30, minutes=15 * number)
            times = {name: getattr(model, name) - back for name in ("starts_at", "ends_at", "held_from", "held_until")}
            said = zolas[number // 400] if number % 400 == 0 else "ada byron brakes"
            copy = Booking(
                reference=f"Z{number:05}",
                status=Status.COMPLETED,
                customer_id=model.customer_id,
                ready_at=times["ends_at"],
                search_text=f"{said} n{number:04}q",
                **times,
            )
            copies.append(copy)
        Booking.objects.bulk_create(copies)
        with connection.cursor() as cursor:
            cursor.execute("analyze bookings_booking")
        yield garage


def _found(garage: Garage, query: str, most: int = 25) -> tuple[list[str], bool]:
    rows, is_all = read_nearest(query, day_range(garage.today(), garage.zone).start, most)
    return [row.reference for row in rows], is_all


def test_a_common_name_fills_the_page_from_today_on(crowd: Garage) -> None:
    found, is_all = _found(crowd, "byron")
    coming = Booking.objects.get(status=Status.PENDING).reference
    assert found == [coming, *(f"Z{number:05}" for number in range(24))]
    assert not is_all


def test_a_rarer_name_is_walked_for_further_and_said_to_be_the_nearest(crowd: Garage) -> None:
    found, is_all = _found(crowd, "zola")
    assert found == ["Z00000", "Z00400", "Z00800", "Z01200", "Z01600", "Z02000"]
    assert not is_all


@pytest.mark.parametrize(("query", "reference"), [("n2077q", "Z02077"), ("zola valet n0400q", "Z00400")])
def test_what_only_the_index_finds_is_all_there_is(crowd: Garage, query: str, reference: str) -> None:
    assert _found(crowd, query) == ([reference], True)


def test_two_words_that_few_have(crowd: Garage) -> None:
    assert _found(crowd, "zola valet") == (["Z00000", "Z00400"], True)


def test_a_small_garage_is_walked_through_once(garage: Garage) -> None:
    with tenant(garage.pk):
        booking = make_booking(garage)
        assert _found(garage, "byron") == ([booking.reference], True)
        assert _found(garage, "zola") == ([], True)


def test_the_words_of_many_services_are_cut() -> None:
    text = search_text_for(
        reference="AB12CD",
        customer_names=["Ada Byron"],
        phone_digits="447700900123",
        services=[f"Service number {number}" for number in range(90)],
    )
    assert len(text) == LONGEST
    assert text.startswith("ab12cd ada byron 447700900123 service number 0")
