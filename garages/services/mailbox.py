"""E-mails about accounts: put in the box in the transaction that asks for them, sent by a worker, never lost.

The same rules as for messages to customers (`notifications.outbox`), a floor below: claim and commit, send, mark.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from garages.enums import AccountMailKind
from garages.models import AccountMail, Membership, User
from garages.queue import QueueUnreachable, hand_over
from garages.retries import MOST_ATTEMPTS, lease, next_attempt

log = structlog.get_logger()


def post_welcome(membership: Membership) -> None:
    """Have a colleague told that they are on the team. Asked again, it counts from the start."""
    _post(AccountMailKind.WELCOME, membership.user, membership)


def post_password_reset(user: User) -> None:
    """Have somebody sent the link to a new password."""
    _post(AccountMailKind.PASSWORD_RESET, user, None)


def claim() -> AccountMail | None:
    """Take the next one that is due, under a lease. Two workers never take the same."""
    now = timezone.now()
    with transaction.atomic():
        due = AccountMail.objects.filter(due_at__lte=now, attempts__lt=MOST_ATTEMPTS)
        mail = due.select_for_update(skip_locked=True).first()
        if mail is not None:
            mail.attempts, mail.due_at = mail.attempts + 1, now + lease()
            mail.save(update_fields=["attempts", "due_at"])
    return mail


def sent(mail: AccountMail) -> None:
    """It is done, unless it was asked for again meanwhile."""
    AccountMail.objects.filter(pk=mail.pk, asked_at=mail.asked_at).delete()


def failed(mail: AccountMail, code: str, *, for_good: bool) -> None:
    """Try again later; or leave it to people, who see it on the team page."""
    now, is_over = timezone.now(), for_good or mail.attempts >= MOST_ATTEMPTS
    log.warning("account_mail.failed", kind=mail.kind, code=code, attempts=mail.attempts)
    AccountMail.objects.filter(pk=mail.pk, asked_at=mail.asked_at).update(
        error=code[:60],
        attempts=MOST_ATTEMPTS if for_good else mail.attempts,
        due_at=now if is_over else next_attempt(now, mail.attempts),
    )


def undelivered(memberships: list[int]) -> set[int]:
    """Of which of these colleagues the welcome was given up: one query."""
    given_up = AccountMail.objects.filter(
        membership__in=memberships, attempts__gte=MOST_ATTEMPTS, due_at__lte=timezone.now()
    )
    return set(given_up.values_list("membership_id", flat=True))


def forget(*, older_than: timedelta) -> None:
    """Drop what was given up and nobody asked for again."""
    AccountMail.objects.filter(attempts__gte=MOST_ATTEMPTS, asked_at__lt=timezone.now() - older_than).delete()


def _post(kind: AccountMailKind, user: User, membership: Membership | None) -> None:
    now = timezone.now()
    AccountMail.objects.update_or_create(
        kind=kind,
        user=user,
        membership=membership,
        defaults={"asked_at": now, "due_at": now, "attempts": 0, "error": ""},
    )
    transaction.on_commit(_nudge, robust=True)


def _nudge() -> None:
    from garages.tasks import send_account_mails  # the task calls this module

    try:
        hand_over(send_account_mails)
    except QueueUnreachable:
        log.warning("account_mail.queue_unreachable")
