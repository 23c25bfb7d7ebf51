"""Messages in the platform's admin: what left, what waits, what failed; and what a garage decided about them."""

from __future__ import annotations

from django.contrib import admin

from garages.admin.base import ReadOnly, TenantAdmin
from notifications.models import (
    Alerts,
    DueCall,
    KindRule,
    Message,
    MessageSettings,
    MessageTemplate,
    ReminderRule,
    TelegramLink,
)


@admin.register(Message)
class MessageAdmin(ReadOnly, TenantAdmin):
    list_display = ("kind", "channel", "state", "error", "attempts", "due_at", "sent_at", "garage")
    list_filter = ("state", "channel", "kind")
    date_hierarchy = "created_at"
    fields = (
        ("kind", "channel", "audience", "state"),
        ("booking", "order", "customer", "technician", "member", "vehicle"),
        ("due_at", "attempts", "error"),
        ("sent_at", "delivered_at", "provider_id", "is_sandboxed"),
    )


@admin.register(MessageSettings)
class MessageSettingsAdmin(ReadOnly, TenantAdmin):
    """Garages decide on their own page: what follows from it must follow."""

    list_display = ("garage", "quiet_from", "quiet_until", "reply_to", "copy_to", "sms_sender")
    fields = (("quiet_from", "quiet_until"), ("reply_to", "copy_to", "staff_to"), "sms_sender", "due_days")


@admin.register(KindRule)
class KindRuleAdmin(ReadOnly, TenantAdmin):
    list_display = ("kind", "is_on", "channels", "every_channel", "garage")
    list_filter = ("kind", "is_on")
    fields = ("kind", "is_on", ("channels", "every_channel"))


@admin.register(ReminderRule)
class ReminderRuleAdmin(ReadOnly, TenantAdmin):
    list_display = ("days_before", "at", "hours_before", "weekdays", "is_on", "garage")
    list_filter = ("is_on",)
    fields = (("days_before", "at", "hours_before"), "weekdays", "channels", "is_on")


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ReadOnly, TenantAdmin):
    list_display = ("kind", "channel", "language", "subject", "garage")
    list_filter = ("kind", "channel", "language")
    fields = (("kind", "channel", "language"), "subject", "text")


@admin.register(TelegramLink)
class TelegramLinkAdmin(ReadOnly, TenantAdmin):
    list_display = ("membership", "linked_at", "garage")
    list_select_related = ("membership__user", "garage")
    fields = ("membership", "linked_at")


@admin.register(Alerts)
class AlertsAdmin(ReadOnly, TenantAdmin):
    list_display = ("membership", "kinds", "stopped_at", "garage")
    list_select_related = ("membership__user", "garage")
    fields = ("membership", "kinds", ("phone", "stopped_at"))


@admin.register(DueCall)
class DueCallAdmin(ReadOnly, TenantAdmin):
    list_display = ("vehicle", "kind", "due_on", "by", "created_at", "garage")
    list_select_related = ("vehicle", "by", "garage")
    fields = ("vehicle", "kind", "due_on", ("by", "created_at"))
