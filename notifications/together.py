"""What is due on several vehicles of one owner goes out in one message.

Each thing due has its row, planned once and looked at again before it is sent. When the first of them is prepared it
takes along the others that are due then: they are led by it, and stand from then on where it stands.
"""

from __future__ import annotations

from datetime import date, datetime

from babel import Locale
from django.db import connection
from django.db.models import Q

from garages import formats
from garages.models import Garage
from notifications.cars import named
from notifications.enums import DUE, Audience, State
from notifications.models import Message


def due_on(message: Message) -> date:
    """The day that a message of what is due names."""
    return date.fromordinal(message.version)


def take_turns(message_id: int) -> None:
    """Until this transaction ends, no other worker prepares what is due on this owner's vehicles: neither may take what
    the other takes along. Other kinds pass."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended('notifications.together:' || customer_id, 0))"
            " from notifications_message where id = %s and kind = any(%s)",
            [message_id, list(DUE)],
        )


def taken_along(lead: Message, now: datetime) -> list[Message]:
    """The rows that go out within this one: those led by it from an earlier try, and those that are due by now."""
    waiting = Q(state=State.QUEUED, due_at__lte=now, attempts=0) | Q(state=State.SENDING, text="")
    rows = Message.objects.filter(Q(led_by=lead) | Q(waiting, led_by=None), kind__in=DUE, audience=Audience.CUSTOMER)
    same = rows.filter(customer=lead.customer_id, channel=lead.channel, state__in=(State.QUEUED, State.SENDING))
    return list(same.exclude(pk=lead.pk).select_related("vehicle", "customer").select_for_update(of=("self",)))


def led(lead: Message) -> list[Message]:
    """All that one message tells of, itself first, then by day."""
    if lead.kind not in DUE:
        return [lead]
    others = Message.objects.filter(led_by=lead).select_related("vehicle").order_by("version", "pk")
    return sorted([lead, *others], key=lambda row: row.version)


def values_of_several(rows: list[Message], garage: Garage, locale: Locale) -> dict[str, str]:
    """What stands for the vehicles, a line each."""
    lines = []
    for row in rows:
        on = formats.day(due_on(row), locale, year=True)
        lines.append(f"{named(row.vehicle, garage)}: {row.facts.get('item', '')}, {on}")
    return {"cars": "\n".join(lines), "number": str(len(rows))}
