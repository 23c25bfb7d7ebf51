"""Work that happens after the answer, by a worker. Tasks may run twice."""

from __future__ import annotations

import smtplib
from time import monotonic
from typing import Final

import structlog
from celery import shared_task

from garages.emails import send_password_reset_email, send_welcome_email
from garages.models import AccountMail
from garages.services.mailbox import claim, failed, sent
from garages.tenancy.context import tenant

log = structlog.get_logger()

SECONDS_A_SWEEP: Final = 30.0  # then the next one goes on: a task that ends can be stopped
_PERMANENT: Final = 500  # SMTP: 5xx says no, 4xx not now


@shared_task
def send_account_mails() -> int:
    """Send the e-mails about accounts that are due; how many were worked on. By the clock, and after each that is asked
    for. One whose worker dies is sent again, with another password, which is the valid one then."""
    began, done = monotonic(), 0
    while monotonic() - began < SECONDS_A_SWEEP and (mail := claim()):
        _deliver(mail)
        done += 1
    return done


def _deliver(mail: AccountMail) -> None:
    try:
        if mail.membership is None:
            send_password_reset_email(mail.user_id)
        else:
            with tenant(mail.membership.garage_id):
                send_welcome_email(mail.membership.pk)
    except smtplib.SMTPRecipientsRefused as error:
        _refused(mail, next(iter(error.recipients.values()))[0])
    except smtplib.SMTPResponseException as error:
        _refused(mail, error.smtp_code)
    except (smtplib.SMTPException, OSError) as error:
        failed(mail, type(error).__name__, for_good=False)
    except Exception:  # whatever it is, it must not stop the e-mails behind it, nor be forgotten
        log.exception("account_mail.broken", mail=mail.pk)
        failed(mail, "internal", for_good=False)
    else:
        sent(mail)


def _refused(mail: AccountMail, code: int) -> None:
    failed(mail, f"smtp-{code}", for_good=code >= _PERMANENT)
