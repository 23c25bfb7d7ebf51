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
from django.utils import timezone

from bookings.models import Booking
from garage_desk.cache import PAUSE_SECONDS
from garage_desk.live import passes
from garages.live import channel, client, version_and_age
from garages.tenancy.context import tenant


class PollMiddleware:
    """Answers `/live/poll`: 204 when the version the page knows is the latest, else 200 with the latest and its age in
    seconds (null when nothing ever happened)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._resume_at = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != passes.POLL_PATH:
            return self.get_response(request)
        shown = passes.read(request.GET.get("token", ""))
        if shown is None:
            return HttpResponse(status=401)
        version, age = self._latest(shown.garage_id)
        known = request.GET.get("version") == version
        return HttpResponse(status=204) if known else JsonResponse({"version": version, "age": age})

    def _latest(self, garage_id: int) -> tuple[str, float | None]:
        if time.monotonic() >= self._resume_at:
            try:
                return _last_news(garage_id)
            except redis.exceptions.RedisError:
                self._resume_at = time.monotonic() + PAUSE_SECONDS
        return _last_change(garage_id)


def _last_news(garage_id: int) -> tuple[str, float | None]:
    with client(settings.REDIS_URL).pipeline(transaction=False) as pipeline:
        pipeline.get(channel(garage_id))
        pipeline.time()
        found, clock = pipeline.execute()
    return version_and_age(found, clock)


def _last_change(garage_id: int) -> tuple[str, float | None]:
    with tenant(garage_id), transaction.atomic():
        last = Booking.objects.aggregate(last=Max("updated_at"))["last"]
    return f"database:{last}", (timezone.now() - last).total_seconds() if last else None
