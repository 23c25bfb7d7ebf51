"""What the buttons of an invoice's page share."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from garages.access import StaffRequest
from garages.errors import DomainError
from garages.rendering import wants_part


def attempt(request: StaffRequest, act: Callable[[], object]) -> bool:
    """Do it; what refuses it is said on the next page."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
        return False
    return True


def back_to(request: StaffRequest, public_id: uuid.UUID | str) -> HttpResponse:
    """The invoice's page. The Undo button of a line above any page gets that page again instead, which says it."""
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("billing:invoice", garage=request.garage.slug, invoice=public_id)
