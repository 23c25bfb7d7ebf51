"""What a demo garage would have written to its customers lately. It stands on the messages page and never leaves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bookings.enums import Status
from bookings.models import Booking
from bookings.signals import Change
from garages.models import Garage
from notifications.enums import Kind, State
from notifications.models import Message
from notifications.outbox import with_facts
from notifications.planning import UNDO, plan
from notifications.writing import write

_BOOKINGS: Final = 40
_SINCE: Final = timedelta(days=5)
_TOLD_OF: Final = (Status.PENDING, Status.CONFIRMED, Status.COMPLETED, Status.CANCELLED)


def write_messages(garage: Garage, now: datetime) -> None:
    """Of the garage in scope: of its newest bookings, as sent. Reminders are left out, for they would go one day."""
    newest = Booking.objects.filter(created_at__gt=now - _SINCE, status__in=_TOLD_OF).order_by("-created_at")
    for booking in newest.select_related("customer")[:_BOOKINGS]:
        plan(booking, Change.CREATED)
    Message.objects.filter(kind=Kind.REMINDER).delete()
    for message in with_facts(Message.objects.filter(booking__isnull=False)):
        assert message.booking is not None
        written = write(message, garage)
        at = message.booking.created_at
        Message.objects.filter(pk=message.pk).update(
            state=State.SENT,
            is_sandboxed=True,
            language=written.language,
            subject=written.subject,
            text=written.text,
            created_at=at,
            due_at=at + UNDO,
            sent_at=at + UNDO,
        )
