"""What a garage decides about its messages: which, by which channel, when, in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from garages.errors import DomainError
from garages.models import Garage, Membership
from notifications.enums import Audience, Channel, Kind, Way
from notifications.models import Alerts, KindRule, Message, MessageSettings, MessageTemplate, ReminderRule
from notifications.planning import replan_reminders
from notifications.rules import DEFAULT_REMINDER
from notifications.tasks import sweep_now
from notifications.writing import Written

TESTS_AN_HOUR: Final = 20


@transaction.atomic
def set_rules(garage: Garage, *, kinds: Mapping[Kind, tuple[bool, Way]], **settings: Any) -> MessageSettings:
    """Keep which kinds are sent by which way, and the fields of MessageSettings. What waits already is sent as it was
    planned, but for reminders: they follow."""
    own = own_settings()
    for name, value in settings.items():
        setattr(own, name, value)
    own.save()
    for kind, (is_on, way) in kinds.items():
        facts = {"is_on": is_on, "channels": list(way.channels), "every_channel": way.is_every}
        KindRule.objects.update_or_create(kind=kind, defaults=facts)
    replan_reminders(garage.pk)
    return own


def own_settings() -> MessageSettings:
    """The row of the garage in scope. When it is made, the reminder that held without it becomes one of its own."""
    own, is_new = MessageSettings.objects.get_or_create()
    if is_new:
        usual = DEFAULT_REMINDER
        ReminderRule.objects.get_or_create(days_before=usual.days_before, at=usual.at, hours_before=None)
    return own


@transaction.atomic
def add_reminder(
    garage: Garage,
    *,
    weekdays: list[int],
    channels: tuple[Channel, ...],
    hours_before: int | None = None,
    days_before: int | None = None,
    at: time | None = None,
) -> ReminderRule:
    """Remind so many hours before each visit, or so many days before at a time of day. One for that time is changed."""
    own_settings()
    when: dict[str, Any] = {"hours_before": hours_before, "days_before": days_before, "at": at}
    facts = {"weekdays": weekdays, "channels": list(channels), "is_on": True}
    rule, _is_new = ReminderRule.objects.update_or_create(**when, defaults=facts)
    replan_reminders(garage.pk)
    return rule


@transaction.atomic
def remove_reminder(garage: Garage, rule: ReminderRule) -> None:
    """Remind no more at that time. The row stays, switched off, for the messages it sent."""
    ReminderRule.objects.filter(pk=rule.pk).update(is_on=False)
    replan_reminders(garage.pk)


@transaction.atomic
def set_alerts(member: Membership, *, phone: str, kinds: Sequence[str] = ()) -> Alerts:
    """Keep a colleague's number, in international form, and what they want to be told of; what waits already follows.
    STOP holds for the number that said it."""
    own, _is_new = Alerts.objects.select_for_update().get_or_create(membership=member)
    if str(own.phone) != phone:
        own.phone, own.stopped_at = phone, None
    was_told, own.kinds = bool(own.kinds), list(kinds)
    own.save()
    if was_told or kinds:
        replan_reminders(member.garage_id)
    return own


def set_text(*, kind: Kind, channel: Channel, language: str, subject: str, text: str) -> None:
    """Keep the garage's own words."""
    MessageTemplate.objects.update_or_create(
        kind=kind, channel=channel, language=language, defaults={"subject": subject, "text": text}
    )


def restore_text(*, kind: Kind, channel: Channel, language: str) -> None:
    """Back to the built-in words."""
    MessageTemplate.objects.filter(kind=kind, channel=channel, language=language).delete()


@transaction.atomic
def send_test(*, kind: Kind, channel: Channel, to: str, written: Written) -> Message:
    """Send these words to `to` the way a customer would get them. Raises DomainError after too many in an hour."""
    tests = Message.objects.filter(audience=Audience.TEST, created_at__gt=timezone.now() - timedelta(hours=1))
    if tests.count() >= TESTS_AN_HOUR:
        raise DomainError(_("That were many tests. Try again in an hour."), field="to")
    message = Message.objects.create(
        kind=kind,
        channel=channel,
        audience=Audience.TEST,
        to=to,
        language=written.language,
        subject=written.subject,
        text=written.text,
        due_at=timezone.now(),
    )
    sweep_now()
    return message
