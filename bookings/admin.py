"""Bookings in the platform's admin: to look at, with their history. Only what takes no capacity can be changed here;
everything else is done at the garage's desk, through the services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookings.models import (
    Allocation,
    Batch,
    Booking,
    BookingLine,
    CardOffer,
    DeskPace,
    HandoverNote,
    Merge,
    Order,
    QueueEntry,
    SlotHold,
    WaitingEntry,
    WorkSpan,
)
from bookings.signals import Change, booking_changed
from customers.names import fold
from garages.admin.base import ReadOnly, TenantAdmin, TenantInline
from garages.tenancy.context import tenant

EDITABLE = ("priority", "workshop_notes", "internal_notes")


class BookingLineInline(ReadOnly, TenantInline):
    model = BookingLine
    fields = ("name", "service", "minutes", "price")
    readonly_fields = fields


@admin.register(Booking)
class BookingAdmin(TenantAdmin):
    list_display = ("reference", "status", "starts_at", "customer", "vehicle", "bay", "source", "garage")
    list_filter = ("status", "source", "priority", "starts_at")
    list_select_related = ("garage", "customer", "vehicle", "bay")
    search_fields = ("search_text__contains",)
    search_help_text = _("Reference, name, phone, plate, car or service")
    date_hierarchy = "starts_at"
    ordering = ("-starts_at",)
    inlines = (BookingLineInline,)
    fieldsets = (
        (None, {"fields": (("reference", "status", "source"), "priority")}),
        (
            _("Who and what"),
            {"fields": (("customer", "vehicle", "vehicle_type"), ("typed_name", "typed_phone", "typed_email"))},
        ),
        (_("When and where"), {"fields": (("starts_at", "ends_at", "ready_at"), ("bay", "technician"))}),
        (_("The car"), {"fields": (("drop_off", "courtesy_car"), ("key_tag", "parking"))}),
        (_("Marks"), {"fields": (("awaiting", "overnight", "collect_at"),)}),
        (
            _("What happened"),
            {"fields": (("customer_confirmed_at", "arrived_at", "started_at", "completed_at"), "reason")},
        ),
        (_("Notes"), {"fields": ("workshop_notes", "internal_notes")}),
        (_("Record"), {"fields": (("created_by", "created_at", "updated_at", "version"),)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ("garage", *_flat(self.fieldsets))
        return [name for name in shown if name not in EDITABLE]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Booking], search_term: str) -> Any:
        term = fold(search_term)
        digits = "".join(sign for sign in term if sign.isdigit())
        if digits and not any(sign.isalpha() for sign in term):
            term = digits.lstrip("0")
        return super().get_search_results(request, queryset, term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Booking, form: Any, change: bool) -> None:
        """Only what was changed: the desk may be editing the rest at this moment, and must notice that we did."""
        changed = [name for name in form.changed_data if name in EDITABLE]
        if not changed:
            return
        with tenant(obj.garage.pk):
            values = {name: form.cleaned_data[name] for name in changed}
            Booking.objects.filter(pk=obj.pk).update(**values, version=F("version") + 1)
            obj.refresh_from_db()
            booking_changed.send(sender=Booking, booking=obj, change=Change.EDITED, by=None)


@admin.register(Merge)
class MergeAdmin(ReadOnly, TenantAdmin):
    list_display = ("gone_name", "kind", "reason", "made_by", "made_at", "undone_at", "garage")
    list_filter = ("kind",)
    list_select_related = ("garage", "made_by")
    date_hierarchy = "made_at"
    fields = (
        ("kind", "gone_name", "reason"),
        ("kept", "gone"),
        ("made_by", "made_at"),
        ("undone_by", "undone_at"),
        "fields",
        "moved",
    )
    readonly_fields = ("made_at",)


@admin.register(HandoverNote)
class HandoverNoteAdmin(ReadOnly, TenantAdmin):
    list_display = ("text", "written_by", "written_at", "garage")
    list_select_related = ("garage", "written_by")
    date_hierarchy = "written_at"
    fields = ("text", ("written_by", "written_at"))
    readonly_fields = ("written_at",)


@admin.register(WaitingEntry)
class WaitingEntryAdmin(ReadOnly, TenantAdmin):
    list_display = ("customer", "day", "state", "priority", "offered_start", "offered_until", "garage")
    list_filter = ("state",)
    list_select_related = ("garage", "customer")
    fields = ("customer", "vehicle", "day", "priority", "visits", "state", "offered_start", "offered_until", "booking")


@admin.register(Batch)
class BatchAdmin(ReadOnly, TenantAdmin):
    list_display = ("customer", "created_by", "created_at", "garage")
    list_select_related = ("garage", "customer", "created_by")
    date_hierarchy = "created_at"
    fields = ("customer", ("created_by", "created_at"))
    readonly_fields = ("created_at",)


@admin.register(QueueEntry)
class QueueEntryAdmin(ReadOnly, TenantAdmin):
    list_display = ("registration", "customer", "membership", "problem", "booking", "created_at", "garage")
    list_select_related = ("garage", "customer", "membership__user", "booking")
    fields = (
        ("membership", "customer"),
        ("registration", "make", "model", "vehicle"),
        ("services", "starts_from", "problem"),
        ("batch", "booking"),
    )


@admin.register(SlotHold)
class SlotHoldAdmin(ReadOnly, TenantAdmin):
    list_display = ("starts_at", "ends_at", "bay", "expires_at", "garage")
    list_select_related = ("garage", "bay")
    fields = ("bay", "skill", "technician", "starts_at", "ends_at", "held_from", "held_until", "expires_at")


@admin.register(Allocation)
class AllocationAdmin(ReadOnly, TenantAdmin):
    list_display = ("booking", "technician", "bay", "starts_at", "ends_at", "holds", "garage")
    list_filter = ("holds",)
    list_select_related = ("garage", "booking", "technician", "bay")
    fields = (
        "booking",
        ("technician", "bay"),
        ("starts_at", "ends_at"),
        "note",
        "overbook_reason",
        ("holds", "done_at"),
    )


@admin.register(WorkSpan)
class WorkSpanAdmin(ReadOnly, TenantAdmin):
    list_display = ("booking", "technician", "started_at", "ended_at", "paused_for", "garage")
    list_select_related = ("garage", "booking", "technician")
    fields = ("booking", "technician", "part", "started_at", "ended_at", "paused_for", "pause_note")


@admin.register(Order)
class OrderAdmin(ReadOnly, TenantAdmin):
    list_display = ("name", "booking", "price", "state", "ordered_at", "garage")
    list_filter = ("state",)
    list_select_related = ("garage", "booking")
    date_hierarchy = "ordered_at"
    fields = ("booking", "extra", ("name", "minutes", "price"), "state", ("ordered_at", "answered_at", "answered_by"))


@admin.register(DeskPace)
class DeskPaceAdmin(ReadOnly, TenantAdmin):
    list_display = ("day", "path", "is_known", "is_business", "milliseconds", "keys", "clicks", "garage")
    list_filter = ("path",)
    fields = ("day", "path", "is_known", "is_business", "milliseconds", "keys", "clicks")


@admin.register(CardOffer)
class CardOfferAdmin(ReadOnly, TenantAdmin):
    list_display = ("day", "mot_offered", "mot_taken", "remarks_offered", "remarks_taken", "garage")
    fields = ("day", ("mot_offered", "mot_taken"), ("remarks_offered", "remarks_taken"))


def _flat(fieldsets: Any) -> list[str]:
    names: list[str] = []
    for _title, options in fieldsets:
        for entry in options["fields"]:
            names += entry if isinstance(entry, tuple) else [entry]
    return names
