"""What has to be written to whom when a booking changes: rows of the outbox, in the change's own transaction.

The customer is told what differs from what they were last told. That one rule covers corrections within the undo
window, five edits in a row, a booking made and taken back, and an undo of a cancelled one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from bookings.enums import OrderState, Source, Status
from bookings.models import Batch, Booking, Order, WaitingEntry
from bookings.signals import Change
from garages.models import Membership, Technician
from garages.rows import insert_new
from notifications.batches import Told, told_by_batch, told_of
from notifications.enums import NEWS, ORDERS, TIMED, TOLD, Audience, Channel, Kind, State
from notifications.models import Message
from notifications.reach import channels_to, colleague_of, stopped_channels
from notifications.rules import Reminder, Rules, load_rules

# What was done at the desk can be taken back on the spot: messages wait that long.
UNDO: Final = timedelta(seconds=settings.UNDO_SECONDS)
# What tells how a booking stands.
_KIND_OF: Final[dict[str, Kind]] = {
    Status.REQUESTED: Kind.REQUEST_RECEIVED,
    Status.PENDING: Kind.RECEIVED,
    Status.CONFIRMED: Kind.CONFIRMED,
    Status.COMPLETED: Kind.READY,
    Status.CANCELLED: Kind.CANCELLED,
    Status.DECLINED: Kind.DECLINED,
}
_KIND_OF_ORDER: Final[dict[str, Kind]] = {
    OrderState.RECEIVED: Kind.ORDER_RECEIVED,
    OrderState.CONFIRMED: Kind.ORDER_CONFIRMED,
    OrderState.CANCELLED: Kind.ORDER_CANCELLED,
}
_COPIED: Final = (Kind.CONFIRMED, Kind.MOVED, Kind.CANCELLED, *ORDERS)
_EXPECTED: Final = (Status.PENDING, Status.CONFIRMED)
# Of what is asked for at short notice, so long the team has before it is nudged, and before the customer is told.
NUDGED_AFTER: Final = timedelta(hours=1)
WARNED_AFTER: Final = timedelta(hours=2)
_AT_WORK: Final = (*_EXPECTED, Status.IN_SERVICE)


def plan(booking: Booking, change: Change, by: Membership | None = None, *, batch: Batch | None = None) -> bool:
    """Bring the outbox in step with the booking; whether there is something new to send. One that was just made with
    others in a `batch` is told of by `plan_batch`.

    Two queries for a new booking, at most seven for a changed one; three more where technicians are told of jobs.
    """
    assert booking.garage_id
    rules = load_rules(booking.garage_id, booking.customer_id)
    rows = [] if batch else _news(booking, rules, is_new=change == Change.CREATED)
    if change == Change.CREATED and booking.source == Source.ONLINE and booking.status == Status.REQUESTED:
        rows += _to_staff(booking, Kind.REQUEST_TO_STAFF, rules, due_at=timezone.now() + UNDO)
    known = [] if change == Change.CREATED else Message.objects.filter(booking=booking, kind__in=TIMED)
    rows += _timed(booking, rules, known=known)
    rows += _to_technician(booking, rules, by)
    insert_new(rows)
    return bool(rows)


def plan_batch(batch: Batch, bookings: Sequence[Booking]) -> bool:
    """Tell a company of all that was booked for it in one act, in one message; of one booking as of any other."""
    assert batch.garage_id
    rules = load_rules(batch.garage_id, batch.customer_id)
    if len(bookings) == 1:
        rows = _news(bookings[0], rules, is_new=True)
    else:
        due_at = timezone.now() + UNDO
        reached = channels_to(batch.customer, rules.of(Kind.BATCH), stopped=rules.stopped)
        rows = [
            Message(batch=batch, customer_id=batch.customer_id, kind=Kind.BATCH, channel=channel, to=to, due_at=due_at)
            for channel, to in reached
        ]
    insert_new(rows)
    return bool(rows)


def plan_order(order: Order) -> None:
    """Tell the customer, and the garage's copy address, how an order of an extra stands (ORD-4, ORD-5, ORD-7). One that
    is taken back before anybody was told of it is not told at all."""
    assert order.garage_id
    unsent = Message.objects.filter(order=order, state=State.QUEUED, attempts=0)
    drop(list(unsent.values_list("pk", flat=True)), "superseded")
    if order.state == OrderState.CANCELLED and not Message.objects.filter(order=order, state__in=TOLD).exists():
        return
    rules = load_rules(order.garage_id, order.booking.customer_id)
    rows = _rows(order.booking, _KIND_OF_ORDER[order.state], rules, due_at=timezone.now() + UNDO)
    for row in rows:
        row.order, row.version = order, order.pk
    insert_new(rows)


def plan_offer(entry: WaitingEntry) -> None:
    """Tell somebody on the waiting list what time is kept for them: it does not wait for quiet hours to end."""
    assert entry.garage_id
    rules = load_rules(entry.garage_id, entry.customer_id)
    for channel, to in channels_to(entry.customer, rules.of(Kind.WAITING_OFFER), stopped=rules.stopped):
        Message.objects.create(
            customer_id=entry.customer_id,
            kind=Kind.WAITING_OFFER,
            channel=channel,
            to=to,
            facts={"entry": str(entry.public_id)},
            about_start=entry.offered_start,
            due_at=timezone.now() + UNDO,
        )


def _news(booking: Booking, rules: Rules, *, is_new: bool) -> list[Message]:
    """The messages that close the gap between what the customer was last told and how the booking stands."""
    wanted = _KIND_OF.get(booking.status)
    told, unsent = (None, []) if is_new else _known(booking)
    if any(row.batch_id for row in unsent):
        return []  # it will say how the booking stands by then
    if told is not None and told.status == booking.status:
        moved = booking.status in _EXPECTED and told.starts_at != booking.starts_at
        wanted = Kind.MOVED if moved else None
    elif told is None and unsent and wanted == Kind.CANCELLED:
        wanted = None  # made and taken back: they never heard of it
    kept = [row for row in unsent if row.kind == wanted and row.about_start == booking.starts_at]
    drop([row.pk for row in unsent if row not in kept], "superseded")
    if wanted is None or kept:
        return []
    return _rows(booking, wanted, rules, due_at=timezone.now() + UNDO)


def _known(booking: Booking) -> tuple[Told | None, list[Message]]:
    """What the customer was told last, and the news nobody has tried to send yet, copies too: one query."""
    told: Told | None = None
    unsent: list[Message] = []
    news = Message.objects.filter(Q(booking=booking, kind__in=NEWS) | told_by_batch(booking))
    for row in news.filter(state__in=(*TOLD, State.QUEUED)).order_by("pk"):
        if row.state == State.QUEUED and not row.attempts:
            unsent.append(row)
        elif row.audience == Audience.CUSTOMER:  # sent, on its way, or tried and perhaps arrived
            told = told_of(row, booking) or told
    return told, unsent


def _rows(booking: Booking, kind: Kind, rules: Rules, *, due_at: datetime) -> list[Message]:
    rule = rules.of(kind)
    reached = channels_to(booking.customer, rule, stopped=rules.stopped)
    rows = [_row(booking, kind, channel, due_at, to=to) for channel, to in reached]
    if rule.is_on and rules.copy_to and kind in _COPIED:
        rows.append(_row(booking, kind, Channel.EMAIL, due_at, audience=Audience.COPY, to=rules.copy_to))
    return rows


def _row(
    booking: Booking,
    kind: Kind,
    channel: Channel,
    due_at: datetime,
    *,
    to: str,
    audience: Audience = Audience.CUSTOMER,
    version: int | None = None,
    rule: Reminder | None = None,
    technician: Technician | None = None,
    member_id: int | None = None,
) -> Message:
    return Message(
        booking=booking,
        customer_id=booking.customer_id,
        rule_id=rule.pk if rule else None,
        technician=technician,
        member_id=member_id,
        kind=kind,
        channel=channel,
        audience=audience,
        version=booking.version if version is None else version,
        to=to,
        about_status=booking.status,
        about_start=booking.starts_at,
        due_at=due_at,
    )


def _to_staff(
    booking: Booking, kind: Kind, rules: Rules, *, due_at: datetime, version: int | None = None
) -> list[Message]:
    """To the garage's own address, and to each colleague who asked to be told of it, wherever they are reached."""
    if not rules.of(kind).is_on:
        return []
    row = partial(_row, booking, kind, due_at=due_at, audience=Audience.STAFF, version=version)
    rows = [row(channel=Channel.EMAIL, to=rules.staff_to)] if rules.staff_to else []
    for colleague in rules.team:
        reached = colleague.reached() if kind in colleague.kinds else []
        rows += [row(channel=way, to=to, member_id=colleague.member) for way, to in reached if to != rules.staff_to]
    return rows


