"""The Celery app. Tasks take ids only and may run twice: a lost worker gives its task back."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "garage_desk.settings")

app = Celery("garage_desk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
