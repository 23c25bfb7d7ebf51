"""Addresses of the customers' pages, mounted under /g/<garage>/. They stand here because a profile shows vehicles."""

from __future__ import annotations

from django.urls import path

from customers import company_views as companies
from customers import views as taking_down
from fleet.views import customers

app_name = "customers"
urlpatterns = [
    path("customers/", customers.customer_list, name="list"),
    path("customers/rows/", customers.rows, name="rows"),
    path("customers/new/", taking_down.create, name="create"),
    path("customers/duplicates/", taking_down.duplicates, name="duplicates"),
    path("customers/phone-note/", taking_down.phone_note, name="phone-note"),
    path("customers/<uuid:public_id>/", customers.customer, name="detail"),
    path("customers/<uuid:public_id>/edit/", taking_down.edit, name="edit"),
    path("customers/<uuid:public_id>/contacts/new/", companies.contact_add, name="contact-add"),
    path("customers/<uuid:public_id>/contacts/<uuid:contact>/", companies.contact_edit, name="contact-edit"),
    path("customers/<uuid:public_id>/contacts/<uuid:contact>/remove/", companies.contact_remove, name="contact-remove"),
    path("customers/<uuid:public_id>/kind/", companies.kind, name="kind"),
    path("customers/<uuid:public_id>/consents/", taking_down.consents, name="consents"),
]
