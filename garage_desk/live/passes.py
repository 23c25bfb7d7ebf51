"""The pass a page shows to hear its garage's news: signed, without a look into the database, and soon over.

It stands in the address of the stream, because a browser's EventSource sends no headers of ours and the live process
may be reached on another port, where no cookie of a session belongs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.core import signing

# Somebody who leaves the team hears no more after this time: a new pass needs their membership.
PASS_SECONDS: Final = 15 * 60
STREAM_PATH: Final = "/live/stream"
POLL_PATH: Final = "/live/poll"
_SALT: Final = "garage_desk.live"


@dataclass(frozen=True)
class Pass:
    """Whose news one tab of a browser may hear, and until when (seconds since 1970)."""

    garage_id: int
    tab: str
    until: float


def sign(garage_id: int, tab: str) -> str:
    """A pass for one tab of somebody who was found to work in the garage."""
    return signing.TimestampSigner(salt=_SALT).sign(f"{garage_id}/{tab}")


def read(text: str) -> Pass | None:
    """The pass, or None when it is forged or over."""
    try:
        garage_id, tab = signing.TimestampSigner(salt=_SALT).unsign(text, max_age=PASS_SECONDS).split("/", 1)
        begun = signing.b62_decode(text.rsplit(":", 2)[1])
    except signing.BadSignature:
        return None
    return Pass(int(garage_id), tab, begun + PASS_SECONDS)
