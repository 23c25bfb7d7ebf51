"""What the list of messages is filtered by; the whole state stands in its address."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import QueryDict

from bookings.filters import page_of
from notifications.enums import DUE_WORDS, Channel, Kind, State
from notifications.models import Message


class MessageFilter:
    """Reads what it can and ignores the rest: an address somebody edited still shows a page."""

    states = State.choices
    channels = Channel.choices
    kinds = [(kind.value, kind.label) for kind in Kind if kind != DUE_WORDS]

    def __init__(self, data: QueryDict) -> None:
        self.state = _one_of(data.get("state", ""), State.values)
        self.channel = _one_of(data.get("channel", ""), Channel.values)
        self.kind = _one_of(data.get("kind", ""), Kind.values)
        self.page = page_of(data)

    @property
    def is_on(self) -> bool:
        return bool(self.state or self.channel or self.kind)

    def apply(self, messages: QuerySet[Message]) -> QuerySet[Message]:
        wanted = {"state": self.state, "channel": self.channel, "kind": self.kind}
        return messages.filter(**{name: value for name, value in wanted.items() if value})


def _one_of(value: str, values: list[str]) -> str:
    return value if value in values else ""
