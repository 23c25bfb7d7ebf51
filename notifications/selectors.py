"""Messages as staff look at them. Lists cost a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.selectors import Page
from garages.models import Garage
from integrations.sms.text import Size, plain, size_of
from notifications.enums import Audience, Channel, State
from notifications.filters import MessageFilter
from notifications.models import Message
from notifications.writing import Written, write

SHOWN_OF_ONE: Final = 50
_SHOWN_WITH: Final = ("customer", "booking", "technician", "member__user", "led_by")
# Our codes in words; a provider's own code stands as it is.
_WORDS: Final[dict[str, Promise]] = {
    "superseded": _("Something newer was to be told."),
    "booking-changed": _("The booking had changed meanwhile."),
    "booking-moved": _("The visit had moved meanwhile."),
    "too-late": _("The visit had begun."),
    "contacted": _("Somebody had talked to them."),
    "no-address": _("No address is known for this channel."),
    "given-up": _("It could not be sent, several times."),
    "opted-out": _("They said that they do not want it."),
    "order-changed": _("The order had changed meanwhile."),
    "offer-over": _("The offer was over."),
    "not-theirs": _("The vehicle has another owner now."),
    "not-due": _("It was done or booked meanwhile."),
    "out-of-time": _("It would have come too late."),
    "chat-gone": _("The Telegram chat is gone: they have to link it again."),
    "21211": _("No such number."),
    "21610": _("They answered STOP to this number."),
    "21614": _("Not a mobile number."),
    "30003": _("The phone was off or out of reach."),
    "30005": _("Unknown number."),
    "30006": _("A landline, or a network that takes no texts."),
    "30007": _("The network filtered it out."),
    "internal": _("It could not be written. We have been told."),
}


@dataclass(frozen=True)
class Row:
    """A message in a list, with the name of whom it is for and the words of its trouble."""

    message: Message
    name: str
    trouble: str


@dataclass(frozen=True)
class Shown:
    """One message as its reader sees it; `is_preview` when it was not written yet; `size` of a text to a phone."""

    row: Row
    written: Written
    is_preview: bool
    size: Size | None


@dataclass(frozen=True)
class Health:
    """How a channel fares: when it last sent something, and what failed or waits for another try."""

    channel: Channel
    is_sandbox: bool
    last_sent: datetime | None
    failed: int
    retrying: int


def page_of(wanted: MessageFilter, *, size: int) -> Page:
    """A page of the garage's messages, newest first: two queries."""
    found = wanted.apply(Message.objects.all())
    total = found.count()
    number = max(1, min(wanted.page, -(-total // size)))
    rows = found.select_related(*_SHOWN_WITH).order_by("-created_at", "-pk")
    return Page(_rows(rows[(number - 1) * size : number * size]), number, size, total)  # type: ignore[arg-type]


def shown_messages(messages: QuerySet[Message]) -> list[Row]:
    """The latest of these, newest first: one query."""
    return _rows(messages.select_related(*_SHOWN_WITH).order_by("-created_at", "-pk")[:SHOWN_OF_ONE])


def shown_message(message: Message, garage: Garage) -> Shown:
    is_preview = not message.text
    own = Written(message.subject, message.text, message.language)
    written = write(message, garage) if is_preview else own
    size = size_of(plain(written.text)) if message.channel == Channel.SMS else None
    return Shown(_row(message), written, is_preview, size)


def failed_count() -> int:
    """How many messages of the garage failed for good and wait for somebody: one query, of an index of their own."""
    return Message.objects.filter(state=State.FAILED, led_by=None).count()


def channel_health() -> list[Health]:
    """How each channel fared in the last week: one query."""
    since = timezone.now() - timedelta(days=7)
    facts: dict[str, Any] = {
        row["channel"]: row
        for row in Message.objects.filter(created_at__gte=since)
        .values("channel")
        .annotate(
            last=Max("sent_at"),
            failed=Count("pk", filter=Q(state=State.FAILED)),
            retrying=Count("pk", filter=Q(state=State.QUEUED, attempts__gt=0)),
        )
        .order_by()
    }
    sandboxed = {
        Channel.EMAIL: settings.EMAIL_IS_SANDBOX,
        Channel.SMS: not settings.SMS_URL,
        Channel.TELEGRAM: not settings.TELEGRAM_BOT_TOKEN,
    }
    nothing: dict[str, Any] = {"last": None, "failed": 0, "retrying": 0}
    return [
        Health(channel, is_sandbox, known["last"], known["failed"], known["retrying"])
        for channel, is_sandbox in sandboxed.items()
        for known in [facts.get(channel, nothing)]
    ]


def _rows(messages: QuerySet[Message]) -> list[Row]:
    return [_row(message) for message in messages]


def _row(message: Message) -> Row:
    return Row(message, _name(message), str(_WORDS.get(message.error, message.error)))


def _name(message: Message) -> str:
    """Whom it is for: "" of what goes to an address of the garage."""
    if message.audience == Audience.CUSTOMER:
        return message.customer.name if message.customer else ""
    if message.technician is not None:
        return message.technician.name
    return str(message.member.user) if message.member else ""
