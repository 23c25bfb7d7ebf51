"""Addresses outside any garage: for partners, and for customers who leave a list."""

from __future__ import annotations

from django.urls import path

from notifications.views import hooks, unsubscribe

urlpatterns = [
    path("hooks/twilio/", hooks.twilio, name="hook-twilio"),
    path("hooks/telegram/", hooks.telegram, name="hook-telegram"),
    path("u/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
