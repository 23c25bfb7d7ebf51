"""What is due on the garage's vehicles, for calls from the desk."""

from __future__ import annotations

import uuid
from datetime import date

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from customers.models import Customer
from fleet.models import Vehicle
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import render_page, wants_part
from notifications.call_list import Wanted, call_list, note_call
from notifications.enums import DUE
from notifications.models import DueCall


@staff(Role.RECEPTIONIST)
@require_GET
def due(request: StaffRequest, garage: str) -> HttpResponse:
    """Whom to ring about what is due in the next days; or everything that is due."""
    return _page(request)


@staff(Role.RECEPTIONIST)
@require_POST
def called(request: StaffRequest, garage: str, vehicle: uuid.UUID) -> HttpResponse:
    """Its owner was rung about it; with `called` = no, they were not."""
    found = get_object_or_404(Vehicle, public_id=vehicle)
    kind = request.POST.get("kind", "")
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        return HttpResponseBadRequest()
    if kind not in DUE:
        return HttpResponseBadRequest()
    if request.POST.get("called") == "no":
        DueCall.objects.filter(vehicle=found, kind=kind, due_on=on).delete()
    else:
        DueCall.objects.get_or_create(vehicle=found, kind=kind, due_on=on, defaults={"by": request.user})
    return _page(request) if wants_part(request) else _back(request)


@staff(Role.RECEPTIONIST)
@require_POST
def owner_called(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """An owner was rung about everything on the list that is theirs."""
    customer = get_object_or_404(Customer.objects.all(), public_id=public_id)
    note_call(request.garage, Wanted(request.GET), customer, by=request.user)
    return _page(request) if wants_part(request) else _back(request)


def _back(request: StaffRequest) -> HttpResponse:
    where = reverse("notifications:due", args=[request.garage.slug])
    return redirect(f"{where}?{request.GET.urlencode()}")


def _page(request: StaffRequest) -> HttpResponse:
    wanted = Wanted(request.GET)
    found = call_list(request.garage, wanted, size=request.user.rows_per_page)
    query = request.GET.urlencode()
    return render_page(
        request, "notifications/due.html", {"wanted": wanted, "found": found, "query": query}, part="due-list"
    )
