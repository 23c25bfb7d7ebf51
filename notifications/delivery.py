"""What became of a message after a provider took it. States only move forward."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from garages.tenancy.context import platform, tenant
from notifications.enums import Channel, State
from notifications.models import Message


def note_delivery(channel: Channel, provider_id: str, state: State, *, error: str = "") -> bool:
    """The provider says DELIVERED or FAILED of what it calls so; whether that was news.

    Finds the garage through `platform()` by the provider's id, which is all that is read there.
    """
    with platform():
        row = Message.objects.filter(channel=channel, provider_id=provider_id).values_list("garage_id", "pk").first()
    if row is None:
        return False
    garage_id, pk = row
    facts = {"delivered_at": timezone.now()} if state == State.DELIVERED else {"error": error[:60]}
    with tenant(garage_id):
        return bool(Message.objects.filter(Q(pk=pk) | Q(led_by=pk), state=State.SENT).update(state=state, **facts))
