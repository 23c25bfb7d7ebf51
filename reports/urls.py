"""Addresses of this app's staff pages, mounted under /g/<garage>/."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "reports"
urlpatterns: list[URLPattern] = []
