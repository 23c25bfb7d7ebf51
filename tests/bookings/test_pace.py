"""The desk's speedometer: numbers without names, never in the way of a booking."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from bookings.enums import DeskPath
from bookings.models import Booking, DeskPace
from bookings.services.pace import forget_old_paces
from garages.models import Garage
from garages.setup import load_setup
from garages.tenancy.context import tenant
from reports.pace import desk_paces
from tests.factories.bookings import next_open_day, service_named

pytestmark = pytest.mark.django_db
COUNTED = {"pace_ms": "9900", "pace_keys": "11", "pace_clicks": "0", "path": "onebox"}


def _book(garage: Garage, client: Client, **counted: str) -> int:
    with tenant(garage.pk):
        service = service_named(load_setup(garage), "Brake check")
    typed = {
        "first_name": "Ada Byron",
        "phone": "07700 900123",
        "service": service.public_id,
        "date": next_open_day(garage).isoformat(),
        "idempotency_key": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    }
    return client.post("/g/here/desk/create/", typed | counted, headers={"HX-Request": "true"}).status_code


def test_a_booking_is_timed(garage: Garage, desk_client: Client) -> None:
    _book(garage, desk_client, **COUNTED)
    with tenant(garage.pk):
        pace = DeskPace.objects.get()
        assert (pace.path, pace.is_known, pace.is_business, pace.keys, pace.clicks) == ("onebox", False, False, 11, 0)
        assert 9900 <= pace.milliseconds < 60_000
        assert pace.day == garage.today()


@pytest.mark.parametrize(
    "counted",
    [
        {},
        {"pace_ms": "soon"},
        {"pace_ms": "-1"},
        {"pace_ms": "99999999999999"},
        {"pace_keys": "-3"},
        {"pace_keys": "70000"},
        {"pace_clicks": "1e3"},
    ],
)
def test_odd_numbers_are_left_out_and_the_booking_is_made(
    garage: Garage, desk_client: Client, counted: dict[str, str]
) -> None:
    assert _book(garage, desk_client, **(COUNTED | counted if counted else {})) == 200
    with tenant(garage.pk):
        assert Booking.objects.count() == 1
        assert not DeskPace.objects.exists()


def test_an_unknown_path_was_typed(garage: Garage, desk_client: Client) -> None:
    _book(garage, desk_client, **COUNTED | {"path": "<script>"})
    with tenant(garage.pk):
        assert DeskPace.objects.get().path == DeskPath.TYPED


def test_sent_twice_with_other_numbers_books_once(garage: Garage, desk_client: Client) -> None:
    for milliseconds in ("9900", "14000"):
        assert _book(garage, desk_client, **COUNTED | {"pace_ms": milliseconds}) == 200
    with tenant(garage.pk):
        assert Booking.objects.count() == DeskPace.objects.count() == 1


def _pace(garage: Garage, seconds: int, *, path: DeskPath = DeskPath.ONE_BOX, days_ago: int = 0) -> DeskPace:
    return DeskPace(
        day=garage.today() - timedelta(days=days_ago),
        path=path,
        is_known=True,
        is_business=False,
        milliseconds=seconds * 1000,
        keys=seconds,
        clicks=1,
        public_id=uuid.uuid4(),
    )


def test_managers_see_medians_by_path(garage: Garage, manager_client: Client) -> None:
    with tenant(garage.pk):
        DeskPace.objects.bulk_create(
            [
                *(_pace(garage, seconds) for seconds in (8, 10, 60)),
                _pace(garage, 25, path=DeskPath.PHONE),
                _pace(garage, 500, days_ago=31),
            ]
        )
        found = desk_paces(garage)
        assert [(row.path, row.bookings, row.seconds, row.keys) for row in found] == [
            (DeskPath.ONE_BOX, 3, 10.0, 10),
            (DeskPath.PHONE, 1, 25.0, 25),
        ]
        DeskPace.objects.bulk_create([_pace(garage, 9, days_ago=500)])
        assert forget_old_paces(garage) == 1
    html = manager_client.get("/g/here/dashboard/").content.decode()
    assert "Speed at the desk" in html
    assert "10.0" in html
