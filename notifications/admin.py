"""Messages in the platform's admin: what left, what waits, what failed."""

from __future__ import annotations

from django.contrib import admin

from garages.admin.base import ReadOnly, TenantAdmin
from notifications.models import Message


@admin.register(Message)
class MessageAdmin(ReadOnly, TenantAdmin):
    list_display = ("kind", "channel", "state", "error", "attempts", "due_at", "sent_at", "garage")
    list_filter = ("state", "channel", "kind")
    date_hierarchy = "created_at"
    fields = (
        ("kind", "channel", "audience", "state"),
        ("booking", "customer", "technician"),
        ("due_at", "attempts", "error"),
        ("sent_at", "delivered_at", "provider_id", "is_sandboxed"),
    )
