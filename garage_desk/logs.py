"""Structured logs: one JSON line an event, with request id, garage, person (as ids), route and outcome.

Never a name, phone number, plate, e-mail address or token: only the fields named here are bound, the route is logged
instead of the address, and what other libraries log is cut down by `redact`.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.types import EventDict, Processor, WrappedLogger

log = structlog.get_logger("garage_desk.request")

# An address of ours may carry a token or a search; an e-mail address or a run of digits may be a person.
_SECRETS = re.compile(r"(/(?:b|password|hooks|2fa)/)\S+|[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d ()/.-]{6,}\d|(\?)\S+")


def redact(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Blank out what may be personal in the free text of a line. Fields we bind ourselves are ids and stay."""
    text = event.get("event")
    if isinstance(text, str):
        event["event"] = _SECRETS.sub(lambda found: (found[1] or found[2] or "") + "[…]", text)
    event.pop("request", None)  # Django hangs the whole request on its records
    return event


_shared: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    redact,
]

structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)


def logging_config(*, debug: bool) -> dict[str, Any]:
    """The `LOGGING` setting. Everything goes to standard error, one line an event."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Our own line says more than these, and says it without the address.
            "django.server": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "django.db.backends": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }


class RequestLogMiddleware:
    """Gives every request an id (kept when a trusted proxy sent one), binds it for all lines, logs the outcome."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "")
        request_id = sent if re.fullmatch(r"[\w-]{8,64}", sent) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        if match is None or not match.view_name or not match.view_name.startswith("health"):
            log.info(
                "request",
                route=match.view_name if match else None,
                method=request.method,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        response.headers["X-Request-ID"] = request_id
        return response
