"""The companies the garage works for. A company's own page is its customer's."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from bookings.selectors.companies import companies_of
from customers.enums import Kind
from fleet.selectors import search_customers
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import render_page
from garages.words import words_of


@staff(Role.RECEPTIONIST)
@require_GET
def companies(request: StaffRequest, garage: str) -> HttpResponse:
    """All of them, or those whose name, number or plate fits `q`."""
    query = words_of(request.GET)
    found = search_customers(query, region=request.garage.phone_region).filter(kind=Kind.BUSINESS)
    page = Paginator(found, request.user.rows_per_page).get_page(request.GET.get("page"))
    context = {"query": query, "page": page, "companies": companies_of(list(page.object_list), request.garage)}
    return render_page(request, "bookings/companies.html", context, part="companies")
