"""E-mails to the people who work in garages. They leave from the worker: no page waits for a mail server."""

from __future__ import annotations

from typing import Any

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from garages.models import Membership, User
from garages.selectors import memberships_of
from garages.services.team import give_temporary_password


def send_welcome_email(membership_id: int) -> None:
    """Tell a colleague that they are on a team, and how to log in.

    Somebody who has never logged in gets a temporary password, made now: it exists only in this e-mail and, hashed, in
    their account. Call it outside a transaction, or the e-mail could leave before its password is kept.
    """
    membership = Membership.objects.select_related("user", "garage").filter(pk=membership_id).first()
    if membership is None:  # taken off the team before the e-mail was written
        return
    user, garage = membership.user, membership.garage
    password = give_temporary_password(user.pk)
    context = {"user": user, "garage": garage, "role": membership.get_role_display, "password": password}
    context["login_url"] = settings.SITE_URL + reverse("account_login")
    name = "welcome" if password else "added"
    _send(name, user, user.language or garage.language, context, reply_to=garage.email)


def send_password_reset_email(user_id: int) -> None:
    """Send somebody the link with which they choose a new password."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    key = {"uidb36": user_pk_to_url_str(user), "key": app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)}
    context = {"user": user, "reset_url": settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key)}
    garages = memberships_of(user)
    language = user.language or (garages[0].garage.language if garages else settings.LANGUAGE_CODE)
    _send("password_reset", user, language, context)


def _send(name: str, to: User, language: str, context: dict[str, Any], *, reply_to: str = "") -> None:
    with translation.override(language):
        subject = render_to_string(f"garages/email/{name}_subject.txt", context)
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string(f"garages/email/{name}.txt", context).strip() + "\n",
            to=[to.email],
            reply_to=[reply_to] if reply_to else None,
        )
        message.attach_alternative(render_to_string(f"garages/email/{name}.html", context), "text/html")
    message.send()
