"""Work that happens after the answer. Tasks take ids only, the garage's first, and may run twice."""

from __future__ import annotations

from collections.abc import Callable
from smtplib import SMTPException
from typing import Any

import structlog
from celery import Task, shared_task

from garages.emails import send_password_reset_email, send_welcome_email
from garages.models import Membership, User
from garages.queue import QueueUnreachable, hand_over
from garages.tenancy.context import tenant

log = structlog.get_logger()
_MAIL_TROUBLE = (SMTPException, OSError)
_RETRIES: dict[str, Any] = {
    "autoretry_for": _MAIL_TROUBLE,
    "retry_backoff": 5,
    "retry_backoff_max": 600,
    "max_retries": 8,
}


@shared_task(**_RETRIES)
def send_welcome(garage_id: int, membership_id: int) -> None:
    """Write the welcome e-mail of a colleague. Run twice, it sends a second one whose password is the valid one."""
    with tenant(garage_id):
        send_welcome_email(membership_id)


@shared_task(**_RETRIES)
def send_password_reset(user_id: int) -> None:
    """Write the e-mail with the link to a new password."""
    send_password_reset_email(user_id)


def welcome_soon(membership: Membership) -> None:
    """Have the welcome e-mail sent; the team page can do it again."""
    _soon(send_welcome, (membership.garage_id, membership.pk), lambda: send_welcome_email(membership.pk))


def password_reset_soon(user: User) -> None:
    """Have the e-mail with the link sent."""
    _soon(send_password_reset, (user.pk,), lambda: send_password_reset_email(user.pk))


def _soon(task: Task, ids: tuple[int, ...], here: Callable[[], None]) -> None:
    """Hand the task to the worker, or do it here and now when the queue cannot be reached. Never raises."""
    try:
        hand_over(task, *ids)
    except QueueUnreachable:
        log.warning("mail.queue_unreachable", task=task.name)
        try:
            here()
        except _MAIL_TROUBLE as error:
            log.error("mail.not_sent", task=task.name, error=type(error).__name__)
