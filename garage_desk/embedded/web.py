"""gunicorn's settings for `make run`.

The application is loaded once, before the workers are forked, and the same process first brings the database up to
date: loading Django is what a start takes longest for. The port opens after that.
"""

from __future__ import annotations

import os

from garage_desk.embedded.prepare import bring_up_to_date

WITH_DEMO = "GARAGE_DESK_WITH_DEMO"  # the keeper's word to this process

wsgi_app = "garage_desk.wsgi:application"
worker_class = "gthread"
workers = 2
threads = 4
graceful_timeout = 3
preload_app = True
control_socket_disable = True  # it would be written to the home folder
loglevel = "warning"


def on_starting(_arbiter: object) -> None:
    """Before the port opens. Addresses are loaded here too: else each worker's first page would wait for that."""
    from django.urls import get_resolver

    bring_up_to_date(demo=WITH_DEMO in os.environ)
    get_resolver().url_patterns  # noqa: B018 - asking loads them
