"""One way to call partners: JSON or forms over HTTP, with time-outs, and every trouble as one of our two errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import requests
from django.conf import settings

from integrations.errors import Refused, Unavailable

_TOO_MANY: Final = 429
_CLIENT_ERROR, _SERVER_ERROR = 400, 500


def call(
    method: str,
    url: str,
    *,
    auth: tuple[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    json: Mapping[str, Any] | None = None,
    body: bytes | None = None,
    query: Mapping[str, str] | None = None,
) -> requests.Response:
    """The partner's answer, whatever its status. Raises Unavailable when there is none. Redirects are not followed."""
    try:
        return requests.request(
            method,
            url,
            auth=auth,
            headers=headers,
            data=form if body is None else body,
            json=json,
            params=query,
            timeout=settings.PARTNER_TIMEOUTS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise Unavailable(type(error).__name__) from error


def body_of(answer: requests.Response) -> dict[str, Any]:
    """The JSON object in an answer; an empty one for anything else, such as a gateway's page of HTML."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def trouble(answer: requests.Response, code: str = "") -> Refused | Unavailable:
    """The error an unsuccessful answer means: 429 and 5xx pass by themselves, other 4xx do not."""
    code = code or f"http-{answer.status_code}"
    if answer.status_code == _TOO_MANY or answer.status_code >= _SERVER_ERROR:
        return Unavailable(code, retry_after=_seconds(answer.headers.get("Retry-After", "")))
    return Refused(code) if answer.status_code >= _CLIENT_ERROR else Unavailable(code)


def _seconds(text: str) -> float | None:
    return float(text) if text.isdecimal() and len(text) < 7 else None
