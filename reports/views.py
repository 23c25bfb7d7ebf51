"""The manager's pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bookings.selectors.desk import FILTERS
from fleet.register import has_register
from garages.access import StaffRequest, staff
from garages.enums import Role
from reports.pace import card_sales, desk_paces
from reports.selectors import dashboard as read_dashboard


@staff(Role.MANAGER)
@require_GET
def dashboard(request: StaffRequest, garage: str) -> HttpResponse:
    """How the garage does: today, this week, the last and the next days."""
    figures = read_dashboard(request.garage)
    tally = [(status, status.label, figures.today.get(status, 0)) for status in FILTERS]
    context = {"figures": figures, "tally": tally, "paces": desk_paces(request.garage)}
    if has_register(request.garage):
        context["sales"] = card_sales(request.garage)
    return render(request, "reports/dashboard.html", context)
