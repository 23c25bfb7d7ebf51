#!/usr/bin/env python
"""Django's command line for Garage Desk."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "garage_desk.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.DEBUG  # noqa: B018 - asking reads them all
    except ImproperlyConfigured as error:
        sys.exit(f"Garage Desk cannot start: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
