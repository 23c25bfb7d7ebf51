"""Refusals of a rule, worded for the person at the screen."""

from __future__ import annotations

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule said no. `str(error)` may be shown as it is; `field` names the form field it belongs to, if one does."""

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field

    def __str__(self) -> str:
        return str(self.args[0])
