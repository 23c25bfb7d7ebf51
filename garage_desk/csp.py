"""Which Content-Security-Policy a page gets."""

from __future__ import annotations

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from garage_desk.live.line import live_origin


class PolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, with the live process where that is another origin; the admin's own, which its
    theme needs, on the admin's pages and nowhere else."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if live := live_origin(request):
            parts.update = {**(parts.update or {}), "connect-src": [live]}
        if request.resolver_match is not None and request.resolver_match.app_name == "admin":
            parts.replace = {**settings.ADMIN_CONTENT_SECURITY_POLICY, **(parts.replace or {})}
        return parts
