"""The gate: decides who may see the page, and opens the garage's scope around it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import structlog
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

from garages.access import PUBLIC, Audience, audience_of
from garages.enums import Role
from garages.live import from_tab
from garages.models import User
from garages.selectors import memberships_of
from garages.tenancy.context import platform, remembering, tenant

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class AccessMiddleware:
    """Denies by default. For a garage's pages it finds the membership (404 for strangers, 403 for a role too low) and
    opens tenancy, language, time zone, log context and history context until the answer is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as stack:
            request._scope = stack  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        user = request.user
        if isinstance(user, User):
            structlog.contextvars.bind_contextvars(user_id=user.pk)
            if user.language:
                self._activate(request, user.language)
        new_password_first = isinstance(user, User) and user.must_change_password
        if request.path_info.startswith("/admin/"):
            self._admin(request)
            return redirect("account_change_password") if new_password_first else None
        audience = audience_of(view)
        if audience is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} does not say who may see it.")
        if audience is PUBLIC:
            return None
        if not isinstance(user, User):
            return redirect_to_login(request.get_full_path())
        if new_password_first and request.resolver_match and request.resolver_match.url_name != "preferences":
            return redirect("account_change_password")
        if audience.role is not None:
            self._enter_garage(request, user, audience, kwargs["garage"])
        return None

    def _enter_garage(self, request: HttpRequest, user: User, audience: Audience, slug: str) -> None:
        # All of a person's garages at once: the shell's switch shows them, and they are few.
        memberships = memberships_of(user)
        membership = next((one for one in memberships if one.garage.slug == slug), None)
        if membership is None:
            raise Http404
        structlog.contextvars.bind_contextvars(garage_id=membership.garage_id)
        if not membership.at_least(audience.role or Role.OWNER):
            request.garage, request.membership = membership.garage, membership  # type: ignore[attr-defined]
            raise PermissionDenied
        garage = membership.garage
        request.garage, request.membership = garage, membership  # type: ignore[attr-defined]
        request.memberships = memberships  # type: ignore[attr-defined]
        request.setup_version = membership.setup_version  # type: ignore[attr-defined]
        stack: ExitStack = request._scope  # type: ignore[attr-defined]
        stack.enter_context(tenant(garage.pk))
        stack.enter_context(timezone.override(garage.zone))
        stack.enter_context(from_tab(request.headers.get("x-tab", "")))
        if not user.language:
            self._activate(request, garage.language)
        self._remember_who(request, stack, user)

    def _admin(self, request: HttpRequest) -> None:
        """The platform's staff work across garages; what they change is remembered as theirs."""
        stack: ExitStack = request._scope  # type: ignore[attr-defined]
        if isinstance(request.user, User) and request.user.is_staff:
            stack.enter_context(platform())
            self._remember_who(request, stack, request.user)

    @staticmethod
    def _remember_who(request: HttpRequest, stack: ExitStack, user: User) -> None:
        if request.method not in SAFE_METHODS and request.resolver_match is not None:
            stack.enter_context(remembering(user=user.pk, name=str(user), route=request.resolver_match.view_name))

    @staticmethod
    def _activate(request: HttpRequest, language: str) -> None:
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or language
