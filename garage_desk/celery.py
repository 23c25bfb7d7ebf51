"""The Celery app. Tasks take ids only and may run twice: a lost worker gives its task back."""

from __future__ import annotations

import os
from logging.config import dictConfig

import structlog
from celery import Celery, Task
from celery.signals import setup_logging, task_postrun, task_prerun
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "garage_desk.settings")

app = Celery("garage_desk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _log_as_the_web_does(**_kwargs: object) -> None:
    """Celery's own handlers would print what `garage_desk.logs` leaves out."""
    dictConfig(settings.LOGGING)


@task_prerun.connect
def _name_task(task_id: str, task: Task, **_kwargs: object) -> None:
    """Every line of a task says whose it is."""
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id)


@task_postrun.connect
def _forget_task(**_kwargs: object) -> None:
    structlog.contextvars.unbind_contextvars("task", "task_id")
