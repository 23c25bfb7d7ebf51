"""Addresses of messages, mounted under /g/<garage>/."""

from __future__ import annotations

from django.urls import path

from notifications.views import messages

app_name = "notifications"
urlpatterns = [
    path("messages/", messages.messages, name="messages"),
    path("messages/of-booking/<slug:reference>/", messages.of_booking, name="of-booking"),
    path("messages/of-customer/<uuid:public_id>/", messages.of_customer, name="of-customer"),
    path("messages/<uuid:message>/", messages.message, name="message"),
    path("messages/<uuid:message>/send-again/", messages.send_again, name="send-again"),
]
