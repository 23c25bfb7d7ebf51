"""Twilio as far as we use it: makes messages, lists them, knows its documented magic numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from tests.standins.http import Answer, Call

_MAGIC = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}


class Twilio:
    """Give it to `Partner`; `messages` are what it took, newest first."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def __call__(self, call: Call) -> Answer:
        if not call.headers.get("Authorization", "").startswith("Basic "):
            return Answer(401, {"code": 20003, "message": "Authenticate", "status": 401})
        if call.method == "GET":
            return Answer(200, {"messages": [one for one in self.messages if one["to"] == call.query["To"]]})
        to = call.fields["To"]
        if to in _MAGIC:
            return Answer(400, {"code": _MAGIC[to], "message": "magic", "status": 400})
        message = {
            "sid": f"SM{len(self.messages) + 1:032}",
            "to": to,
            "from": call.fields.get("From"),
            "body": call.fields["Body"],
            "status": "queued",
            "date_created": format_datetime(datetime.now(UTC)),
        }
        self.messages.insert(0, message)
        return Answer(201, message)
