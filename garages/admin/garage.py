"""Garages as tenants: the list of them, and from each the way to all it has."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from garages.admin.base import ReadOnly, TenantAdmin
from garages.models import Bay, Garage, IdempotencyKey, Membership, Service


def _count_of(model: type[Model]) -> Coalesce:
    rows = model._default_manager.filter(garage=OuterRef("pk")).order_by().values("garage")
    return Coalesce(Subquery(rows.annotate(rows=Count("pk")).values("rows")), 0, output_field=IntegerField())


class MembershipInline(TabularInline):
    model = Membership
    autocomplete_fields = ("user",)
    extra = 0
    tab = True


@admin.register(Garage)
class GarageAdmin(ModelAdmin):
    """A garage is closed by switching it off: deleting one would take its customers' history with it."""

    list_display = ("name", "slug", "town", "country", "people", "bays", "services", "is_active", "whats_inside")
    list_display_links = ("name",)
    list_filter = ("is_active", "country")
    search_fields = ("name", "slug", "town")
    list_per_page = 50
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("created_at",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "is_active", "created_at")}),
        (_("Place"), {"fields": ("town", "address", "phone", "email", "country", "subdivision")}),
        (_("Money, time, language"), {"fields": ("currency", "time_zone", "languages")}),
        (_("Invoices"), {"fields": ("vat_percent", "vat_number", "payment_days", "invoice_footer")}),
        (
            _("Bookings"),
            {
                "fields": (
                    *(
                        "staff_bookings_start",
                        "online_confirmed",
                        "receptionists_confirm",
                        "receptionists_overbook",
                        "requests_hold",
                    ),
                    *("day_only", "drop_off_from"),
                    *("slot_step", "horizon_days", "technicians_limit", "hold_minutes", "no_show_after_days"),
                    "cars_a_day",
                    *("waiters_a_day", "shuttles_a_day", "drops_a_day", "courtesy_cars"),
                    *("waiters_a_slot", "shuttles_a_slot", "drops_a_slot", "courtesy_a_slot"),
                    *("notice_at_desk", "notice_online", "online_same_day", "notice_to_cancel", "notice_to_move"),
                )
            },
        ),
    )
    inlines = (MembershipInline,)
    change_form_outer_before_template = "admin/garage_contents.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Garage]:
        return (
            super()
            .get_queryset(request)
            .annotate(people=_count_of(Membership), bays=_count_of(Bay), services=_count_of(Service))
        )

    @display(description=_("people"), ordering="people")
    def people(self, garage: Any) -> int:
        return garage.people

    @display(description=_("bays"), ordering="bays")
    def bays(self, garage: Any) -> int:
        return garage.bays

    @display(description=_("services"), ordering="services")
    def services(self, garage: Any) -> int:
        return garage.services

    @display(description=_("what is inside"))
    def whats_inside(self, garage: Garage) -> str:
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            reverse("admin:garages_garage_change", args=[garage.pk]),
            _("Customers, vehicles, bookings …"),
        )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "languages":
            kwargs["widget"] = UnfoldAdminTextInputWidget()
            kwargs["help_text"] = _("Codes with commas between them (en,fr,es). The first is the garage's own.")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return super().get_inlines(request, obj) if obj is not None else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        contents = self._contents(request, int(object_id)) if object_id.isdecimal() else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "contents": contents})

    def _contents(self, request: HttpRequest, garage_id: int) -> list[dict[str, Any]]:
        """Everything in the admin that belongs to garages, counted and linked, narrowed to this one."""
        models = {
            model: model_admin
            for model, model_admin in self.admin_site._registry.items()
            if isinstance(model_admin, (TenantAdmin, ByGarage)) and model_admin.has_view_permission(request)
        }
        return [
            {
                "label": model._meta.verbose_name_plural,
                "count": model._default_manager.filter(garage_id=garage_id).count(),
                "url": reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
                + f"?garage__id__exact={garage_id}",
            }
            for model in sorted(
                models, key=lambda model: model._meta.app_label == "garages"
            )  # the work, then the setup
        ]


class ByGarage(ModelAdmin):
    """Marks the admin of a table that has a garage without being under tenancy."""


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnly, TenantAdmin):
    list_display = ("act", "made", "garage", "created_at")
    search_fields = ("made__exact",)
    fields = ("act", "made", "key", "request_hash", "created_at")
    readonly_fields = fields
    ordering = ("-created_at",)
