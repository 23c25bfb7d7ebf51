"""What is wrong with an imported file or row, in words for the person who has it."""

from __future__ import annotations

from garages.errors import DomainError


class FileProblem(DomainError):
    """The whole file cannot be read or imported."""
