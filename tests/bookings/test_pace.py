"""The desk's speedometer: numbers without names, never in the way of a booking."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from bookings.enums import DeskPath
from bookings.models import Booking, CardOffer, DeskPace
from bookings.services.pace import forget_old_paces, note_offers
from garages.models import Garage
from garages.setup import load_setup
from garages.tenancy.context import tenant
from reports.pace import card_sales, desk_paces
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


# --- What the plate card sells (LEAP-10) ----------------------------------------------------------------------------
OFFERED = {"card_mot": "1", "card_added": "1", "card_remarks": "2", "card_noted": "1"}


def _offer(garage: Garage) -> tuple[bool, bool, int, int]:
    with tenant(garage.pk):
        kept = CardOffer.objects.get()
        assert kept.day == garage.today()
        return kept.mot_offered, kept.mot_taken, kept.remarks_offered, kept.remarks_taken


def test_what_the_card_offered_is_kept_with_what_was_booked(garage: Garage, desk_client: Client) -> None:
    _book(garage, desk_client, **OFFERED)
    assert _offer(garage) == (True, False, 2, 1)  # added from the card, and taken off again before it was booked


def test_an_mot_that_was_added_and_booked_was_sold(inside: Garage) -> None:
    note_offers(OFFERED, inside, has_mot=True)
    assert _offer(inside) == (True, True, 2, 1)


@pytest.mark.parametrize(
    "counted",
    [
        {"card_mot": "0", "card_remarks": "0", "card_noted": "0"},
        {"card_noted": "3"},
        {"card_noted": "-1"},
        {"card_remarks": "5000"},
        {"card_mot": "soon"},
    ],
)
def test_odd_offers_and_cards_without_any_are_left_out(
    garage: Garage, desk_client: Client, counted: dict[str, str]
) -> None:
    assert _book(garage, desk_client, **OFFERED | counted) == 200
    with tenant(garage.pk):
        assert (Booking.objects.count(), CardOffer.objects.count()) == (1, 0)


def test_managers_see_how_often_an_offer_is_taken(garage: Garage, manager_client: Client) -> None:
    assert "Nothing offered yet" in manager_client.get("/g/here/dashboard/").content.decode()
    with tenant(garage.pk):
        for added, remarks, noted in (("1", "0", "0"), ("0", "2", "2"), ("0", "1", "0"), ("0", "0", "0")):
            typed = {"card_mot": "1", "card_added": added, "card_remarks": remarks, "card_noted": noted}
            note_offers(typed, garage, has_mot=True)
        old = note_offers(OFFERED, garage, has_mot=True)
        assert old is not None
        CardOffer.objects.filter(pk=old.pk).update(day=garage.today() - timedelta(days=500))
        sales = card_sales(garage)
        assert (sales.mot.taken, sales.mot.offered, sales.mot.percent) == (1, 4, 25)
        assert (sales.remarks.taken, sales.remarks.offered, sales.remarks.percent) == (1, 2, 50)
        assert forget_old_paces(garage) == 1
    html = manager_client.get("/g/here/dashboard/").content.decode()
    assert ("1 of 4 cards" in html, "1 of 2 cards" in html) == (True, True)
    Garage.objects.filter(pk=garage.pk).update(country="FR")
    assert "Sold by the plate card" not in manager_client.get("/g/here/dashboard/").content.decode()