def _to_technician(booking: Booking, rules: Rules, by: Membership | None) -> list[Message]:
    """Tell a technician of a job that somebody else gave them; one not told yet of a job that went to another hears
    nothing of it."""
    if not rules.of(Kind.ASSIGNED).is_on:
        return []
    told = Message.objects.filter(booking=booking, kind=Kind.ASSIGNED).exclude(state=State.DROPPED).last()
    if told is not None and told.technician_id != booking.technician_id:
        drop([told.pk], "superseded")
    if booking.technician_id is None or (told is not None and told.technician_id == booking.technician_id):
        return []
    technicians = Technician.objects.select_related("membership__user", "membership__telegram", "membership__alerts")
    technician = technicians.get(pk=booking.technician_id)
    if technician.membership is None or technician.membership == by or booking.status not in _AT_WORK:
        return []
    due_at = timezone.now() + UNDO
    row = partial(_row, booking, Kind.ASSIGNED, due_at=due_at, audience=Audience.STAFF, technician=technician)
    reached = colleague_of(technician.membership).reached(rules.of(Kind.ASSIGNED).channels)
    return [row(channel=channel, to=to, member_id=technician.membership_id) for channel, to in reached]


def replan_reminders(garage_id: int) -> None:
    """Bring what is told at its own time of all visits to come in step with the rules of the garage in scope: six
    queries, and one for each message whose time has changed."""
    rules = load_rules(garage_id)
    expected = Booking.objects.filter(status__in=(*_EXPECTED, Status.REQUESTED), starts_at__gt=timezone.now())
    bookings = list(expected.order_by("pk").select_related("customer").select_for_update(of=("self",)))
    known: dict[int | None, list[Message]] = {}
    for row in Message.objects.filter(booking__in=bookings, kind__in=TIMED):
        known.setdefault(row.booking_id, []).append(row)
    stopped = stopped_channels({booking.customer_id for booking in bookings})
    rows = []
    for booking in bookings:
        theirs = replace(rules, stopped=frozenset(stopped.get(booking.customer_id, ())))
        rows += _timed(booking, theirs, known=known.get(booking.pk, []))
    insert_new(rows)


