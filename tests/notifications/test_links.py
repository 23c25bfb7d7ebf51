"""The customer's own page, as messages lead to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from icalendar import Calendar

from bookings.links import url_of
from bookings.models import Booking
from garages.models import Garage
from integrations.sms.text import plain, size_of
from notifications.channels import Outgoing
from notifications.channels.email import build
from notifications.enums import Audience, Channel, Kind
from notifications.models import Message, MessageTemplate
from notifications.sample import sample_values
from notifications.texts import built_in
from notifications.writing import filled, write
from tests.factories.bookings import make_booking

pytestmark = pytest.mark.django_db
CARRIED = [Kind.RECEIVED, Kind.CONFIRMED, Kind.MOVED, Kind.REMINDER, Kind.REQUEST_RECEIVED]
Making = Callable[..., Message]


@pytest.fixture
def booking(inside: Garage) -> Booking:
    return make_booking(inside)


@pytest.fixture
def message(booking: Booking) -> Making:
    def make(kind: Kind, channel: Channel = Channel.EMAIL, audience: Audience = Audience.CUSTOMER) -> Message:
        return Message(
            garage=booking.garage,
            booking=booking,
            customer=booking.customer,
            kind=kind,
            channel=channel,
            audience=audience,
            to="ada@byron.example",
        )

    return make


def _mail(message: Message, garage: Garage) -> EmailMultiAlternatives:
    written = write(message, garage)
    message.subject, message.text, message.language = written.subject, written.text, written.language
    return build(Outgoing.of(message, garage))


@pytest.mark.parametrize("kind", [*CARRIED, Kind.READY, Kind.UNCONFIRMED])
def test_mail_carries_the_link_as_a_line_and_as_a_button(
    inside: Garage, booking: Booking, message: Making, kind: Kind
) -> None:
    mail, link = _mail(message(kind), inside), url_of(booking, inside)
    assert str(mail.body).splitlines().count(link) == 1
    html = str(mail.alternatives[0][0])
    assert html.count(f'href="{link}"') == 1
    assert ">Your booking</a>" in html
    answer = Client().get(link.removeprefix(settings.SITE_URL))
    assert (answer.status_code, booking.reference in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("kind", CARRIED)
def test_text_message_ends_with_the_link(inside: Garage, booking: Booking, message: Making, kind: Kind) -> None:
    assert write(message(kind, Channel.SMS), inside).text.split()[-1] == url_of(booking, inside)


def test_copy_leads_colleagues_to_the_desk(inside: Garage, booking: Booking, message: Making) -> None:
    mail = _mail(message(Kind.CONFIRMED, audience=Audience.COPY), inside)
    assert f"{settings.SITE_URL}/g/here/bookings/{booking.reference}/" in str(mail.body).splitlines()
    assert "/b/" not in mail.message().as_string()


def test_calendar_leads_to_the_page(inside: Garage, booking: Booking, message: Making) -> None:
    mail = _mail(message(Kind.CONFIRMED), inside)
    [event] = Calendar.from_ical(str(mail.alternatives[1][0])).walk("VEVENT")
    assert str(event["url"]) == url_of(booking, inside)


def test_own_words_without_the_link_stay_and_inside_a_line_it_is_one(
    inside: Garage, booking: Booking, message: Making
) -> None:
    own = MessageTemplate.objects.create(
        kind=Kind.CONFIRMED, channel=Channel.EMAIL, language="en", subject="Hi", text="See you {when}"
    )
    assert "/b/" not in str(_mail(message(Kind.CONFIRMED), inside).alternatives[0][0])
    own.text = "Look at {link} for more"
    own.save()
    html = str(_mail(message(Kind.CONFIRMED), inside).alternatives[0][0])
    assert f'href="{url_of(booking, inside)}"' in html
    assert "Your booking</a>" not in html


def test_preview_counts_a_link_as_long_as_a_real_one(inside: Garage, booking: Booking) -> None:
    values = sample_values(inside, Kind.REMINDER, "en")
    assert len(values["link"]) == len(url_of(booking, inside))
    text = filled(built_in(Kind.REMINDER, Channel.SMS), values, Channel.SMS, "en").text
    size = size_of(plain(text))
    assert (size.is_unicode, size.units) == (False, len(plain(text)))
    assert Client().get(values["link"].removeprefix(settings.SITE_URL)).status_code == 404
