"""The worker as production runs it, in a hurry: leases and pauses of seconds, a sweep each second."""

from __future__ import annotations

from datetime import timedelta

import django

from garage_desk.celery import app

django.setup()

from notifications import outbox  # noqa: E402 - models need Django set up

outbox.LEASE = timedelta(seconds=4)  # type: ignore[misc]
outbox.FIRST_PAUSE = 0.5  # type: ignore[misc]
app.conf.beat_schedule = {"messages": {"task": "notifications.tasks.sweep", "schedule": 1, "options": {"expires": 1}}}