def _timed(booking: Booking, rules: Rules, *, known: Iterable[Message]) -> list[Message]:
    """What is told at its own time of the visit as it stands; of another time, or of a visit that is off, it is
    dropped.

    It is bound to the minute of the visit: moved, it is planned anew; edited otherwise, it stays (P-13).
    """
    planned = (*_reminders_wanted(booking, rules), *_unanswered_wanted(booking, rules))
    wanted = {_key(row): row for row in planned}
    stale, again = [], []
    for row in known:
        now_wanted = wanted.pop(_key(row), None)
        if now_wanted is None and row.state == State.QUEUED:
            stale.append(row.pk)
        elif now_wanted is not None and row.state == State.DROPPED:
            again.append(row.pk)
        if now_wanted is not None and row.due_at != now_wanted.due_at and not row.attempts:
            Message.objects.filter(pk=row.pk).update(due_at=now_wanted.due_at)
    drop(stale, "superseded")
    if again:
        Message.objects.filter(pk__in=again, state=State.DROPPED).update(state=State.QUEUED, error="")
    return list(wanted.values())


def _reminders_wanted(booking: Booking, rules: Rules) -> Iterator[Message]:
    """Of a visit that is sure: a reminder of one that nobody has confirmed would read as if it were (COMP-16)."""
    if booking.status != Status.CONFIRMED:
        return
    now = timezone.now()
    minute = int(booking.starts_at.timestamp()) // 60
    for reminder in rules.reminders:
        due = reminder.due(booking.starts_at, rules.garage)
        due = rules.after_quiet(due) if due else None
        if due is None or not now < due < booking.starts_at:
            continue
        for channel, to in _by_which(booking, rules, reminder):
            yield _row(booking, Kind.REMINDER, channel, due, to=to, version=minute, rule=reminder)


def _unanswered_wanted(booking: Booking, rules: Rules) -> Iterator[Message]:
    """While nobody has answered: the team is nudged, then who asked online told that it is not confirmed; of a request
    also that its time has passed (COMP-16). Whom the desk booked in has talked to it, and is not told to stay away."""
    if booking.status not in (Status.PENDING, Status.REQUESTED):
        return
    start = booking.starts_at
    minute = int(start.timestamp()) // 60
    nudge_at = _not_at_once(booking, start - rules.nudge, NUDGED_AFTER)
    if nudge_at < start:
        yield from _to_staff(booking, Kind.UNANSWERED, rules, due_at=nudge_at, version=minute)
    warn_at = _not_at_once(booking, rules.before_quiet(start - rules.warn), WARNED_AFTER)
    asked = booking.status == Status.REQUESTED or booking.source == Source.ONLINE
    told = [(Kind.UNCONFIRMED, warn_at)] if asked and warn_at < start else []
    if booking.status == Status.REQUESTED:
        told.append((Kind.EXPIRED, rules.after_quiet(start)))
    for kind, due_at in told:
        for channel, to in channels_to(booking.customer, rules.of(kind), stopped=rules.stopped):
            yield _row(booking, kind, channel, due_at, to=to, version=minute)


def _not_at_once(booking: Booking, due_at: datetime, after: timedelta) -> datetime:
    """What has just been asked for, or touched by the team, is left to them for a while."""
    return max(due_at, booking.updated_at + after)


def _by_which(booking: Booking, rules: Rules, reminder: Reminder) -> list[tuple[Channel, str]]:
    rule = rules.of(Kind.REMINDER)
    return channels_to(booking.customer, rule, stopped=rules.stopped, among=reminder.channels)


def _key(row: Message) -> tuple[object, ...]:
    return row.kind, row.rule_id, row.channel, row.version, row.member_id


def drop(pks: list[int], why: str) -> None:
    """Take rows off the queue that nobody has begun to send."""
    if pks:
        Message.objects.filter(pk__in=pks, state=State.QUEUED).update(state=State.DROPPED, error=why)
