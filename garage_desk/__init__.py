"""The roof: settings, root addresses, the Celery app, and the services that stand in when none is configured."""

from garage_desk.celery import app as celery_app

__all__ = ["celery_app"]
