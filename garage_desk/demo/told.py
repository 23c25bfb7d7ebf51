"""What a demo garage would have written to its customers lately. It stands on the messages page and never leaves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bookings.enums import Status
from bookings.models import Booking
from bookings.selectors.work import may_be_due
from bookings.signals import Change
from bookings.slots import moment
from customers.enums import ConsentSource, Purpose
from customers.models import Consent
from fleet.models import Vehicle
from garages.models import Garage
from notifications.due import SENT_AT, marks_on
from notifications.enums import DUE, TIMED, Channel, State
from notifications.models import DueCall, KindRule, Message, usual_due_days
from notifications.outbox import with_facts
from notifications.planning import UNDO, plan
from notifications.reach import address
from notifications.writing import write

_BOOKINGS: Final = 40
_SINCE: Final = timedelta(days=5)
_DUE: Final = 80
_TOLD_OF: Final = (Status.PENDING, Status.CONFIRMED, Status.COMPLETED, Status.CANCELLED)


def write_messages(garage: Garage, now: datetime) -> None:
    """Of the garage in scope: of its newest bookings, as sent. What has a time of its own is left out, for it would go
    one day."""
    newest = Booking.objects.filter(created_at__gt=now - _SINCE, status__in=_TOLD_OF).order_by("-created_at")
    for booking in newest.select_related("customer")[:_BOOKINGS]:
        plan(booking, Change.CREATED)
    Message.objects.filter(kind__in=TIMED).delete()
    for message in with_facts(Message.objects.filter(booking__isnull=False)):
        assert message.booking is not None
        _as_sent(message, garage, message.booking.created_at)


def write_due(garage: Garage, now: datetime) -> None:
    """Of the garage in scope: what is due on its vehicles, told to the half of their owners who agreed to it; one of
    the others was rung up."""
    today = garage.today()
    for kind in DUE:
        KindRule.objects.create(kind=kind, channels=[Channel.EMAIL, Channel.SMS])
    keys = may_be_due(garage, first=today - timedelta(days=30), last=today + timedelta(days=60), most=_DUE)
    owners = dict(Vehicle.objects.filter(pk__in=keys, customer__email__gt="").values_list("pk", "customer_id"))
    agreed = set(sorted(filter(None, owners.values()))[::2])
    Consent.objects.bulk_create(
        Consent(
            customer_id=pk,
            purpose=Purpose.MARKETING,
            channel=Channel.EMAIL,
            is_given=True,
            source=ConsentSource.STAFF,
        )
        for pk in sorted(agreed)
    )
    Consent.objects.update(created_at=now - timedelta(days=90))
    for mark in marks_on(keys, garage):
        owner = owners.get(mark.vehicle)
        days = min((days for days in usual_due_days() if mark.on - timedelta(days=days) < today), default=None)
        if owner is None or days is None:
            continue
        if owner not in agreed:
            if not DueCall.objects.exists():
                DueCall.objects.create(kind=mark.kind, due_on=mark.on, vehicle_id=mark.vehicle)
            continue
        at = moment(mark.on - timedelta(days=days), SENT_AT, garage.zone)
        message = Message.objects.create(
            vehicle_id=mark.vehicle,
            customer_id=owner,
            kind=mark.kind,
            channel=Channel.EMAIL,
            version=mark.on.toordinal(),
            days_before=days,
            facts={"item": mark.item},
            due_at=at,
        )
        _as_sent(with_facts(Message.objects.all()).get(pk=message.pk), garage, at)


def _as_sent(message: Message, garage: Garage, at: datetime) -> None:
    written = write(message, garage)
    Message.objects.filter(pk=message.pk).update(
        state=State.SENT,
        is_sandboxed=True,
        to=address(message),
        language=written.language,
        subject=written.subject,
        text=written.text,
        created_at=at,
        due_at=at + UNDO,
        sent_at=at + UNDO,
    )
