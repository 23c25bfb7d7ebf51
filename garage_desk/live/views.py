"""A new pass for a page that stays open."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from garage_desk.live.line import line_for
from garages.access import StaffRequest, staff
from garages.enums import Role


@staff(Role.TECHNICIAN)
@require_GET
@never_cache
def renew(request: StaffRequest, garage: str) -> HttpResponse:
    """For whoever still works here; getting here proved it."""
    return JsonResponse({"token": line_for(request, tab=request.headers.get("x-tab", "")[:32]).token})
