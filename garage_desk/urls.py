"""Root addresses."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from garage_desk import health
from garage_desk.live.views import renew
from garages.views import home

garage_pages: list[URLPattern | URLResolver] = [
    path("", include("bookings.urls")),
    path("", include("fleet.customer_urls")),
    path("", include("fleet.urls")),
    path("", include("billing.urls")),
    path("", include("reports.urls")),
    path("", include("notifications.urls")),
    path("", include("garages.urls")),
    path("live/", renew, name="live"),
    path("", home.here, name="garage-home"),
]

urlpatterns = [
    path("", include("garages.root_urls")),
    path("g/<slug:garage>/", include(garage_pages)),
    path("b/<str:token>/", include("bookings.public_urls")),
    path("", include("notifications.public_urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
