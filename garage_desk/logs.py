"""Structured logs: one JSON line an event, with request id, garage, person (as ids), route and outcome.

Never a name, phone number, plate, e-mail address or token. Our own events are constant words with fields that hold
ids and kinds. What libraries say is cut down: of their sentences the template stays and the texts filled in go; of an
error the kind and the places in the code stay and its message goes, because messages quote what people typed.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.types import EventDict, Processor, WrappedLogger

from garages.tenancy.context import current_garage_id

if TYPE_CHECKING:
    from sentry_sdk.types import Event

log = structlog.get_logger("garage_desk.request")

HIDDEN: Final = "[…]"
# An address of ours may carry a token or a search; an e-mail address or a run of digits may be a person.
_SECRETS: Final = re.compile(r"(/(?:b|password|hooks|2fa|u)/)\S+|[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d ()/.-]{6,}\d|(\?)\S+")
_PLACEHOLDER: Final = re.compile(r"%(\(\w+\))?[-#0 +]*\d*(\.\d+)?[a-zA-Z]|%%")
# Fields of our own making, whose ids and times would look like phone numbers.
_OURS: Final = frozenset({"request_id", "task_id", "timestamp", "level", "logger", "exc_info"})
_PLACES: Final = 40  # of an error in the code, the innermost
_FOLDERS: Final = [f"{folder}/" for folder in (Path(__file__).resolve().parent.parent, *sys.path) if str(folder)]
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_ID: Final = re.compile(r"[0-9a-fA-F-]{16,64}")


# --- Telling without values ---------------------------------------------------------------------------------------
def tell_foreign(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """A library's line: its words without what it wanted to fill in, numbers excepted."""
    record: logging.LogRecord = event["_record"]
    error = record.msg if isinstance(record.msg, BaseException) else _error_of(event.get("exc_info"))
    words = str(record.msg)
    quotes_error = error is not None and str(error) in words  # Django's security log says nothing but the message
    if quotes_error or not re.search(r"\w", _PLACEHOLDER.sub("", words)):
        words = type(error).__name__ if error else record.name
    event["event"] = _filled(words, event.pop("positional_args", None))
    if isinstance(status := getattr(record, "status_code", None), int):  # Django's
        event["status"] = status
    task = getattr(record, "data", None)  # Celery's
    if isinstance(task, Mapping):
        event["task"], event["task_id"] = task.get("name"), task.get("id")
    return event


def _filled(words: str, values: object) -> str:
    if isinstance(values, Mapping):
        shown: object = {name: _shown(value) for name, value in values.items()}
    elif values:
        shown = tuple(_shown(value) for value in values)  # type: ignore[attr-defined]  # logging has either
    else:
        return words
    try:
        return words % shown
    except (TypeError, ValueError, KeyError):  # "%d" of a text, or a library's mistake
        return words


def _shown(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else HIDDEN


def tell_scope(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Whose garage: tenancy itself knows, in a worker too."""
    garage_id = current_garage_id()
    if garage_id is not None and event.get("garage_id") is None:
        event["garage_id"] = garage_id
    return event


def tell_error(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """An error and those behind it: kinds and places, no messages."""
    error = _error_of(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = [_told(one) for one in _chain(error)]
    return event


def _error_of(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1]
    return sys.exc_info()[1] if exc_info else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        hidden = following.__suppress_context__
        following = following.__cause__ or (None if hidden else following.__context__)


def _told(error: BaseException) -> dict[str, Any]:
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), limit=-_PLACES, lookup_lines=False)
    told: dict[str, Any] = {"kind": f"{type(error).__module__}.{type(error).__qualname__}"}
    if sqlstate := getattr(error, "sqlstate", None):
        told |= {"sqlstate": sqlstate, "constraint": getattr(error.diag, "constraint_name", None)}  # type: ignore[attr-defined]
    return told | {"at": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]}


def _short(filename: str) -> str:
    return next((filename.removeprefix(folder) for folder in _FOLDERS if filename.startswith(folder)), filename)


def redact(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Blank out what looks personal in a line's texts; of anything that is neither text nor number only its kind."""
    return {name: value if name in _OURS else _redacted(value) for name, value in event.items()}


def _redacted(value: object) -> object:
    if isinstance(value, str):
        return _SECRETS.sub(lambda found: (found[1] or found[2] or "") + HIDDEN, value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 99_999_999:
        return HIDDEN  # no id is so long; a phone number is
    return value if value is None or isinstance(value, bool | int | float) else type(value).__name__


def for_sentry(event: Event, _hint: dict[str, Any]) -> Event:
    """What is reported outside: kinds of errors and places in the code, with no texts, forms, addresses or people."""
    for error in (event.get("exception") or {}).get("values") or ():
        error["value"] = ""
    if event.pop("logentry", None) or event.pop("message", None):
        event["logentry"] = {"message": event.get("logger") or "log"}
    for field in ("request", "breadcrumbs", "extra", "user"):
        event.pop(field, None)  # type: ignore[misc]  # mypy wants each name on a line of its own
    return event


# --- Wiring -------------------------------------------------------------------------------------------------------
_shared: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    tell_scope,
]

structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)


def logging_config() -> dict[str, Any]:
    """The `LOGGING` setting. Everything goes to standard error, one line an event."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "use_get_message": False,
                "pass_foreign_args": True,
                "foreign_pre_chain": [tell_foreign, *_shared],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    redact,
                    tell_error,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Handlers of their own would print a second line, with errors' messages, addresses and people in it.
            "django": {"handlers": [], "level": "INFO"},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "gunicorn.error": {"handlers": [], "propagate": True},
            # Our own line says more than these, and says it without the address.
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
        request_id = self._id_of(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id, garage_id=None, user_id=None)
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        if match is None or not match.view_name or not match.view_name.startswith("health"):
            log.info(
                "request",
                route=match.view_name if match else None,
                method=request.method if request.method in _METHODS else "other",
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        response.headers["X-Request-ID"] = request_id
        return response

    @staticmethod
    def _id_of(request: HttpRequest) -> str:
        sent = request.headers.get("X-Request-ID", "")
        return sent if settings.TRUSTED_PROXY_HOPS and _REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
