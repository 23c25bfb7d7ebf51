"""The customer's own pages, outside any garage's: the token names the garage and the booking."""

from __future__ import annotations

from django.urls import path

from bookings.views import visit, visit_moving

app_name = "visit"
urlpatterns = [
    path("", visit.page, name="page"),
    path("visit.ics", visit.calendar, name="calendar"),
    path("cancel/", visit.cancel, name="cancel"),
    path("keep/", visit.keep, name="keep"),
    path("move/", visit_moving.move, name="move"),
    path("undo/", visit.undo, name="undo"),
]
