"""What callers say of their cars most: one key each adds it to the notes."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

MOST: Final = 8
LONGEST: Final = 40


def usual_symptoms(language: str) -> list[str]:
    """What a garage begins with, in its own language: the workshop reads the notes, not the person at the desk."""
    with override(language):
        return [
            _("Noise"),
            _("Brakes"),
            _("Warning light"),
            _("Pulls to one side"),
            _("Leak"),
            _("Does not start"),
            _("Vibration"),
            _("Smell"),
        ]
