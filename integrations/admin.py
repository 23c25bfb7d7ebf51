"""What is shared with partners, in the platform's admin: to look at."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from garages.admin.base import ReadOnly
from integrations.models import Allowance, HookEvent, PlateAnswer


@admin.register(Allowance)
class AllowanceAdmin(ReadOnly, ModelAdmin):
    list_display = ("partner", "used_today", "failures", "open_until")


@admin.register(HookEvent)
class HookEventAdmin(ReadOnly, ModelAdmin):
    list_display = ("partner", "event", "received_at")
    list_filter = ("partner",)


@admin.register(PlateAnswer)
class PlateAnswerAdmin(ReadOnly, ModelAdmin):
    list_display = ("registration", "state", "source", "code", "asked_at", "answered_at")
    list_filter = ("state", "source")
    search_fields = ("registration",)
