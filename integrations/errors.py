"""What may go wrong with a partner, told apart by what to do about it."""

from __future__ import annotations


class PartnerError(Exception):
    """A partner did not do what it was asked. `code` is its own word for the reason, or ours; never personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(PartnerError):
    """It said no, and would say no again: asking once more is no use."""


class Unavailable(PartnerError):
    """It did not answer, or not now. `retry_after` is in seconds, where the partner named it."""

    def __init__(self, code: str, *, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.retry_after = retry_after
