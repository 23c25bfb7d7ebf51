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
    link: tuple[str, str] | None = None,
) -> None:
    """Say that something was done and offer, for so many seconds, to undo it: the button posts `steps` there. `link` is
    a page to go on to and its name."""
    offer = {"address": address, "steps": list(steps), "seconds": seconds, "link": link}
    messages.success(request, text, extra_tags=json.dumps(offer))


def undo_offer(message: Any) -> dict[str, Any] | None:
    """What a message offers to undo, as said above."""
    tags = message.extra_tags or ""
    return json.loads(tags) if tags.startswith("{") else None
