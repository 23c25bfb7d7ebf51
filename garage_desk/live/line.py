"""What a page is given to hear news by."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import reverse

from garage_desk.live.passes import POLL_PATH, STREAM_PATH, sign
from garages.access import StaffRequest


@dataclass(frozen=True)
class Line:
    """What a page needs to hear news: templates/shell.html writes it into the body."""

    tab: str
    token: str
    stream: str
    poll: str
    renew: str


def line_for(request: StaffRequest, tab: str = "") -> Line:
    """A line of this page's own; `tab` where it has a name already."""
    tab = tab or secrets.token_urlsafe(9)
    return Line(
        tab=tab,
        token=sign(request.garage.pk, tab),
        stream=live_origin(request) + STREAM_PATH,
        poll=POLL_PATH,
        renew=reverse("live", args=[request.garage.slug]),
    )


def live_origin(request: HttpRequest) -> str:
    """Where the live process is reached: on its own port of the same host when it has one (`make run`), else behind
    the proxy at our own address, which needs no name."""
    if not settings.LIVE_PORT:
        return ""
    try:
        host, _port = split_domain_port(request.get_host())
    except DisallowedHost:  # this answer says so
        return ""
    return f"{request.scheme}://{host}:{settings.LIVE_PORT}"
