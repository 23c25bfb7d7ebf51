"""Addresses of vehicles, mounted under /g/<garage>/."""

from __future__ import annotations

from django.urls import path

from fleet.views import vehicles

app_name = "fleet"
urlpatterns = [
    path("customers/<uuid:public_id>/vehicles/new/", vehicles.create, name="vehicle-create"),
    path("vehicles/models/", vehicles.models, name="models"),
    path("vehicles/registration-note/", vehicles.registration_note, name="registration-note"),
    path("vehicles/<uuid:public_id>/", vehicles.vehicle, name="vehicle"),
    path("vehicles/<uuid:public_id>/look-up/", vehicles.look_up, name="look-up"),
    path("vehicles/<uuid:public_id>/edit/", vehicles.edit, name="vehicle-edit"),
    path("vehicles/<uuid:public_id>/mileage/", vehicles.add_reading, name="mileage-add"),
    path("vehicles/<uuid:public_id>/owner/", vehicles.give, name="vehicle-give"),
]
