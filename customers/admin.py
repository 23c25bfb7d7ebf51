"""Customers in the platform's admin: looked up, corrected, imported and exported."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers import phones
from customers.contact_resource import ContactResource
from customers.models import Consent, Contact, Customer
from customers.names import fold
from customers.resources import CustomerResource
from customers.services import create_customer, update_customer
from garages.admin.base import ReadOnly, TenantAdmin, TenantForm
from garages.exchange.admin import ExchangeAdmin
from garages.tenancy.context import tenant


class CustomerForm(TenantForm):
    """The number as typed; its international form follows from it and from where the garage is."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        region = self.instance.garage.phone_region
        self.instance.phone = phones.parse(cleaned.get("phone_typed", ""), region).e164
        return cleaned


@admin.register(Customer)
class CustomerAdmin(ExchangeAdmin, TenantAdmin):
    form = CustomerForm
    resource_classes = [CustomerResource]
    list_display = ("name", "kind", "phone_typed", "email", "garage", "updated_at")
    list_filter = ("kind", "language")
    search_fields = ("search_name__contains",)
    search_help_text = _("Name or phone number")
    fields = (
        ("kind", "company_name"),
        ("first_name", "last_name"),
        ("phone_typed", "phone"),
        ("email", "language", "preferred_channel"),
        ("labels", "referral"),
        ("purchase_order", "billing_address"),
        "notes",
        ("created_at", "updated_at"),
    )
    readonly_fields = ("phone", "created_at", "updated_at")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str) -> Any:
        if phones.looks_like_phone(search_term):
            queryset = queryset.filter(phone_digits__contains=phones.digits(search_term).lstrip("0"))
            return super().get_search_results(request, queryset, "")
        return super().get_search_results(request, queryset, fold(search_term))

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        region = obj.garage.phone_region
        with tenant(obj.garage.pk):
            if change:
                update_customer(obj, region=region, **{name: form.cleaned_data[name] for name in form.changed_data})
            else:
                obj.pk = create_customer(region=region, **form.cleaned_data).pk
        obj.refresh_from_db()


@admin.register(Contact)
class ContactAdmin(ExchangeAdmin, ReadOnly, TenantAdmin):
    """A company's people are kept on its page; many at once come from a file."""

    resource_classes = [ContactResource]
    list_display = ("name", "role", "customer", "phone_typed", "email", "garage")
    list_filter = ("role",)
    list_select_related = ("customer", "garage")
    search_fields = ("name",)
    fields = ("customer", ("name", "role"), ("phone_typed", "phone", "email"), ("created_at", "updated_at"))

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["customers.add_contact", "customers.change_contact"])


@admin.register(Consent)
class ConsentAdmin(ReadOnly, TenantAdmin):
    """What people said stands as they said it."""

    list_display = ("customer", "purpose", "channel", "is_given", "source", "created_at", "garage")
    list_filter = ("purpose", "channel", "is_given", "source")
    list_select_related = ("customer", "garage")
    fields = ("customer", ("purpose", "channel", "is_given"), ("source", "by", "created_at"))
