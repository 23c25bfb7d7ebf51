"""What a message says, from what is true when it is written."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from bookings.enums import Status
from bookings.models import Booking
from garages.models import Garage, Membership, Service
from notifications.calendar import entry_for
from notifications.channels import Outgoing
from notifications.enums import Audience, Channel, Kind
from notifications.models import Message
from notifications.writing import write
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(inside: Garage, manager: Membership) -> Booking:
    """A brake check with an extra: an hour and ten minutes."""
    Service.objects.create(name="Valet", minutes=40, price=2_500, is_extra=True)
    return make_booking(inside, services=["Brake check", "Valet"], confirmed=True, by=manager)


def _mail(booking: Booking, kind: Kind) -> Message:
    facts = {"kind": kind, "channel": Channel.EMAIL, "audience": Audience.CUSTOMER}
    return Message(garage=booking.garage, booking=booking, customer=booking.customer, **facts)


@pytest.mark.parametrize("kind", [Kind.RECEIVED, Kind.CONFIRMED, Kind.MOVED, Kind.REMINDER, Kind.REQUEST_RECEIVED])
def test_what_is_booked_is_named_with_its_length_and_extras(inside: Garage, booking: Booking, kind: Kind) -> None:
    written = write(_mail(booking, kind), inside)
    lines = written.text.splitlines()
    assert [line for line in lines if line in ("Brake check", "with Valet", "Takes 1 h 10")] == [
        "Brake check",
        "with Valet",
        "Takes 1 h 10",
    ]
    assert "10:00 (London time)" in written.text
    assert "Valet" not in written.subject


def test_an_extra_alone_is_the_service(inside: Garage, booking: Booking) -> None:
    booking.lines.filter(name="Brake check").delete()
    lines = write(_mail(booking, Kind.CONFIRMED), inside).text.splitlines()
    assert [line for line in lines if "Valet" in line] == ["Valet"]


@pytest.mark.parametrize(("status", "said"), [(Status.PENDING, "TENTATIVE"), (Status.CONFIRMED, "CONFIRMED")])
def test_the_calendar_says_how_sure_it_is(inside: Garage, booking: Booking, status: Status, said: str) -> None:
    booking.status = status
    entry = entry_for(Outgoing.of(_mail(booking, Kind.MOVED), inside))
    assert entry
    [event] = Calendar.from_ical(entry.text).walk("VEVENT")
    assert event["status"] == said


def test_a_town_in_the_address_is_named_once(inside: Garage, booking: Booking) -> None:
    inside.address, inside.town = "14 Yard Lane\nLeeds", "Leeds"
    assert write(_mail(booking, Kind.CONFIRMED), inside).text.endswith("\n14 Yard Lane, Leeds")


@pytest.mark.parametrize("kind", [Kind.READY, Kind.ASSIGNED])
def test_a_text_without_a_vehicle_ends_well(inside: Garage, booking: Booking, kind: Kind) -> None:
    message = _mail(booking, kind)
    message.channel = Channel.SMS
    text = write(message, inside).text
    assert (". ." in text, text.endswith(".")) == (False, True)
