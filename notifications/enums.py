"""The closed lists of messages."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a message is about; each is sent by one rule, and has one owner that writes its row."""

    RECEIVED = "received", _("Booking received")
    CONFIRMED = "confirmed", _("Booking confirmed")
    MOVED = "moved", _("Booking moved")
    CANCELLED = "cancelled", _("Booking cancelled")
    DECLINED = "declined", _("Declined")
    READY = "ready", _("Ready to collect")
    BATCH = "batch", _("Several cars booked")
    REMINDER = "reminder", _("Reminder")
    REQUEST_RECEIVED = "request_received", _("Request received")
    REQUEST_TO_STAFF = "request_to_staff", _("New request, to staff")
    UNANSWERED = "unanswered", _("Not answered yet, to staff")
    UNCONFIRMED = "unconfirmed", _("Not confirmed yet")
    EXPIRED = "expired", _("Request expired")
    WAITING_OFFER = "waiting_offer", _("Waiting list: a time is free")
    ORDER_RECEIVED = "order_received", _("Order received")
    ORDER_CONFIRMED = "order_confirmed", _("Order confirmed")
    ORDER_CANCELLED = "order_cancelled", _("Order cancelled")
    ASSIGNED = "assigned", _("New job, to the technician")
    MOT_DUE = "mot_due", _("MOT due")
    SERVICE_DUE = "service_due", _("Service due")
    DUE_TOGETHER = "due_together", _("Several things due")


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    TELEGRAM = "telegram", _("Telegram")


class Way(models.TextChoices):
    """How a kind is sent, as a garage chooses it: by the first channel that reaches the person, or (+) by all."""

    EMAIL_FIRST = "email sms", _("E-mail, else SMS")
    SMS_FIRST = "sms email", _("SMS, else e-mail")
    BOTH = "email+sms", _("E-mail and SMS")
    EMAIL = "email", _("E-mail only")
    SMS = "sms", _("SMS only")
    TO_HAND = "telegram sms email", _("Telegram, else SMS, else e-mail")
    TELEGRAM_FIRST = "telegram email", _("Telegram, else e-mail")
    TELEGRAM = "telegram", _("Telegram only")

    @property
    def channels(self) -> tuple[Channel, ...]:
        return tuple(Channel(name) for name in self.value.replace("+", " ").split())

    @property
    def is_every(self) -> bool:
        return "+" in self.value


class State(models.TextChoices):
    """Where a message stands. It only moves forward, except that staff may send a failed one again."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Not sent: no longer true")


class Audience(models.TextChoices):
    """Whom a message is for."""

    CUSTOMER = "customer", _("Customer")
    STAFF = "staff", _("Staff")
    COPY = "copy", _("Copy for the garage")
    TEST = "test", _("Test")


# What tells a customer how their booking stands: of these, only what differs from the last one told is news.
NEWS: Final = (
    Kind.REQUEST_RECEIVED,
    Kind.RECEIVED,
    Kind.CONFIRMED,
    Kind.MOVED,
    Kind.DECLINED,
    Kind.CANCELLED,
    Kind.READY,
)
# What is due on a car by the calendar, whether or not anybody has a booking.
DUE: Final = (Kind.MOT_DUE, Kind.SERVICE_DUE)
# The words for several of them in one message; no message is of this kind.
DUE_WORDS: Final = Kind.DUE_TOGETHER
# What needs consent: the others answer somebody who has a booking.
MARKETING: Final = DUE
# What is told at a time of its own before a visit or after it should have begun, as the booking stands by then.
TIMED: Final = (Kind.REMINDER, Kind.UNANSWERED, Kind.UNCONFIRMED, Kind.EXPIRED)
# What colleagues may ask to be told of themselves; the address of the garage is told in any case.
ALERTS: Final = (Kind.REQUEST_TO_STAFF, Kind.UNANSWERED)
TO_TEAM: Final = (*ALERTS, Kind.ASSIGNED)
ORDERS: Final = (Kind.ORDER_RECEIVED, Kind.ORDER_CONFIRMED, Kind.ORDER_CANCELLED)
TO_CUSTOMERS: Final = tuple(kind for kind in Kind if kind not in (*TO_TEAM, *DUE, DUE_WORDS))
CUSTOMER_WAYS: Final = (Way.EMAIL_FIRST, Way.SMS_FIRST, Way.BOTH, Way.EMAIL, Way.SMS)
WAYS: Final[dict[Kind, tuple[Way, ...]]] = {
    **dict.fromkeys((*TO_CUSTOMERS, *DUE, DUE_WORDS), CUSTOMER_WAYS),
    Kind.REQUEST_TO_STAFF: (Way.EMAIL,),
    Kind.UNANSWERED: (Way.EMAIL,),
    Kind.ASSIGNED: (Way.TO_HAND, Way.TELEGRAM_FIRST, Way.TELEGRAM, Way.SMS, Way.EMAIL),
}
TOLD: Final = (State.SENDING, State.SENT, State.DELIVERED)
