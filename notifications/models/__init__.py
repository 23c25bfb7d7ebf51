"""Messages: the outbox, what garages decide about it, and where colleagues are reached."""

from notifications.models.call import DueCall
from notifications.models.message import Message
from notifications.models.settings import (
    LONGEST_BEFORE,
    NUDGE_HOURS,
    WARN_HOURS,
    KindRule,
    MessageSettings,
    MessageTemplate,
    ReminderRule,
    all_week,
    usual_due_days,
)
from notifications.models.team import Alerts, TelegramLink

__all__ = [
    "LONGEST_BEFORE",
    "NUDGE_HOURS",
    "WARN_HOURS",
    "Alerts",
    "DueCall",
    "KindRule",
    "Message",
    "MessageSettings",
    "MessageTemplate",
    "ReminderRule",
    "TelegramLink",
    "all_week",
    "usual_due_days",
]
