"""What a garage works with: bays, technicians and their skills, hours, closures."""

from __future__ import annotations

from django.contrib import admin

from garages.admin.base import TenantAdmin, TenantInline
from garages.models import (
    Bay,
    BayOutage,
    Closure,
    CourtesyCar,
    DayNote,
    OpeningSpan,
    Skill,
    Technician,
    TechnicianAbsence,
    TechnicianShift,
    TechnicianSkill,
)


@admin.register(Bay)
class BayAdmin(TenantAdmin):
    list_display = ("name", "garage", "kind", "position", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name",)
    fields = ("name", "kind", "position", "is_active")


@admin.register(Skill)
class SkillAdmin(TenantAdmin):
    list_display = ("name", "garage")
    search_fields = ("name",)
    fields = ("name",)


class TechnicianSkillInline(TenantInline):
    model = TechnicianSkill
    fields = ("skill",)
    autocomplete_fields = ("skill",)


class TechnicianShiftInline(TenantInline):
    model = TechnicianShift
    fields = ("weekday", "starts", "ends")


@admin.register(Technician)
class TechnicianAdmin(TenantAdmin):
    list_display = ("name", "garage", "membership", "position", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("garage", "membership__user")
    search_fields = ("name",)
    autocomplete_fields = ("membership",)
    fields = ("name", "membership", "position", "is_active")
    inlines = (TechnicianSkillInline, TechnicianShiftInline)


@admin.register(CourtesyCar)
class CourtesyCarAdmin(TenantAdmin):
    list_display = ("name", "garage", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    fields = ("name", "position", "is_active")


@admin.register(DayNote)
class DayNoteAdmin(TenantAdmin):
    list_display = ("day", "text", "is_full", "garage")
    list_filter = ("is_full",)
    date_hierarchy = "day"
    search_fields = ("text",)
    fields = ("day", "text", "is_full")


@admin.register(OpeningSpan)
class OpeningSpanAdmin(TenantAdmin):
    list_display = ("weekday", "opens", "closes", "garage")
    list_filter = ("weekday",)
    fields = ("weekday", "opens", "closes")
    ordering = ("garage", "weekday", "opens")


@admin.register(Closure)
class ClosureAdmin(TenantAdmin):
    list_display = ("starts_on", "ends_on", "reason", "is_public_holiday", "garage")
    list_filter = ("is_public_holiday",)
    search_fields = ("reason",)
    date_hierarchy = "starts_on"
    fields = ("starts_on", "ends_on", "reason", "is_public_holiday")
    readonly_fields = ("is_public_holiday",)


@admin.register(BayOutage)
class BayOutageAdmin(TenantAdmin):
    list_display = ("bay", "starts_at", "ends_at", "reason", "garage")
    list_select_related = ("garage", "bay")
    fields = ("bay", "starts_at", "ends_at", "reason")


@admin.register(TechnicianAbsence)
class TechnicianAbsenceAdmin(TenantAdmin):
    list_display = ("technician", "starts_at", "ends_at", "reason", "garage")
    list_select_related = ("garage", "technician")
    fields = ("technician", "starts_at", "ends_at", "reason")
