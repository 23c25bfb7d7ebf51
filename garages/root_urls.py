"""Addresses outside any garage: home, accounts, a person's own choices."""

from __future__ import annotations

from django.urls import include, path

from garages.views import home

urlpatterns = [
    path("", home.home, name="home"),
    path("preferences/", home.preferences, name="preferences"),
    path("language/", home.set_language, name="set_language"),
    path("", include("allauth.account.urls")),
]
