"""Messages that can be taken back: the confirmation line carries an Undo button."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest


def say_undoable(
    request: HttpRequest,
    text: str,
    *,
    address: str,
    steps: Sequence[str],
    seconds: int,
    links: Sequence[tuple[str, str]] = (),
) -> None:
    """Say that something was done and offer, for so many seconds, to undo it: the button posts `steps` there. `links`
    are pages to go on to and their names."""
    offer = {"address": address, "steps": list(steps), "seconds": seconds, "links": list(links)}
    messages.success(request, text, extra_tags=json.dumps(offer))


def undo_offer(message: Any) -> dict[str, Any] | None:
    """What a message offers to undo, as said above."""
    tags = message.extra_tags or ""
    return json.loads(tags) if tags.startswith("{") else None
