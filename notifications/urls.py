"""Addresses of messages, mounted under /g/<garage>/."""

from __future__ import annotations

from django.urls import path

from notifications.views import alerts, due, messages, settings, texts

app_name = "notifications"
urlpatterns = [
    path("messages/", messages.messages, name="messages"),
    path("messages/failed/", messages.failed, name="failed"),
    path("messages/of-booking/<slug:reference>/", messages.of_booking, name="of-booking"),
    path("messages/of-customer/<uuid:public_id>/", messages.of_customer, name="of-customer"),
    path("messages/<uuid:message>/", messages.message, name="message"),
    path("messages/<uuid:message>/send-again/", messages.send_again, name="send-again"),
    path("due/", due.due, name="due"),
    path("due/of-customer/<uuid:public_id>/called/", due.owner_called, name="due-owner-called"),
    path("due/<uuid:vehicle>/called/", due.called, name="due-called"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/telegram/link/", alerts.telegram_link, name="telegram-link"),
    path("alerts/telegram/forget/", alerts.telegram_forget, name="telegram-forget"),
    path("settings/notifications/", settings.rules, name="settings"),
    path("settings/notifications/reminders/add/", settings.reminder_add, name="settings-reminder-add"),
    path(
        "settings/notifications/reminders/<uuid:reminder>/remove/",
        settings.reminder_remove,
        name="settings-reminder-remove",
    ),
    path("settings/notifications/texts/<slug:kind>/", texts.text, name="settings-text"),
    path("settings/notifications/texts/<slug:kind>/preview/", texts.preview, name="settings-preview"),
    path("settings/notifications/texts/<slug:kind>/test/", texts.test, name="settings-test"),
    path("settings/notifications/texts/<slug:kind>/restore/", texts.restore, name="settings-restore"),
]
