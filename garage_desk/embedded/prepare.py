"""Bring the database up to date, in a process of its own: Django reads its settings once, and they name the database.

`python -m garage_desk.embedded.prepare [--demo]` is that process.
"""

from __future__ import annotations

import os
import sys

from garage_desk.embedded.errors import StartError
from garage_desk.embedded.process import spawn


def prepare(environment: dict[str, str], *, demo: bool) -> None:
    """Migrate and, with `demo`, load the demo garages into an empty database. Raises StartError."""
    command = [sys.executable, "-m", "garage_desk.embedded.prepare", *(["--demo"] if demo else [])]
    if spawn(command, environment=environment).wait() != 0:
        raise StartError("The database could not be made ready: the reason stands above.")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "garage_desk.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command

    try:
        django.setup()
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        return 1
    call_command("migrate", interactive=False, verbosity=0)
    if "--demo" in sys.argv:
        call_command("load_demo", if_empty=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
