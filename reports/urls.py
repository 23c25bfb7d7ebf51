"""Addresses of this app's staff pages, mounted under /g/<garage>/."""

from __future__ import annotations

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
]
