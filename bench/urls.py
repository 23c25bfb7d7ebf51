"""The product's addresses, and the floors'."""

from __future__ import annotations

from django.urls import path

from bench import floors
from garage_desk.urls import urlpatterns as product

urlpatterns = [
    path("bench/<slug:slug>/f1/", floors.one_query, name="floor-1"),
    path("bench/<slug:slug>/f2/", floors.rows, name="floor-2"),
    path("bench/<slug:slug>/f3/", floors.one_booking, name="floor-3"),
    *product,
]
