"""Vehicles in the platform's admin: looked up, corrected, imported and exported."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.names import fold
from fleet import plates, vins
from fleet.models import MileageReading, OwnModel, RegisterCheck, Vehicle
from fleet.resources import VehicleResource
from fleet.services import change_owner, create_vehicle, update_vehicle
from garages.admin.base import ReadOnly, TenantAdmin, TenantForm, TenantInline
from garages.exchange.admin import ExchangeAdmin
from garages.tenancy.context import tenant


class VehicleForm(TenantForm):
    """The plate as typed; its canonical form follows from it and is what must be free in the garage."""

    class Meta:
        labels = {"registration_typed": _("Registration as typed")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.registration = plates.canonical(cleaned.get("registration_typed", ""))[: plates.LONGEST]
        if "vin" in cleaned:
            cleaned["vin"] = vins.canonical(cleaned["vin"])
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"registration", "merged_into"}


class MileageInline(TenantInline):
    model = MileageReading
    fields = ("read_on", "value", "unit", "source")


@admin.register(Vehicle)
class VehicleAdmin(ExchangeAdmin, TenantAdmin):
    form = VehicleForm
    resource_classes = [VehicleResource]
    list_display = ("plate", "make", "model", "year", "customer", "garage", "used_at")
    list_display_links = ("plate", "make")
    list_filter = ("fuel",)
    list_select_related = ("garage", "customer")
    search_fields = ("search_text__contains",)
    search_help_text = _("Registration, make or model")
    autocomplete_fields = ("customer", "vehicle_type")
    fields = (
        ("registration_typed", "registration"),
        ("make", "model"),
        ("vehicle_type", "customer"),
        ("year", "colour", "fuel"),
        "mot_expires_on",
        "vin",
        "notes",
        ("used_at", "created_at", "updated_at"),
    )
    readonly_fields = ("registration", "used_at", "created_at", "updated_at")
    inlines = (MileageInline,)

    @admin.display(description=Vehicle._meta.get_field("registration").verbose_name, ordering="registration")
    def plate(self, vehicle: Vehicle) -> str:
        return plates.display(vehicle.registration, vehicle.garage.country)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Vehicle], search_term: str) -> Any:
        whole = plates.canonical(search_term)
        if any(sign.isdigit() for sign in whole):  # a plate, however it is spaced
            found = queryset.filter(search_text__contains=whole.lower())
            if found.exists():
                return super().get_search_results(request, found, "")
        return super().get_search_results(request, queryset, fold(search_term))

    def save_model(self, request: HttpRequest, obj: Vehicle, form: Any, change: bool) -> None:
        given = {name: value for name, value in form.cleaned_data.items() if not change or name in form.changed_data}
        moved = "customer" in given
        owner = given.pop("customer", None)
        with tenant(obj.garage.pk):
            if not change:
                obj.pk = create_vehicle(customer=owner, **given).pk
            elif given:
                update_vehicle(obj, **given)
            if change and moved and owner is not None:
                change_owner(obj, owner)
        obj.refresh_from_db()


@admin.register(OwnModel)
class OwnModelAdmin(TenantAdmin):
    list_display = ("make", "model", "garage")
    search_fields = ("make", "model")
    fields = ("make", "model")


@admin.register(MileageReading)
class MileageReadingAdmin(TenantAdmin):
    list_display = ("vehicle", "read_on", "value", "unit", "source", "garage")
    list_filter = ("source",)
    list_select_related = ("garage", "vehicle")
    autocomplete_fields = ("vehicle",)
    date_hierarchy = "read_on"
    fields = ("vehicle", ("read_on", "value", "unit"), "source")


@admin.register(RegisterCheck)
class RegisterCheckAdmin(ReadOnly, TenantAdmin):
    list_display = ("vehicle", "source", "checked_at", "garage")
    list_filter = ("source",)
    list_select_related = ("garage", "vehicle")
    fields = (("vehicle", "source", "checked_at"), "facts")
