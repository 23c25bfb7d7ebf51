"""How people log in: django-allauth, closed to sign-ups, with our words on its forms."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm as BaseChangePasswordForm
from allauth.account.forms import LoginForm as BaseLoginForm
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from garages.models import User
from garages.selectors import person
from garages.services.mailbox import post_password_reset


class PeopleBackend(ModelBackend):
    """Django's own, with a person's garages read together with them: their pages ask for both."""

    def get_user(self, user_id: int) -> User | None:
        user = person(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: colleagues are invited. A password somebody chose themselves is no longer a temporary one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str = "", *more: Any, **named: Any
    ) -> None:
        """Nobody needs to be told that they have just logged in or out: the page shows it."""
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *more, **named)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """From the worker, with a link it makes itself: the page answers as fast for unknown addresses."""
        post_password_reset(user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")


class LoginForm(BaseLoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Email")
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""


class ChangePasswordForm(BaseChangePasswordForm):
    """The old password and a new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
