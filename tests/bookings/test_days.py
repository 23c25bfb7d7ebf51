"""Days that addresses name: whatever somebody writes there, a page comes."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from bookings.days import read_day
from garages.models import Garage

ODD = ["2026-13-45", "0001-01-01", "9999-12-31", "tomorrow", "٢٠٢٦-١١-٢٣"]


def test_a_day_is_read_or_none() -> None:
    assert read_day("2026-11-23") == date(2026, 11, 23)
    assert [read_day(text) for text in ODD[:4]] == [None] * 4


@pytest.mark.django_db
@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize(
    "page",
    [
        "desk/?day={}",
        "desk/calendar/?month={}",
        "desk/times/?day={}",
        "bookings/?since={}&until={}",
        "handover/?day={}",
        "planner/?day={}",
        "planner/sheet/?day={}",
        "planner/tv/?day={}",
        "planner/courtesy-cars/?day={}",
        "requests/?panel=propose&day={}",
    ],
)
def test_pages_come_whatever_day_is_asked_for(desk_client: Client, garage: Garage, page: str, text: str) -> None:
    assert desk_client.get(f"/g/here/{page.replace('{}', text)}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("text", ODD)
def test_the_booking_form_takes_no_harm(desk_client: Client, garage: Garage, text: str) -> None:
    form = {"changed": "job", "date": text, "other_date": text}
    assert desk_client.post("/g/here/desk/form/", form).status_code == 200
    assert desk_client.post("/g/here/desk/look-up/", {"registration": "BD18SMR", "date": text}).status_code == 200
