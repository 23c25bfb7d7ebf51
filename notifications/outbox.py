"""Lease, send, mark: how rows of the outbox become messages.

A row is claimed under a lock and leased for a while; the claim is committed before anything leaves the house. Then the
booking is looked at again, the text written, the channel asked, and the outcome marked in a transaction of its own. A
worker that dies in between leaves a lease that runs out, and the next one tries again with the same reference: at least
once, never silently lost, and never about something that is no longer true.
"""

from __future__ import annotations

from typing import Final

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from garages.models import Garage
from garages.retries import MOST_ATTEMPTS, lease, next_attempt
from garages.tenancy.context import platform, tenant
from integrations.errors import Refused, Unavailable
from integrations.sms.twilio import OPTED_OUT
from notifications.batches import facts_to_tell
from notifications.channels import Outgoing, Receipt, channel_of
from notifications.enums import DUE, State
from notifications.models import Message
from notifications.opting import stop_texts
from notifications.reach import address
from notifications.together import take_turns, taken_along
from notifications.truth import why_not
from notifications.writing import write

log = structlog.get_logger()


def claim() -> tuple[int, int] | None:
    """Take the next due message of any garage, under a lease: (garage, message) keys. Two workers never take the same.

    Looks across garages through `platform()`, and reads nothing but keys there.
    """
    now = timezone.now()
    until = now + lease()
    due = Q(state=State.QUEUED, due_at__lte=now) | Q(state=State.SENDING, leased_until__lt=now)
    alone = Q(led_by=None)
    with platform(), transaction.atomic():
        row: tuple[int, int] | None = (
            Message.objects.filter(due, alone)
            .order_by("due_at", "pk")
            .select_for_update(skip_locked=True)
            .values_list("garage_id", "pk")
            .first()
        )
        if row is not None:
            Message.objects.filter(pk=row[1]).update(
                state=State.SENDING, leased_until=until, attempts=F("attempts") + 1
            )
    return row


def deliver(garage_id: int, message_id: int) -> State:
    """Send one claimed message, and say what became of it."""
    with tenant(garage_id):
        try:
            with transaction.atomic():
                outgoing = _prepare(garage_id, message_id)
            if isinstance(outgoing, State):
                return outgoing
            receipt = channel_of(outgoing.channel).send(outgoing)
        except Refused as error:
            return _failed(message_id, error.code)
        except Unavailable as error:
            return _again_later(message_id, error)
        except Exception:  # whatever it is, it must not stop the messages behind it, nor be forgotten
            log.exception("message.broken", garage=garage_id, message=message_id)
            return _again_later(message_id, Unavailable("internal"))
        return _sent(message_id, receipt)


def _prepare(garage_id: int, message_id: int) -> Outgoing | State:
    """What to send; or the state of a message that is not to be sent."""
    take_turns(message_id)
    message = with_facts(Message.objects.select_for_update(of=("self",))).get(pk=message_id)
    if message.state != State.SENDING or message.led_by_id is not None:
        return State(message.state)
    if message.attempts > MOST_ATTEMPTS:  # its workers died of it
        return _mark(message, State.FAILED, error="given-up")
    garage = Garage.objects.get(pk=garage_id)
    why = why_not(message, timezone.now())
    if why:
        return _mark(message, State.DROPPED, error=why)
    to = address(message)
    if not to:
        return _mark(message, State.FAILED, error="no-address")
    if message.kind in DUE:
        _take_along(message)
    written = write(message, garage)
    message.to, message.language = to, written.language
    message.subject, message.text = written.subject, written.text
    if message.batch_id:
        message.facts = facts_to_tell(message)
    message.save(update_fields=["to", "language", "subject", "text", "facts"])
    if message.kind in DUE:
        told = {name: getattr(message, name) for name in ("to", "language", "subject", "text")}
        Message.objects.filter(led_by=message).update(**told)
    return Outgoing.of(message, garage)


def _take_along(lead: Message) -> None:
    """Have what else is due on the owner's vehicles go out within this message, as far as it is still true."""
    now = timezone.now()
    for row in taken_along(lead, now):
        row.led_by = None
        if why := why_not(row, now):
            _mark(row, State.DROPPED, error=why)
        else:
            row.led_by, row.attempts, row.leased_until = lead, lead.attempts, lead.leased_until
            _mark(row, State.SENDING)


def with_facts(rows: QuerySet[Message]) -> QuerySet[Message]:
    """With all that its text is written from."""
    return rows.select_related(
        "booking__customer",
        "booking__vehicle",
        "order__booking",
        "batch",
        "customer",
        "vehicle",
        "technician",
        "member__user",
        "member__telegram",
        "member__alerts",
    )


def _sent(message_id: int, receipt: Receipt) -> State:
    with transaction.atomic():
        message = _locked(message_id)
        message.provider_id, message.is_sandboxed = receipt.provider_id, receipt.is_sandboxed
        message.sent_at = timezone.now()
        return _mark(message, State.SENT)


def _failed(message_id: int, code: str) -> State:
    with transaction.atomic():
        message = _locked(message_id)
        if message.state != State.SENDING:  # our lease ran out, and another worker's try came through
            return State(message.state)
        log.warning("message.failed", kind=message.kind, channel=message.channel, code=code)
        if code == OPTED_OUT:
            stop_texts(message)
        return _mark(message, State.FAILED, error=code)


def _again_later(message_id: int, error: Unavailable) -> State:
    with transaction.atomic():
        message = _locked(message_id)
        if message.state != State.SENDING:
            return State(message.state)
        if message.attempts >= MOST_ATTEMPTS:
            log.warning("message.given_up", kind=message.kind, channel=message.channel, code=error.code)
            return _mark(message, State.FAILED, error=error.code)
        message.due_at = next_attempt(timezone.now(), message.attempts, error.retry_after)
        return _mark(message, State.QUEUED, error=error.code)


def _locked(message_id: int) -> Message:
    return Message.objects.select_for_update(of=("self",)).get(pk=message_id)


def _mark(message: Message, state: State, *, error: str = "") -> State:
    """Those it leads stand where it stands; dropped, it leads nobody any more."""
    message.state, message.error = state, error[:60]
    if state != State.SENDING:
        message.leased_until = None
    message.save(update_fields=[*_MARKED, "provider_id", "led_by"])
    if message.kind in DUE:
        led = Message.objects.filter(led_by=message)
        if state == State.DROPPED:
            led.update(led_by=None, state=State.QUEUED, attempts=0, leased_until=None)
        else:
            led.update(**{name: getattr(message, name) for name in _MARKED})
    return state


_MARKED: Final = ("state", "error", "leased_until", "due_at", "is_sandboxed", "sent_at", "attempts")


def send_again(message: Message) -> Message:
    """Staff send a failed message once more, to the address that is known now. It counts from the start."""
    lead = message.led_by_id or message.pk
    Message.objects.filter(Q(pk=lead) | Q(led_by=lead), state=State.FAILED).update(
        state=State.QUEUED, error="", attempts=0, due_at=timezone.now(), leased_until=None
    )
    message.refresh_from_db()
    return message
