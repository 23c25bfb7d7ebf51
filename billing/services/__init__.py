"""Writes of invoices."""

from billing.services.drafts import (
    LineFacts,
    add_line,
    change_line,
    discard,
    draft_for,
    draft_of,
    follow,
    remove_line,
    write_notes,
)
from billing.services.issuing import issue, take_issue_back, unvoid, void
from billing.services.payments import pay, take_back

__all__ = [
    "LineFacts",
    "add_line",
    "change_line",
    "discard",
    "draft_for",
    "draft_of",
    "follow",
    "issue",
    "pay",
    "remove_line",
    "take_back",
    "take_issue_back",
    "unvoid",
    "void",
    "write_notes",
]
