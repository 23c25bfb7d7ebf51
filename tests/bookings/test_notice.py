"""Until when customers may cancel or move a booking without calling (COMP-27)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bookings.enums import Status
from bookings.models import Booking
from bookings.notice import Step, refusal, short_notice
from garages.models import Garage
from tests.factories.bookings import make_booking

TOO_LATE = "It is too late to change this here. Call us: 020 7946 0000"


@pytest.fixture
def booking(inside: Garage) -> Booking:
    """In a garage that wants to know a day ahead, and two hours for a move."""
    inside.notice_to_cancel, inside.notice_to_move, inside.phone = 24 * 60, 120, "020 7946 0000"
    inside.save()
    return make_booking(inside, "10:00")


@pytest.mark.parametrize(
    ("hours", "cancel", "move"),
    [(24, None, None), (23.9, TOO_LATE, None), (2, TOO_LATE, None), (1.9, TOO_LATE, TOO_LATE)],
)
def test_each_step_has_a_limit_of_its_own(
    inside: Garage, booking: Booking, hours: float, cancel: str | None, move: str | None
) -> None:
    with time_machine.travel(booking.starts_at - timedelta(hours=hours), tick=False):
        told = refusal(booking, Step.CANCEL, inside), refusal(booking, Step.MOVE, inside)
    assert told == (cancel, move)


def test_without_a_limit_the_start_is_the_end(inside: Garage, booking: Booking) -> None:
    inside.notice_to_cancel, inside.phone = 0, ""
    for seconds, told in ((-1, None), (1, "It is too late to change this here. Call us.")):
        with time_machine.travel(booking.starts_at + timedelta(seconds=seconds), tick=False):
            assert refusal(booking, Step.CANCEL, inside) == told
            assert short_notice(booking, Step.CANCEL, inside) == ""


@pytest.mark.parametrize("status", [Status.IN_SERVICE, Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW])
def test_what_has_begun_or_is_over_is_not_changed(inside: Garage, booking: Booking, status: Status) -> None:
    booking.status = status
    assert refusal(booking, Step.MOVE, inside) == "This booking cannot be changed any more."


@pytest.mark.parametrize(("page", "hours"), [("cancel", 23), ("move", 1)])
def test_the_desk_is_told_of_short_notice_and_may_all_the_same(
    desk_client: Client, booking: Booking, page: str, hours: int
) -> None:
    address = f"/g/here/bookings/{booking.reference}/{page}/"
    with time_machine.travel(booking.starts_at - timedelta(hours=25), tick=True):
        assert "Short notice" not in desk_client.get(address).content.decode()
    with time_machine.travel(booking.starts_at - timedelta(hours=hours), tick=True):
        asked = {"cancel": "24 h", "move": "2 h"}[page]
        assert f"Short notice: the booking rules ask for {asked}." in desk_client.get(address).content.decode()
        if page == "cancel":
            assert desk_client.post(address, {"reason": "Ill"}).status_code == 302
