"""Who has a booking open now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bookings.models import Booking
from bookings.presence import SILENT_SECONDS
from garage_desk.cache import FailoverCache
from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.bookings import make_booking

Say = Callable[..., list[str]]


@pytest.fixture
def booking(garage: Garage) -> Booking:
    with tenant(garage.pk):
        return make_booking(garage)


@pytest.fixture
def say(booking: Booking) -> Say:
    """A tab of somebody's says that it has the booking open; whom it hears of."""

    def said(who: Membership, tab: str, doing: str = "looking") -> list[str]:
        answer = logged_in(who.user).post(
            f"/g/here/bookings/{booking.reference}/presence/", {"doing": doing}, headers={"x-tab": tab}
        )
        found = re.findall(r"<span>(.*?)</span>", answer.content.decode())
        return [re.sub(r"<[^>]+>", "", one) for one in found]

    return said


def _present(who: Membership) -> dict[str, list[str]]:
    """What the rows of this person's lists say: by reference, the words of each mark."""
    html = logged_in(who.user).get("/g/here/desk/present/").content.decode()
    marks = re.findall(r'<template data-reference="(\w+)">(.*?)</template>', html, re.DOTALL)
    return {reference: re.findall(r'title="([^"]+)"', mark) for reference, mark in marks}


def test_everybody_hears_of_the_others(say: Say, receptionist: Membership, manager: Membership) -> None:
    assert say(receptionist, "a") == []
    assert say(manager, "b") == ["Receptionist of Here Motors is looking at this booking"]
    assert say(receptionist, "c", "editing") == ["Manager of Here Motors is looking at this booking"]
    assert say(manager, "b") == ["Receptionist of Here Motors is editing this booking"]


def test_who_is_silent_has_gone(say: Say, receptionist: Membership, manager: Membership) -> None:
    say(receptionist, "a")
    with time_machine.travel(timedelta(seconds=SILENT_SECONDS + 1)):
        assert say(manager, "b") == []


def test_lists_hear_of_all_the_others(
    garage: Garage, booking: Booking, say: Say, receptionist: Membership, manager: Membership
) -> None:
    say(receptionist, "a", "editing")
    say(manager, "b")
    assert _present(manager) == {booking.reference: ["Receptionist of Here Motors is editing this booking"]}
    assert _present(receptionist) == {booking.reference: ["Manager of Here Motors has this booking open"]}


def test_who_leaves_has_gone_at_once(say: Say, booking: Booking, receptionist: Membership, manager: Membership) -> None:
    say(receptionist, "a")
    assert say(receptionist, "a", "leaving") == []
    assert (_present(manager), say(manager, "b")) == ({}, [])


def test_a_tab_that_went_on_to_another_booking_stays_there(
    garage: Garage, booking: Booking, say: Say, receptionist: Membership, manager: Membership
) -> None:
    """The next page may speak before the last one's word that it leaves has come."""
    say(receptionist, "a")
    with tenant(garage.pk):
        other = make_booking(garage, "14:00")
    client = logged_in(receptionist.user)
    client.post(f"/g/here/bookings/{other.reference}/presence/", {"doing": "looking"}, headers={"x-tab": "a"})
    say(receptionist, "a", "leaving")
    assert list(_present(manager)) == [other.reference]


def test_another_garage_hears_nothing(say: Say, receptionist: Membership, stranger: Membership) -> None:
    say(receptionist, "a")
    assert "template" not in logged_in(stranger.user).get("/g/there/desk/present/").content.decode()


def test_presence_holds_without_redis(
    say: Say, receptionist: Membership, manager: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FailoverCache, "_resume_at", float("inf"))
    say(receptionist, "a")
    assert len(say(manager, "b")) == 1


def test_a_page_says_what_it_does(booking: Booking, desk_client: Client) -> None:
    for page, doing in [("", "looking"), ("edit/", "editing")]:
        html = desk_client.get(f"/g/here/bookings/{booking.reference}/{page}").content.decode()
        assert f"/bookings/{booking.reference}/presence/" in html
        assert f'"doing": "{doing}"' in html.replace("&quot;", '"')
