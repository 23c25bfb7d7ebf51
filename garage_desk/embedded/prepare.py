"""Bring the database up to date: as a command of its own, or inside a process that has Django loaded."""

from __future__ import annotations

import os
import sys

from garage_desk.embedded.errors import StartError
from garage_desk.embedded.process import spawn


def prepare(environment: dict[str, str]) -> None:
    """Migrate, in a process of its own: Django reads its settings once, and they name the database."""
    if spawn([sys.executable, "-m", "garage_desk.embedded.prepare"], environment=environment).wait() != 0:
        raise StartError("The database could not be brought up to date: the reason stands above.")


def bring_up_to_date(*, demo: bool) -> None:
    """Migrate and, with `demo`, load the demo garages into an empty database. Leaves no connection open."""
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", interactive=False, verbosity=0)
    if demo:
        call_command("load_demo", if_empty=True)
    connections.close_all()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "garage_desk.settings")
    import django

    django.setup()
    bring_up_to_date(demo=False)


if __name__ == "__main__":
    main()
