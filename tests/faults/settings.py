"""The product's settings, in a hurry: pauses of a second, a sweep each second."""

from __future__ import annotations

from garage_desk.settings import *  # noqa: F403 - the product's own, all of them
from garage_desk.settings import CELERY_BEAT_SCHEDULE

UNDO_SECONDS = 0
PARTNER_TIMEOUTS = (1.0, 2.0)
EMAIL_TIMEOUT = 2
MESSAGE_LEASE_SECONDS = 5
MESSAGE_FIRST_PAUSE_SECONDS = 0.3
CELERY_BEAT_SCHEDULE = CELERY_BEAT_SCHEDULE | {
    "messages": {"task": "notifications.tasks.sweep", "schedule": 1, "options": {"expires": 5}}
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
