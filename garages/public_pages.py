"""Pages for people without a log-in: opened from a message, on any device, and by whatever follows links in e-mails."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_network
from typing import Any, Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from garages.access import public

_WINDOW: Final = 60  # seconds
PublicView = Callable[..., HttpResponse]


def public_page(*methods: str) -> Callable[[PublicView], PublicView]:
    """Declare a page that needs no cookie and leaves none, so Django's CSRF check has nothing to guard: whatever acts
    asks for a signed token of its own. Its address is a secret: it is told to nobody (no referrer, no cache, no
    search engine), and what is not there says so in plain words. Each IP address, each /64 of IPv6, may ask
    `PUBLIC_PAGES_A_MINUTE` times."""

    def declare(view: PublicView) -> PublicView:
        asked_rightly = require_http_methods([*methods, "HEAD"])(view)

        @public
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            answer = _answer(asked_rightly, request, *args, **kwargs)
            add_never_cache_headers(answer)
            answer.headers["Referrer-Policy"] = "no-referrer"
            answer.headers["X-Robots-Tag"] = "noindex, nofollow"
            return answer

        return guarded

    return declare


def _answer(view: PublicView, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if _asked(request) > settings.PUBLIC_PAGES_A_MINUTE:
        return render(request, "public_busy.html", status=429)
    try:
        return view(request, *args, **kwargs)
    except Http404:
        return render(request, "public_gone.html", status=404)


def _asked(request: HttpRequest) -> int:
    """How often this address asked for public pages in this minute, now included."""
    address = get_adapter().get_client_ip(request)
    network = ip_network(f"{address}/64", strict=False) if ":" in address else address
    key = f"public:{network}:{int(time.time()) // _WINDOW}"
    return 1 if cache.add(key, 1, 2 * _WINDOW) else cache.incr(key)
