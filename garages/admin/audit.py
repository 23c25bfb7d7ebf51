"""What the platform's staff did here: Django's own log, to read and search, never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from garages.admin.base import ReadOnly


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnly, ModelAdmin):
    list_display = ("action_time", "user", "action", "content_type", "thing", "what")
    list_filter = (("user", AutocompleteSelectFilter), "action_flag", "content_type")
    list_filter_submit = True
    list_select_related = ("user", "content_type")
    search_fields = ("user__email", "user__name", "object_repr")
    search_help_text = _("Who did it, or what it was done to")
    date_hierarchy = "action_time"
    fields = ("action_time", "user", "action", "content_type", "thing", "object_id", "what")
    show_full_result_count = False

    @display(
        description=_("action"),
        ordering="action_flag",
        label={_("Addition"): "success", _("Change"): "info", _("Deletion"): "danger"},
    )
    def action(self, entry: LogEntry) -> str:
        return entry.get_action_flag_display()

    @display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message()

    @display(description=_("thing"), ordering="object_repr")
    def thing(self, entry: LogEntry) -> Any:
        url = None if entry.is_deletion() else entry.get_admin_url()
        if url is None:
            return entry.object_repr
        return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', url, entry.object_repr)
