"""Addresses of invoices, mounted under /g/<garage>/."""

from __future__ import annotations

app_name = "billing"
urlpatterns: list[object] = []
