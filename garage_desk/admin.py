"""The platform's admin as a whole: one throttled door, no secrets on its pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401  both register tables that are replaced here
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from garages.admin.base import ReadOnly


def change_own_password(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    return redirect("account_change_password")


def _render_within_the_view(admin_view: Callable[..., Any]) -> Callable[..., Any]:
    """The admin's templates read as they render. Django renders after the view, when the request's transaction is over
    and row-level security shows no row at all."""

    @wraps(admin_view)
    def wrapped(view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        inner = admin_view(view, cacheable)

        @wraps(inner)
        def rendered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            response = inner(request, *args, **kwargs)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response

        return rendered

    return wrapped


admin.site.admin_view = _render_within_the_view(admin.site.admin_view)  # type: ignore[method-assign]

# Passwords are typed on the product's own pages only, where wrong ones are counted and a second factor is asked for.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = change_own_password  # type: ignore[method-assign,assignment]

admin.site.unregister(EmailAddress)  # a detail of log-in that follows the person's own address
admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnly, ModelAdmin):
    """Who uses a second factor. A superuser removes it for somebody who lost theirs; the secret is never shown."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")
    search_help_text = _("Whose it is")
    fields = ("user", "type", "created_at", "last_used_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_superuser", False))
