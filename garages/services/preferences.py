"""A person's own choices, the same in all their garages."""

from __future__ import annotations

from garages.models import User


def set_preferences(user: User, changes: dict[str, str | int]) -> User:
    """Keep the choices in `changes`: any of language, theme, rows_per_page."""
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
    return user
