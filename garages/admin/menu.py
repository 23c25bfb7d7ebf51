"""What a garage sells: vehicle types, services, prices, extras."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from garages import formats
from garages.admin.base import TenantAdmin, TenantInline
from garages.exchange.admin import ExchangeAdmin
from garages.models import Service, ServiceExtra, ServicePrice, VehicleType
from garages.resources import ServiceResource


@admin.register(VehicleType)
class VehicleTypeAdmin(TenantAdmin):
    list_display = ("name", "garage", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    fields = ("name", "position", "is_active")


class ServicePriceInline(TenantInline):
    model = ServicePrice
    fields = ("vehicle_type", "price")


class ServiceExtraInline(TenantInline):
    model = ServiceExtra
    fk_name = "service"
    fields = ("extra",)
    verbose_name_plural = _("extras offered with it")


@admin.register(Service)
class ServiceAdmin(ExchangeAdmin, TenantAdmin):
    resource_classes = [ServiceResource]
    list_display = ("name", "category", "garage", "minutes", "shown_price", "is_online", "is_active")
    list_filter = ("is_active", "is_online", "is_request_only", "is_extra", "bay_kind")
    search_fields = ("name", "category")
    fieldsets = (
        (
            None,
            {"fields": ("category", "name", "code", "description", "price", "outside_vat", "position", "is_active")},
        ),
        (_("Work"), {"fields": ("minutes", "buffer_before", "buffer_after", "skill", "bay_kind", "due_again_months")}),
        (_("Online"), {"fields": ("is_online", "is_request_only", "is_extra", "orders_confirmed")}),
    )
    autocomplete_fields = ("skill",)
    inlines = (ServicePriceInline, ServiceExtraInline)

    @display(description=_("price"), ordering="price")
    def shown_price(self, service: Service) -> str:
        return formats.money(service.price, service.garage.currency, formats.locale_of(service.garage))
