"""What a page asks every 15 seconds while it has no stream: did anything happen in my garage?

A middleware before sessions, log-in and the gate, because it needs none of them: the signed pass says who asks, and the
answer is one GET of Redis. While Redis is away PostgreSQL is asked, which knows anyway.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse

from bookings.models import Booking
from garage_desk.cache import PAUSE_SECONDS
from garage_desk.live import passes
from garages.live import channel, client
from garages.tenancy.context import tenant


class PollMiddleware:
    """Answers `/live/poll`: 204 when the version the page knows is the latest, else 200 with the latest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._resume_at = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != passes.POLL_PATH:
            return self.get_response(request)
        shown = passes.read(request.GET.get("token", ""))
        if shown is None:
            return HttpResponse(status=401)
        version = self._latest(shown.garage_id)
        known = request.GET.get("version") == version
        return HttpResponse(status=204) if known else JsonResponse({"version": version})

    def _latest(self, garage_id: int) -> str:
        if time.monotonic() >= self._resume_at:
            try:
                found = client(settings.REDIS_URL).get(channel(garage_id))
            except redis.exceptions.RedisError:
                self._resume_at = time.monotonic() + PAUSE_SECONDS
            else:
                return found.decode() if found else ""  # type: ignore[union-attr]  # not awaitable: the client is not
        return f"database:{_last_change(garage_id)}"


def _last_change(garage_id: int) -> str:
    with tenant(garage_id), transaction.atomic():
        return str(Booking.objects.aggregate(last=Max("updated_at"))["last"])
