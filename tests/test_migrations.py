"""Models and migrations say the same, and each app's migrations end in one."""

from __future__ import annotations

from django.core.management import call_command


def test_migrations_are_complete(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)
