"""The messages pages: who sees what, and sending again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from garages.models import Garage
from garages.tenancy.context import tenant
from notifications.enums import Channel, Kind, State
from notifications.models import Message
from tests.factories.bookings import make_booking
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db


def _message(garage: Garage, **fields: Any) -> Message:
    with tenant(garage.pk), transaction.atomic():
        facts = {
            "kind": Kind.MOT_DUE,
            "channel": Channel.SMS,
            "customer": make_customer(phone="07700 900123"),
            "to": "+447700900123",
            "text": "Here Motors: MOT is due",
            "due_at": timezone.now(),
        }
        return Message.objects.create(**(facts | fields))


def test_list_shows_who_what_and_how_it_went(desk_client: Client, garage: Garage) -> None:
    _message(garage, state=State.FAILED, error="no-address")
    page = desk_client.get("/g/here/messages/").content.decode()
    assert "Priya Nair" in page
    assert "No address is known for this channel." in page
    assert "1 failed this week" in page
    assert "Sandbox: nothing is sent" in page


def test_list_is_filtered_by_its_address(desk_client: Client, garage: Garage) -> None:
    failed = _message(garage, state=State.FAILED)
    sent = _message(garage, state=State.SENT, channel=Channel.EMAIL)
    page = desk_client.get("/g/here/messages/?state=failed&channel=sms&kind=nonsense").content.decode()
    assert (str(failed.public_id) in page, str(sent.public_id) in page) == (True, False)


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_the_same_queries_for_any_number(
    desk_client: Client, garage: Garage, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for _message_number in range(number):
        _message(garage)
    desk_client.get("/g/here/messages/")
    with django_assert_num_queries(9):
        desk_client.get("/g/here/messages/")


def test_failures_are_counted_in_red_on_the_desk(desk_client: Client, garage: Garage) -> None:
    assert 'data-status="failed"' not in desk_client.get("/g/here/desk/").content.decode()
    for state in (State.FAILED, State.FAILED, State.SENT):
        _message(garage, state=state)
    page = desk_client.get("/g/here/desk/").content.decode()
    assert page.count('data-status="failed">2</span>') == 2  # in the menu and in the phone's
    assert 'title="Messages that failed">2</span>' in page


def test_message_that_waits_is_shown_as_it_would_be_written_now(desk_client: Client, garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage)
        message = Message.objects.get(booking=booking, kind=Kind.RECEIVED)
    page = desk_client.get(f"/g/here/messages/{message.public_id}/").content.decode()
    assert "As it would be written now" in page
    assert "Here Motors: we have your booking, Brake check, " in page
    assert "(London time)" in page
    assert booking.reference in page


def test_failed_message_is_sent_again_by_its_button(desk_client: Client, garage: Garage) -> None:
    message = _message(garage, state=State.FAILED, attempts=8, error="21211")
    answer = desk_client.post(f"/g/here/messages/{message.public_id}/send-again/")
    assert answer.headers["Location"] == f"/g/here/messages/{message.public_id}/"
    with tenant(garage.pk):
        message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (State.QUEUED, 0, "")


def test_sent_message_is_not_sent_again(desk_client: Client, garage: Garage) -> None:
    message = _message(garage, state=State.SENT)
    desk_client.post(f"/g/here/messages/{message.public_id}/send-again/")
    with tenant(garage.pk):
        message.refresh_from_db()
    assert message.state == State.SENT


def test_texts_are_shown_escaped(desk_client: Client, garage: Garage) -> None:
    message = _message(garage, text="<script>alert(1)</script>")
    page = desk_client.get(f"/g/here/messages/{message.public_id}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_booking_and_customer_show_their_messages(desk_client: Client, garage: Garage) -> None:
    with tenant(garage.pk), transaction.atomic():
        booking = make_booking(garage)
        silent = make_customer("Nora Quiet")
    part = {"HTTP_HX_REQUEST": "true"}
    shown = desk_client.get(f"/g/here/messages/of-booking/{booking.reference}/", **part).content.decode()
    assert "Booking received" in shown
    of_customer = f"/g/here/messages/of-customer/{booking.customer.public_id}/"
    assert "Booking received" in desk_client.get(of_customer, **part).content.decode()
    nothing = desk_client.get(f"/g/here/messages/of-customer/{silent.public_id}/", **part).content.decode()
    assert "nobody is told by itself" in nothing


def test_failed_messages_are_listed_for_the_closing_page(desk_client: Client, garage: Garage) -> None:
    failed = _message(garage, state=State.FAILED, error="no-address")
    assert 'hx-get="/g/here/messages/failed/"' in desk_client.get("/g/here/closing/").content.decode()
    page = desk_client.get("/g/here/messages/failed/").content.decode()
    assert ("Priya Nair" in page, "No address is known for this channel." in page) == (True, True)
    again = f"/g/here/messages/{failed.public_id}/send-again/"
    part = desk_client.post(again, headers={"HX-Request": "true"}).content.decode()
    assert ("Priya Nair" in part, "Every message arrived or is on its way." in part) == (False, True)
